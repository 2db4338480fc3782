#include "tasks/comment/task.h"

#include "base/error.h"
#include "base/text.h"
#include "tasks/evidence/event.h"
#include "tasks/evidence/evidence.h"
#include "tasks/evidence/message_data.h"

namespace iter8::tasks::comment {

namespace {

using experiment::Context;
using experiment::Outcome;

/// An experiment's name as a key.
std::string key_of(const std::string& name) {
  std::string key;
  for (const char c : base::lower(name)) {
    const bool is_plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '_';
    if (is_plain) {
      key += c;
    } else if (!key.ends_with('-')) {
      key += '-';
    }
  }
  return key.empty() ? "experiment" : key;
}

std::string body_of(const CommentOptions& options, const Context& context) {
  if (!options.body) return evidence(context);
  const config::Template& text = options.body->value;
  const Event event = event_of(context, "comment");
  return text.render(message_data(context, event, text.fields()), {.now = event.time});
}

std::string_view to_text(forge::CommentChange change) {
  switch (change) {
    case forge::CommentChange::created:
      return "comment created";
    case forge::CommentChange::updated:
      return "comment updated";
    case forge::CommentChange::unchanged:
      break;
  }
  return "comment is up to date";
}

std::unique_ptr<experiment::Task> build(const config::Node& with, experiment::BuildContext& context) {
  CommentOptions options;
  if (!fields_of(&options).read(with, context.problems, options)) return nullptr;
  const std::size_t before = context.problems.all().size();
  if (options.body)
    check_message_template(options.body->value, options.body->position, context.versions, context.problems);
  auto target = target_of(options.forge, options.repository, context);
  if (!target || context.problems.has_errors_since(before)) return nullptr;
  return std::make_unique<CommentTask>(std::move(options), std::move(*target));
}

}  // namespace

Outcome CommentTask::run(const Context& context) {
  return with_soft_failure(options_.forge, context, [&]() -> Outcome {
    std::string body = body_of(options_, context);
    if (base::trim(body).empty()) throw base::Error("body: the template made nothing");
    const forge::StickyComment comment = comment_of(target_, context.result.experiment_name, std::move(body));
    forge::Client client = client_of(target_, context);
    const forge::WrittenComment written = write_comment(client, comment);
    std::string message(to_text(written.change));
    if (!written.url.empty()) message += ": " + base::printable(written.url, 500);
    return {.message = std::move(message)};
  });
}

std::vector<std::string> CommentTask::plan(const std::vector<experiment::Version>&) const {
  const ForgeTarget target = with_placeholders(target_);
  const std::string body = options_.body ? options_.body->value.text() : "(the evidence)";
  std::vector<std::string> lines = {
      "unless the pull request has the comment already, which is then updated:"};
  for (std::string& line :
       plan_text(target.account, creation_of(target.account, comment_of(target, experiment(), body))))
    lines.push_back(std::move(line));
  return lines;
}

forge::StickyComment CommentTask::comment_of(const ForgeTarget& target, const std::string& experiment,
                                             std::string body) const {
  return {.repository = repository_of(target),
          .pull_request = pull_request_of(target, options_.pull_request),
          .key = options_.key.empty() ? key_of(experiment) : options_.key,
          .body = std::move(body)};
}

experiment::TaskKind comment_kind() {
  return {.name = "comment",
          .summary = "Writes one comment on a pull request and keeps it up to date",
          .options = config::fields_of<CommentOptions>().schema(),
          .build = build};
}

}  // namespace iter8::tasks::comment
