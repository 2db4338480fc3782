// CloudEvents 1.0 over HTTP, in binary or structured mode, with the event as data.
// https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/http-protocol-binding.md
#include <fmt/format.h>

#include "base/encoding.h"
#include "tasks/evidence/event_document.h"
#include "tasks/notify/channel.h"

namespace iter8::tasks::notify {

namespace {

using experiment::Json;
using Attributes = std::vector<std::pair<std::string, std::string>>;

/// Section 3.1.3.2 of the binding: blanks, quotes, percent signs and everything outside of printable
/// ASCII are encoded.
std::string header_value(std::string_view text) {
  std::string result;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte <= 0x20 || byte >= 0x7F || c == '"' || c == '%')
      result += fmt::format("%{:02X}", static_cast<unsigned>(byte));
    else
      result += c;
  }
  return result;
}

class CloudeventsChannel final : public Channel {
 public:
  explicit CloudeventsChannel(const NotifyOptions& options)
      : url_(options.url->value), mode_(options.mode), type_(options.type), source_(options.source) {}

  Delivery make_delivery(const Message& message) const override {
    Json data = to_document(message.event);
    data["headline"] = message.headline;
    web::Request request = mode_ == CloudEventMode::binary ? binary_request(message.event, data)
                                                           : structured_request(message.event, data);
    request.repeat = web::Repeat::always;  // source and id tell the receiver that it is the same event
    return {.what = std::move(request), .note = {}};
  }

 private:
  /// `source` is a URI reference, so what is made from names is encoded.
  Attributes attributes_of(const Event& event) const {
    const std::string fallback =
        event.run.url.empty() ? "/iter8/" + base::percent_encoded(event.experiment) : event.run.url;
    Attributes attributes = {{"specversion", "1.0"},
                             {"id", event.id},
                             {"source", source_.value_or(fallback)},
                             {"type", type_ + "." + std::string(to_text(event.status))},
                             {"time", base::to_rfc3339(event.time)}};
    if (!event.experiment.empty()) attributes.emplace_back("subject", event.experiment);
    return attributes;
  }

  web::Request binary_request(const Event& event, const Json& data) const {
    web::Request request = json_request(url_, data);
    for (const auto& [name, value] : attributes_of(event))
      request.headers.emplace_back("ce-" + name, header_value(value));
    return request;
  }

  web::Request structured_request(const Event& event, const Json& data) const {
    Json envelope;
    for (const auto& [name, value] : attributes_of(event)) envelope[name] = value;
    envelope["datacontenttype"] = "application/json";
    envelope["data"] = data;
    web::Request request = json_request(url_, envelope);
    request.headers.front().second = "application/cloudevents+json; charset=utf-8";
    return request;
  }

  std::string url_;
  CloudEventMode mode_;
  std::string type_;
  std::optional<std::string> source_;
};

}  // namespace

std::unique_ptr<Channel> make_cloudevents(const NotifyOptions& options, experiment::BuildContext& context) {
  if (!options.url) {
    context.problems.error(context.position, "channel cloudevents: expected url, where events go");
    return nullptr;
  }
  return std::make_unique<CloudeventsChannel>(options);
}

}  // namespace iter8::tasks::notify
