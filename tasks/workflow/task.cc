#include "tasks/workflow/task.h"

#include <fmt/format.h>

#include "base/duration.h"
#include "base/error.h"
#include "base/host_policy.h"
#include "base/text.h"
#include "forge/place.h"
#include "forge/reading.h"
#include "tasks/evidence/message_data.h"

namespace iter8::tasks::workflow {

namespace {

using experiment::Context;
using experiment::Outcome;
using forge::WorkflowRun;

std::string default_branch(forge::Client& client, const std::string& repository) {
  const forge::Response response =
      client.send({.path = forge::repository_path(client.account().vendor, repository),
                   .purpose = "read the repository's default branch",
                   .permission = "metadata: read"});
  std::string branch = forge::text_at(response.body, "default_branch");
  if (branch.empty()) throw base::Error("the repository has no default branch; set 'ref'");
  return branch;
}

std::string run_text(const WorkflowRun& run) {
  return run.url.empty() ? "run " + run.id : base::printable(run.url, 500);
}

std::unique_ptr<experiment::Task> build(const config::Node& with, experiment::BuildContext& context) {
  WorkflowOptions options;
  if (!fields_of(&options).read(with, context.problems, options)) return nullptr;
  const std::size_t before = context.problems.all().size();
  for (const auto& [name, text] : options.inputs)
    check_message_template(text.value, text.position, context.versions, context.problems);
  const auto target = target_of(options.forge, options.repository, context);
  if (!target) return nullptr;
  const bool is_gitlab = target->account.vendor == forge::Vendor::gitlab;
  if (!is_gitlab && options.workflow.empty())
    context.problems.error(context.position, "missing key 'workflow': File name or number of the workflow");
  if (is_gitlab && !options.workflow.empty())
    context.problems.error(context.position, "workflow: GitLab has one pipeline a ref; remove it");
  if (is_gitlab && !options.correlation_input.empty())
    context.problems.error(context.position,
                           "correlationInput: GitLab says which pipeline it started; remove it");
  if (!is_gitlab && !options.trigger_token.empty())
    context.problems.error(context.position, "triggerToken is GitLab's; this is " +
                                                 std::string(forge::to_text(target->account.vendor)));
  if (context.problems.has_errors_since(before)) return nullptr;
  context.secrets.add(options.trigger_token);
  return std::make_unique<WorkflowTask>(std::move(options), *target, ci_run_of(context.environment),
                                        context.position.line);
}

}  // namespace

Outcome WorkflowTask::run(const Context& context) {
  return with_soft_failure(options_.forge, context, [&] { return act(context); });
}

Outcome WorkflowTask::act(const Context& context) const {
  const Event event = event_of(context, teller_);
  forge::WorkflowStart start = start_of(target_, event, render_inputs(context, event));
  forge::Client client = client_of(target_, context);
  if (start.ref.empty()) start.ref = default_branch(client, start.repository);

  const base::WallTime since = context.clock.wall();
  const WaitPlan plan{.deadline = context.clock.now() + options_.wait_timeout,
                      .interval = options_.poll_interval};
  std::optional<WorkflowRun> run = start_workflow(client, start);
  if (run) context.log.info("started " + run_text(*run));
  if (!options_.wait)
    return {.message = run ? "started " + run_text(*run) : "started; the server does not say which run"};

  if (!run) run = wait_for_start(client, start, since, plan, context);
  const WorkflowRun end = wait_for_end(client, start.repository, *run, plan, context);
  if (!end.is_over()) give_up(end, context);
  if (!end.is_good())
    throw base::Error(
        fmt::format("the run ended with {}: {}", base::printable(end.conclusion), run_text(end)));
  return {.message = fmt::format("{}: {}", base::printable(end.conclusion), run_text(end))};
}

void WorkflowTask::give_up(const WorkflowRun& run, const Context& context) const {
  const std::string why = context.stop.stop_requested()
                              ? "stopped"
                              : fmt::format("not over after {}", base::to_text(options_.wait_timeout));
  std::string what = "it goes on";
  if (options_.cancel_on_timeout) {
    // With a token of its own: what stopped the wait must not keep the run from being cancelled.
    forge::Client client(target_.account, {.secrets = context.secrets,
                                           .clock = context.clock,
                                           .log = context.log,
                                           .stop = std::stop_token{},
                                           .hosts = base::HostPolicy::of(context.environment)});
    cancel_run(client, repository_of(target_), run.id);
    what = "it was cancelled";
  }
  throw base::Error(
      fmt::format("{}: the run is {}; {}: {}", why, base::printable(run.status), what, run_text(run)));
}

std::vector<std::string> WorkflowTask::plan(const std::vector<experiment::Version>& versions) const {
  const ForgeTarget target = with_placeholders(target_);
  Inputs inputs;
  for (const auto& [name, text] : options_.inputs) inputs.emplace_back(name, text.value.text());
  forge::WorkflowStart start =
      start_of(target, sample_event(versions, run_, teller_, experiment()), std::move(inputs));
  if (start.ref.empty()) start.ref = "(the default branch)";
  std::vector<std::string> lines =
      plan_text(target.account, start_call(target.account, start, forge::RunDetails::asked));
  if (options_.wait)
    lines.push_back(fmt::format("then waits up to {} for the end of the run{}",
                                base::to_text(options_.wait_timeout),
                                options_.cancel_on_timeout ? ", and cancels it when that is up" : ""));
  return lines;
}

forge::WorkflowStart WorkflowTask::start_of(const ForgeTarget& target, const Event& event,
                                            Inputs inputs) const {
  forge::WorkflowStart start{.repository = repository_of(target),
                             .workflow = options_.workflow,
                             .ref = options_.ref,
                             .inputs = std::move(inputs),
                             .trigger_token = options_.trigger_token,
                             .correlation = {}};
  if (!options_.correlation_input.empty()) {
    start.correlation = "iter8-" + event.id;
    start.inputs.emplace_back(options_.correlation_input, start.correlation);
  }
  return start;
}

WorkflowTask::Inputs WorkflowTask::render_inputs(const Context& context, const Event& event) const {
  Inputs inputs;
  for (const auto& [name, text] : options_.inputs)
    inputs.emplace_back(
        name, text.value.render(message_data(context, event, text.value.fields()), {.now = event.time}));
  return inputs;
}

experiment::TaskKind workflow_kind() {
  return {.name = "workflow",
          .summary = "Starts a workflow of GitHub Actions or a pipeline of GitLab, and can wait for its end",
          .options = config::fields_of<WorkflowOptions>().schema(),
          .build = build};
}

}  // namespace iter8::tasks::workflow
