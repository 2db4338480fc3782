#include "tasks/webhook/task.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/error.h"
#include "base/host_policy.h"
#include "base/text.h"
#include "experiment/result/value_document.h"
#include "tasks/evidence/event_document.h"
#include "tasks/evidence/message_data.h"
#include "tasks/webhook/signature.h"
#include "web/client.h"

namespace iter8::tasks::webhook {

namespace {

using experiment::Context;
using experiment::Outcome;

constexpr std::size_t kPayloadLimit = 1024 * 1024;

bool is_signed(const WebhookOptions& options, Signature signature) {
  return options.secret && std::ranges::find(options.signatures, signature) != options.signatures.end();
}

std::unique_ptr<experiment::Task> build(const config::Node& with, experiment::BuildContext& context) {
  WebhookOptions options;
  if (!fields_of(&options).read(with, context.problems, options)) return nullptr;
  const std::size_t before = context.problems.all().size();
  if (options.payload_template)
    check_message_template(options.payload_template->value, options.payload_template->position,
                           context.versions, context.problems);
  check_call(options.call, with, context);
  if (context.problems.has_errors_since(before)) return nullptr;
  if (options.secret) context.secrets.add(options.secret->value);
  return std::make_unique<WebhookTask>(std::move(options), ci_run_of(context.environment), context.directory,
                                       context.position.line);
}

}  // namespace

WebhookTask::WebhookTask(WebhookOptions options, CiRun run, std::filesystem::path directory, int line)
    : options_(std::move(options)),
      run_(std::move(run)),
      directory_(std::move(directory)),
      teller_("webhook " + std::to_string(line)) {}

Outcome WebhookTask::run(const Context& context) {
  const Event event = event_of(context, teller_);
  const config::Template text =
      options_.payload_template ? options_.payload_template->value : config::Template();
  const config::Value data = message_data(context, event, text.fields());
  std::string body = to_text(to_document(event));
  if (options_.payload_template) {
    body = text.render(data, {.output_bytes = kPayloadLimit, .now = event.time});
    if (base::trim(body).empty()) throw base::Error("the payload template made nothing");
  }

  const web::Request request = request_of(event, data, std::move(body));
  web::Client client(context.secrets, context.clock,
                     {.retry = retry_policy(options_.call),
                      .hosts = base::HostPolicy::of(context.environment),
                      .log = &context.log});
  std::string failure;
  try {
    const web::Response response = client.send(request, context.stop);
    if (response.status < 200 || response.status > 299)
      failure = web::describe_failure(request, response, context.secrets);
    else
      return {.message = fmt::format("called with id msg_{}, status {}", event.id, response.status)};
  } catch (const base::Error& error) {
    failure = error.what();
  }
  if (!options_.soft_failure) throw base::Error(failure);
  return {.message = "not called: " + failure, .warnings = {{.code = "webhook", .message = failure}}};
}

web::Request WebhookTask::request_of(const Event& event, const config::Value& data, std::string body) const {
  web::Request request{.method = options_.method, .url = options_.url.value, .body = std::move(body)};
  const std::string id = "msg_" + event.id;
  const std::int64_t time =
      std::chrono::duration_cast<std::chrono::seconds>(event.time.time_since_epoch()).count();
  const bool is_json = experiment::Json::accept(request.body);
  request.headers = {{"webhook-id", id}, {"webhook-timestamp", std::to_string(time)}};
  if (is_signed(options_, Signature::standard))
    request.headers.emplace_back(
        "webhook-signature",
        standard_signature(signing_key(options_.secret->value).value_or(""), id, time, request.body));
  if (is_signed(options_, Signature::github))
    request.headers.emplace_back("X-Hub-Signature-256", hub_signature(options_.secret->value, request.body));
  apply_call(options_.call, data, directory_, request);
  const bool has_type = std::ranges::any_of(
      request.headers, [](const auto& header) { return base::lower(header.first) == "content-type"; });
  if (!has_type)
    request.headers.emplace_back("Content-Type", is_json ? "application/json" : "text/plain; charset=utf-8");
  request.repeat = web::Repeat::always;
  return request;
}

std::vector<std::string> WebhookTask::plan(const std::vector<experiment::Version>& versions) const {
  const Event event = sample_event(versions, run_, teller_, experiment());
  const std::string body =
      options_.payload_template ? options_.payload_template->value.text() : to_text(to_document(event));
  std::vector<std::string> lines = {"for a run that passed:"};
  for (std::string& line : web::plan_text(
           request_of(event, experiment::to_value(experiment::Json{{"event", to_document(event)}}), body)))
    lines.push_back(std::move(line));
  return lines;
}

experiment::TaskKind webhook_kind() {
  return {.name = "webhook",
          .summary = "Calls one URL with the outcome, signed",
          .options = config::fields_of<WebhookOptions>().schema(),
          .build = build};
}

}  // namespace iter8::tasks::webhook
