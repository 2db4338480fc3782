#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "config/options/fields.h"
#include "config/options/located.h"
#include "config/template/template.h"
#include "tasks/forge/options.h"

namespace iter8::tasks::workflow {

/// The `with` of a workflow task.
struct WorkflowOptions {
  ForgeOptions forge;
  std::string repository;
  std::string workflow;
  std::string ref;
  std::vector<std::pair<std::string, config::Located<config::Template>>> inputs;
  std::string correlation_input;
  std::string trigger_token;
  bool wait = false;
  base::Duration wait_timeout = std::chrono::hours(1);
  base::Duration poll_interval = std::chrono::seconds(5);
  bool cancel_on_timeout = false;
};

const config::Fields<WorkflowOptions>& fields_of(const WorkflowOptions*);

}  // namespace iter8::tasks::workflow
