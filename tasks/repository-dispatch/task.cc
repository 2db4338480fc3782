#include "tasks/repository-dispatch/task.h"

#include "forge/place.h"
#include "tasks/evidence/event_document.h"
#include "tasks/evidence/message_data.h"

namespace iter8::tasks::repository_dispatch {

namespace {

using experiment::Context;
using experiment::Json;
using experiment::Outcome;

/// Of the whole body, below GitHub's 64 KB for client_payload.
constexpr std::size_t kLimit = 60 * 1000;

std::unique_ptr<experiment::Task> build(const config::Node& with, experiment::BuildContext& context) {
  RepositoryDispatchOptions options;
  if (!fields_of(&options).read(with, context.problems, options)) return nullptr;
  const std::size_t before = context.problems.all().size();
  for (const auto& [name, text] : options.payload)
    check_message_template(text.value, text.position, context.versions, context.problems);
  auto target = target_of(options.forge, options.repository, context);
  if (target && target->account.vendor != forge::Vendor::github)
    context.problems.error(context.position, "repository_dispatch is an event of GitHub; this is " +
                                                 std::string(forge::to_text(target->account.vendor)));
  if (!target || context.problems.has_errors_since(before)) return nullptr;
  return std::make_unique<RepositoryDispatchTask>(std::move(options), std::move(*target),
                                                  ci_run_of(context.environment));
}

}  // namespace

Outcome RepositoryDispatchTask::run(const Context& context) {
  return with_soft_failure(options_.forge, context, [&]() -> Outcome {
    const Event event = event_of(context, "repository-dispatch");
    Json values = Json::object();
    for (const auto& [name, text] : options_.payload)
      values[name] =
          text.value.render(message_data(context, event, text.value.fields()), {.now = event.time});
    FittedDocument body = body_of(event, values);
    forge::Client client = client_of(target_, context);
    client.send(call_of(target_, std::move(body.document)));
    Outcome outcome{.message = "sent " + options_.event_type + " to " + repository_of(target_)};
    if (!body.note.empty()) outcome.warnings.push_back({"repository-dispatch", body.note});
    return outcome;
  });
}

std::vector<std::string> RepositoryDispatchTask::plan(
    const std::vector<experiment::Version>& versions) const {
  const ForgeTarget target = with_placeholders(target_);
  Json values = Json::object();
  for (const auto& [name, text] : options_.payload) values[name] = text.value.text();
  const Event event = sample_event(versions, run_, "repository-dispatch", experiment());
  std::vector<std::string> lines = {"for a run that passed:"};
  for (std::string& line : plan_text(target.account, call_of(target, body_of(event, values).document)))
    lines.push_back(std::move(line));
  return lines;
}

FittedDocument RepositoryDispatchTask::body_of(const Event& event, const Json& values) const {
  return fit_objectives(event.objectives.size(), kLimit, [&](std::size_t shown) -> Json {
    Event part = event;
    part.objectives.resize(shown);
    Json data = to_document(part);
    if (!values.empty()) data["values"] = values;
    return {{"event_type", options_.event_type}, {"client_payload", {{options_.key, std::move(data)}}}};
  });
}

forge::Call RepositoryDispatchTask::call_of(const ForgeTarget& target, Json body) const {
  return {.method = "POST",
          .path = forge::repository_path(target.account.vendor, repository_of(target)) + "/dispatches",
          .body = std::move(body),
          .purpose = "send the repository_dispatch event",
          .permission = "contents: write"};
}

experiment::TaskKind repository_dispatch_kind() {
  return {.name = "repository-dispatch",
          .summary = "Sends a repository_dispatch event with the outcome to GitHub",
          .options = config::fields_of<RepositoryDispatchOptions>().schema(),
          .build = build};
}

}  // namespace iter8::tasks::repository_dispatch
