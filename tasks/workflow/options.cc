#include "tasks/workflow/options.h"

#include <algorithm>

#include <fmt/format.h>

namespace iter8::tasks::workflow {

namespace {

constexpr std::size_t kMostInputs = 25;  // of GitHub

void check_inputs(const WorkflowOptions& options, const config::Node& node, config::Problems& problems) {
  const std::size_t count = options.inputs.size() + (options.correlation_input.empty() ? 0 : 1);
  if (count > kMostInputs)
    problems.error(node.position,
                   fmt::format("inputs: GitHub takes at most {}, found {}", kMostInputs, count));
  const bool is_double = std::ranges::any_of(
      options.inputs, [&](const auto& input) { return input.first == options.correlation_input; });
  if (is_double)
    problems.error(node.position, "correlationInput '" + options.correlation_input +
                                      "' is among the inputs; iter8 fills it");
  if (options.cancel_on_timeout && !options.wait)
    problems.error(node.position, "cancelOnTimeout has no effect without wait: true");
}

/// The options that start it.
void add_start(config::Fields<WorkflowOptions>& fields) {
  fields.optional("repository", &WorkflowOptions::repository, "Repository, owner/name or group/project")
      .shown_default("the repository of the CI job")
      .optional("workflow", &WorkflowOptions::workflow,
                "File name or number of the workflow; GitLab has none")
      .optional("ref", &WorkflowOptions::ref, "Branch or tag that it runs on")
      .shown_default("the repository's default branch")
      .optional("inputs", &WorkflowOptions::inputs,
                "Inputs of the workflow, variables of the pipeline; templates")
      .optional("correlationInput", &WorkflowOptions::correlation_input,
                "Input that gets a unique text, which the workflow shows in its run-name")
      .optional("triggerToken", &WorkflowOptions::trigger_token, "GitLab: token of a pipeline trigger")
      .shown_default("the token of the API");
}

/// The options of waiting for its end.
void add_wait(config::Fields<WorkflowOptions>& fields) {
  fields.optional("wait", &WorkflowOptions::wait, "Wait for the end of the run, which must be a success")
      .optional("waitTimeout", &WorkflowOptions::wait_timeout, "The longest time to wait",
                config::longer_than_zero())
      .optional("pollInterval", &WorkflowOptions::poll_interval,
                "Time between two looks at the run; grows to 30s", config::longer_than_zero())
      .optional("cancelOnTimeout", &WorkflowOptions::cancel_on_timeout,
                "Cancel the run when the time to wait is up, or this run is stopped");
}

}  // namespace

const config::Fields<WorkflowOptions>& fields_of(const WorkflowOptions*) {
  static const auto fields = [] {
    config::Fields<WorkflowOptions> table;
    add_start(table);
    add_wait(table);
    table.part(&WorkflowOptions::forge, config::fields_of<ForgeOptions>()).rule(check_inputs);
    return table;
  }();
  return fields;
}

}  // namespace iter8::tasks::workflow
