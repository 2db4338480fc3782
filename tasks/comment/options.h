#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "config/options/fields.h"
#include "config/options/located.h"
#include "config/template/template.h"
#include "tasks/forge/options.h"

namespace iter8::tasks::comment {

/// The `with` of a comment task.
struct CommentOptions {
  ForgeOptions forge;
  std::string repository;
  std::optional<std::int64_t> pull_request;
  std::string key;
  std::optional<config::Located<config::Template>> body;
};

const config::Fields<CommentOptions>& fields_of(const CommentOptions*);

}  // namespace iter8::tasks::comment
