#include "tasks/deployment/task.h"

#include <fmt/format.h>

#include "tasks/evidence/message_data.h"
#include "tasks/evidence/text_limit.h"

namespace iter8::tasks::deployment {

namespace {

using experiment::Context;
using experiment::Outcome;

using OptionalTemplate = std::optional<config::Located<config::Template>>;

std::string rendered(const OptionalTemplate& text, const Context& context, const Event& event) {
  const config::Template& inner = text->value;
  return one_line(inner.render(message_data(context, event, inner.fields()), {.now = event.time}));
}

std::unique_ptr<experiment::Task> build(const config::Node& with, experiment::BuildContext& context) {
  DeploymentOptions options;
  if (!fields_of(&options).read(with, context.problems, options)) return nullptr;
  const std::size_t before = context.problems.all().size();
  for (const OptionalTemplate* text : {&options.description, &options.environment_url})
    if (*text) check_message_template((*text)->value, (*text)->position, context.versions, context.problems);
  auto target = target_of(options.forge, options.repository, context);
  if (target && target->account.vendor != forge::Vendor::github)
    context.problems.error(context.position, "deployments are recorded on GitHub only; this is " +
                                                 std::string(forge::to_text(target->account.vendor)));
  if (!target || context.problems.has_errors_since(before)) return nullptr;
  return std::make_unique<DeploymentTask>(std::move(options), std::move(*target),
                                          ci_run_of(context.environment));
}

}  // namespace

Outcome DeploymentTask::run(const Context& context) {
  return with_soft_failure(options_.forge, context, [&]() -> Outcome {
    const Event event = event_of(context, "deployment");
    forge::Deployment deployment = deployment_of(target_, event);
    if (options_.description) deployment.description = rendered(options_.description, context, event);
    if (options_.environment_url)
      deployment.environment_url = rendered(options_.environment_url, context, event);
    forge::Client client = client_of(target_, context);
    const forge::WrittenDeployment written = write_deployment(client, deployment);
    return {.message = fmt::format("deployment {} to {} {} {}", written.id, deployment.environment,
                                   written.changed ? "is now" : "is already", deployment.state)};
  });
}

std::vector<std::string> DeploymentTask::plan(const std::vector<experiment::Version>& versions) const {
  const ForgeTarget target = with_placeholders(target_);
  forge::Deployment deployment =
      deployment_of(target, sample_event(versions, run_, "deployment", experiment()));
  if (options_.description) deployment.description = options_.description->value.text();
  if (options_.environment_url) deployment.environment_url = options_.environment_url->value.text();
  std::vector<std::string> lines = {"unless there is such a deployment already; for a run that passed:"};
  for (const forge::Call& call : {deployment_creation(deployment), deployment_status(deployment, "ID")})
    for (std::string& line : plan_text(target.account, call)) lines.push_back(std::move(line));
  return lines;
}

forge::Deployment DeploymentTask::deployment_of(const ForgeTarget& target, const Event& event) const {
  return {.repository = repository_of(target),
          .ref = commit_of(target, options_.ref),
          .environment = options_.environment,
          .key = options_.key.empty() ? event.experiment : options_.key,
          .description = event.headline,
          .is_production = options_.production,
          .is_transient = options_.transient,
          .state = config::Codec<DeploymentState>::written(state_of(event)),
          .log_url = event.run.url,
          .environment_url = {}};
}

DeploymentState DeploymentTask::state_of(const Event& event) const {
  if (options_.state) return *options_.state;
  switch (event.status) {
    case RunStatus::success:
      return DeploymentState::success;
    case RunStatus::failure:
      return DeploymentState::failure;
    case RunStatus::inconclusive:
      break;
  }
  return options_.inconclusive;
}

experiment::TaskKind deployment_kind() {
  return {.name = "deployment",
          .summary = "Records a deployment on GitHub, and what came of it",
          .options = config::fields_of<DeploymentOptions>().schema(),
          .build = build};
}

}  // namespace iter8::tasks::deployment
