// Microsoft Teams: the address of a Workflow that waits for a webhook request; an adaptive card of
// version 1.4. The older connectors (outlook.office.com) are switched off. A message may have about 28 KB.
#include "base/error.h"
#include "tasks/evidence/event_document.h"
#include "tasks/evidence/text_limit.h"
#include "tasks/notify/channel.h"
#include "tasks/notify/lines.h"

namespace iter8::tasks::notify {

namespace {

using experiment::Json;

constexpr std::size_t kLimit = 27 * 1000;  // bytes; the service's own limit is not exact

std::string_view text_color(RunStatus status) {
  switch (status) {
    case RunStatus::success:
      return "Good";
    case RunStatus::failure:
      return "Attention";
    case RunStatus::inconclusive:
      return "Warning";
  }
  return "Default";
}

/// A text run knows no Markdown, so that text from outside cannot make links.
Json text_block(const std::string& text, Json style = Json::object()) {
  style["type"] = "TextRun";
  style["text"] = text;
  return {{"type", "RichTextBlock"}, {"inlines", Json::array({std::move(style)})}};
}

Json card_of(const Message& message, std::size_t shown) {
  const Event& event = message.event;
  Json body = Json::array();
  body.push_back(text_block(shorten(message.headline, 2000),
                            {{"weight", "Bolder"}, {"size", "Medium"}, {"color", text_color(event.status)}}));
  Json facts = Json::array();
  for (const auto& [name, value] : facts_of(event))
    facts.push_back({{"title", name}, {"value", shorten(value, 300)}});
  body.push_back({{"type", "FactSet"}, {"facts", facts}});
  for (std::size_t i = 0; i < shown; ++i)
    body.push_back(text_block(shorten(line_of(event.objectives[i], event), 500)));
  const std::string rest = rest_line(event.objectives.size() - shown);
  if (!rest.empty()) body.push_back(text_block(rest));

  Json card{{"$schema", "http://adaptivecards.io/schemas/adaptive-card.json"},
            {"type", "AdaptiveCard"},
            {"version", "1.4"},
            {"msteams", {{"width", "Full"}}},
            {"body", body}};
  if (!event.run.url.empty())
    card["actions"] =
        Json::array({{{"type", "Action.OpenUrl"}, {"title", "Open the run"}, {"url", event.run.url}}});
  return card;
}

Json payload_of(const Message& message, std::size_t shown) {
  return {{"type", "message"},
          {"attachments", Json::array({{{"contentType", "application/vnd.microsoft.card.adaptive"},
                                        {"contentUrl", nullptr},
                                        {"content", card_of(message, shown)}}})}};
}

class TeamsChannel final : public Channel {
 public:
  explicit TeamsChannel(std::string url) : url_(std::move(url)) {}

  Delivery make_delivery(const Message& message) const override {
    const FittedDocument payload =
        fit_objectives(message.event.objectives.size(), kLimit,
                       [&](std::size_t shown) { return payload_of(message, shown); });
    return {.what = json_request(url_, payload.document), .note = payload.note};
  }

 private:
  std::string url_;
};

}  // namespace

std::unique_ptr<Channel> make_teams(const NotifyOptions& options, experiment::BuildContext& context) {
  if (!options.url) {
    context.problems.error(context.position, "channel teams: expected url, the address of a Teams workflow");
    return nullptr;
  }
  const std::string& url = options.url->value;
  if (url.find("outlook.office.com/webhook") != std::string::npos ||
      url.find(".webhook.office.com/") != std::string::npos)
    context.problems.warning(
        options.url->position,
        "this is the address of an Office 365 connector, which Microsoft switched off; make a "
        "workflow 'when a Teams webhook request is received' and use its address");
  return std::make_unique<TeamsChannel>(url);
}

}  // namespace iter8::tasks::notify
