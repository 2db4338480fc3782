// Prometheus Alertmanager, API v2: what is not a success fires an alert, and a later success with the same
// labels resolves it. https://prometheus.io/docs/alerting/latest/clients/
#include <algorithm>

#include "base/text.h"
#include "tasks/evidence/event_document.h"
#include "tasks/evidence/text_limit.h"
#include "tasks/notify/channel.h"
#include "tasks/notify/lines.h"

namespace iter8::tasks::notify {

namespace {

using experiment::Json;

constexpr std::size_t kTextLimit = 2000;
constexpr const char* kPath = "/api/v2/alerts";

bool is_label_name(std::string_view name) {
  const auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; };
  return !name.empty() && is_letter(name.front()) &&
         std::ranges::all_of(name, [&](char c) { return is_letter(c) || (c >= '0' && c <= '9'); });
}

std::string description_of(const Event& event) {
  std::string text;
  for (const CheckedObjective& objective : event.objectives)
    if (objective.verdict != experiment::Verdict::pass) text += line_of(objective, event) + "\n";
  for (const std::string& failure : event.failures) text += "task " + failure + "\n";
  return shorten(base::trim(text), kTextLimit);
}

class AlertmanagerChannel final : public Channel {
 public:
  explicit AlertmanagerChannel(const NotifyOptions& options)
      : url_(options.url->value), annotations_(options.annotations), expires_(options.expires) {
    while (url_.ends_with('/')) url_.pop_back();
    if (!url_.ends_with(kPath)) url_ += kPath;
    // An alert is its labels: what changes from run to run must not be one.
    labels_ = {{"alertname", "Iter8Experiment"},
               {"severity", config::Codec<Severity>::written(options.severity.value_or(Severity::warning))}};
    for (const auto& [name, value] : options.labels) labels_[name] = value;
  }

  Delivery make_delivery(const Message& message) const override {
    const Event& event = message.event;
    Json alert{{"labels", labels_}};
    if (!alert["labels"].contains("experiment")) alert["labels"]["experiment"] = event.experiment;
    alert["annotations"] = {{"summary", shorten(message.headline, kTextLimit)},
                            {"description", description_of(event)}};
    for (const auto& [name, value] : annotations_) alert["annotations"][name] = value;
    if (event.status == RunStatus::success) {
      alert["endsAt"] = base::to_rfc3339(event.time);
    } else {
      alert["startsAt"] = base::to_rfc3339(event.time);
      if (expires_) alert["endsAt"] = base::to_rfc3339(event.time + *expires_);
    }
    if (!event.run.url.empty()) alert["generatorURL"] = event.run.url;
    web::Request request = json_request(url_, Json::array({alert}));
    request.repeat = web::Repeat::always;  // the same labels are the same alert
    return {.what = std::move(request), .note = {}};
  }

 private:
  std::string url_;
  Json labels_;
  TextMap annotations_;
  std::optional<base::Duration> expires_;
};

}  // namespace

std::unique_ptr<Channel> make_alertmanager(const NotifyOptions& options, experiment::BuildContext& context) {
  const std::size_t before = context.problems.all().size();
  if (!options.url)
    context.problems.error(context.position, "channel alertmanager: expected url, its address");
  for (const TextMap* map : {&options.labels, &options.annotations})
    for (const auto& [name, value] : *map)
      if (!is_label_name(name))
        context.problems.error(context.position, "channel alertmanager: '" + base::printable(name) +
                                                     "' is not a label name: expected letters, digits and _");
  if (context.problems.has_errors_since(before)) return nullptr;
  return std::make_unique<AlertmanagerChannel>(options);
}

}  // namespace iter8::tasks::notify
