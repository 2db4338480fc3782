#pragma once

#include <string>
#include <utility>
#include <vector>

#include "config/options/fields.h"
#include "config/options/located.h"
#include "config/template/template.h"
#include "tasks/forge/options.h"

namespace iter8::tasks::repository_dispatch {

/// The `with` of a repository-dispatch task.
struct RepositoryDispatchOptions {
  ForgeOptions forge;
  std::string repository;
  std::string event_type = "iter8";
  std::string key = "iter8";
  std::vector<std::pair<std::string, config::Located<config::Template>>> payload;
};

const config::Fields<RepositoryDispatchOptions>& fields_of(const RepositoryDispatchOptions*);

}  // namespace iter8::tasks::repository_dispatch
