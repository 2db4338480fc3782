#include "tasks/commit-status/task.h"

#include "base/error.h"
#include "base/text.h"
#include "tasks/commit-status/annotations.h"
#include "tasks/evidence/evidence.h"
#include "tasks/evidence/message_data.h"
#include "tasks/evidence/text_limit.h"

namespace iter8::tasks::commit_status {

namespace {

using experiment::Context;
using experiment::Outcome;
using forge::CommitState;

std::string conclusion_of(CommitState state) {
  switch (state) {
    case CommitState::success:
      return "success";
    case CommitState::failure:
      return "failure";
    case CommitState::error:
      return "neutral";
    case CommitState::pending:
      break;
  }
  return "";
}

std::string word_of(CommitState state) {
  return config::Codec<CommitState>::written(state);
}

std::unique_ptr<experiment::Task> build(const config::Node& with, experiment::BuildContext& context) {
  CommitStatusOptions options;
  if (!fields_of(&options).read(with, context.problems, options)) return nullptr;
  const std::size_t before = context.problems.all().size();
  if (options.description)
    check_message_template(options.description->value, options.description->position, context.versions,
                           context.problems);
  auto target = target_of(options.forge, options.repository, context);
  if (target && options.form == StatusForm::check && target->account.vendor != forge::Vendor::github)
    context.problems.error(context.position, "as: check runs are GitHub's; this is " +
                                                 std::string(forge::to_text(target->account.vendor)));
  if (!target || context.problems.has_errors_since(before)) return nullptr;
  return std::make_unique<CommitStatusTask>(std::move(options), std::move(*target),
                                            ci_run_of(context.environment));
}

}  // namespace

Outcome CommitStatusTask::run(const Context& context) {
  return with_soft_failure(options_.forge, context, [&]() -> Outcome {
    const Event event = event_of(context, "commit-status");
    const std::string description = description_of(context, event);
    forge::Client client = client_of(target_, context);
    if (options_.form == StatusForm::status) {
      const forge::CommitStatus status = status_of(target_, event, description);
      set_status(client, status);
      return {.message =
                  status.context + " is " + word_of(status.state) + " on " + status.commit.substr(0, 12)};
    }
    forge::CheckRun check = check_of(target_, event, description);
    check.summary = evidence(context);
    const std::string path =
        options_.path.empty() ? path_in_repository(context.result, context.environment) : options_.path;
    check.annotations = annotations_of(context.result, path, context.secrets);
    const forge::WrittenCheckRun written = write_check_run(client, check);
    return {.message = check.name + (written.created ? " created" : " updated") + " on " +
                       check.commit.substr(0, 12)};
  });
}

std::vector<std::string> CommitStatusTask::plan(const std::vector<experiment::Version>& versions) const {
  const ForgeTarget target = with_placeholders(target_);
  const Event event = sample_event(versions, run_, "commit-status", experiment());
  const std::string description = options_.description ? options_.description->value.text() : event.headline;
  const forge::Call call = options_.form == StatusForm::status
                               ? status_call(target.account, status_of(target, event, description))
                               : check_run_creation(check_of(target, event, description));
  std::vector<std::string> lines = {"for a run that passed:"};
  for (std::string& line : plan_text(target.account, call)) lines.push_back(std::move(line));
  return lines;
}

forge::CommitStatus CommitStatusTask::status_of(const ForgeTarget& target, const Event& event,
                                                std::string description) const {
  return {.repository = repository_of(target),
          .commit = commit_of(target, options_.commit),
          .context = context_of(event),
          .state = state_of(event),
          .description = std::move(description),
          .url = options_.url.empty() ? event.run.url : options_.url};
}

forge::CheckRun CommitStatusTask::check_of(const ForgeTarget& target, const Event& event,
                                           std::string description) const {
  return {.repository = repository_of(target),
          .commit = commit_of(target, options_.commit),
          .name = context_of(event),
          .conclusion = conclusion_of(state_of(event)),
          .title = std::move(description),
          .summary = "(the evidence)",
          .url = options_.url.empty() ? event.run.url : options_.url,
          .external_id = context_of(event),
          .annotations = {}};
}

CommitState CommitStatusTask::state_of(const Event& event) const {
  if (options_.state) return *options_.state;
  switch (event.status) {
    case RunStatus::success:
      return CommitState::success;
    case RunStatus::failure:
      return CommitState::failure;
    case RunStatus::inconclusive:
      break;
  }
  return options_.inconclusive;
}

std::string CommitStatusTask::context_of(const Event& event) const {
  return options_.context.empty() ? shorten("iter8/" + event.experiment, 100) : options_.context;
}

std::string CommitStatusTask::description_of(const Context& context, const Event& event) const {
  if (!options_.description)
    return options_.state == CommitState::pending ? "the experiment is running" : event.headline;
  const config::Template& text = options_.description->value;
  return one_line(text.render(message_data(context, event, text.fields()), {.now = event.time}));
}

experiment::TaskKind commit_status_kind() {
  return {.name = "commit-status",
          .summary = "Sets the outcome on a commit: a status, or a check run with annotations",
          .options = config::fields_of<CommitStatusOptions>().schema(),
          .build = build};
}

}  // namespace iter8::tasks::commit_status
