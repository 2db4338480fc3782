// PagerDuty, Events API v2: what is not a success triggers an incident, and a later success of the same
// experiment resolves it. https://developer.pagerduty.com/docs/events-api-v2-overview
#include "base/text.h"
#include "tasks/evidence/event_document.h"
#include "tasks/evidence/text_limit.h"
#include "tasks/notify/channel.h"
#include "tasks/notify/lines.h"

namespace iter8::tasks::notify {

namespace {

using experiment::Json;

constexpr std::size_t kSummaryLimit = 1024;
constexpr std::size_t kKeyLimit = 255;
constexpr std::size_t kSentObjectives = 100;  // an event may have 512 KB
constexpr const char* kUrl = "https://events.pagerduty.com/v2/enqueue";

class PagerdutyChannel final : public Channel {
 public:
  explicit PagerdutyChannel(const NotifyOptions& options)
      : url_(options.url ? options.url->value : kUrl),
        routing_key_(options.routing_key),
        dedup_key_(options.dedup_key),
        component_(options.component),
        source_(options.source),
        severity_(options.severity) {}

  Delivery make_delivery(const Message& message) const override {
    const Event& event = message.event;
    const bool resolves = event.status == RunStatus::success;
    Json body{{"routing_key", routing_key_},
              {"event_action", resolves ? "resolve" : "trigger"},
              {"dedup_key", key_of(event)}};
    if (!resolves) body["payload"] = payload_of(message);
    if (!resolves && !event.run.url.empty())
      body["links"] = Json::array({{{"href", event.run.url}, {"text", "The run"}}});
    web::Request request = json_request(url_, body);
    request.repeat = web::Repeat::always;  // PagerDuty takes events with the same key for one
    return {.what = std::move(request), .note = {}};
  }

 private:
  std::string key_of(const Event& event) const {
    if (!dedup_key_.empty()) return dedup_key_;
    const std::string where = event.run.repository.empty() ? "" : event.run.repository + "/";
    return shorten("iter8/" + where + event.experiment, kKeyLimit);
  }

  Json payload_of(const Message& message) const {
    const Event& event = message.event;
    const Severity usual = event.status == RunStatus::failure ? Severity::error : Severity::warning;
    Json payload{{"summary", shorten(message.headline, kSummaryLimit)},
                 {"source", source_.value_or(event.run.repository.empty() ? "iter8" : event.run.repository)},
                 {"severity", config::Codec<Severity>::written(severity_.value_or(usual))},
                 {"timestamp", base::to_rfc3339(event.time)},
                 {"group", event.experiment},
                 {"class", "release experiment"}};
    if (!component_.empty()) payload["component"] = component_;
    Event cut = event;
    if (cut.objectives.size() > kSentObjectives) cut.objectives.resize(kSentObjectives);
    payload["custom_details"] = to_document(cut);
    return payload;
  }

  std::string url_;
  std::string routing_key_;
  std::string dedup_key_;
  std::string component_;
  std::optional<std::string> source_;
  std::optional<Severity> severity_;
};

}  // namespace

std::unique_ptr<Channel> make_pagerduty(const NotifyOptions& options, experiment::BuildContext& context) {
  const std::size_t before = context.problems.all().size();
  if (options.routing_key.empty())
    context.problems.error(context.position,
                           "channel pagerduty: expected routingKey, the key of an Events API v2 integration");
  if (options.dedup_key.size() > kKeyLimit)
    context.problems.error(context.position, "channel pagerduty: dedupKey has more than 255 characters");
  if (context.problems.has_errors_since(before)) return nullptr;
  context.secrets.add(options.routing_key);
  return std::make_unique<PagerdutyChannel>(options);
}

}  // namespace iter8::tasks::notify
