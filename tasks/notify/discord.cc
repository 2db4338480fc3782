// Discord: a channel's webhook with one embed. Limits: title 256, description 4096 characters.
// https://discord.com/developers/docs/resources/webhook#execute-webhook
#include "base/markdown.h"
#include "base/text.h"
#include "tasks/evidence/event_document.h"
#include "tasks/evidence/text_limit.h"
#include "tasks/notify/channel.h"
#include "tasks/notify/lines.h"

namespace iter8::tasks::notify {

namespace {

using experiment::Json;

constexpr std::size_t kTitleLimit = 256;
constexpr std::size_t kDescriptionLimit = 4096;

int embed_color(RunStatus status) {
  switch (status) {
    case RunStatus::success:
      return 0x2da44e;
    case RunStatus::failure:
      return 0xcf222e;
    case RunStatus::inconclusive:
      return 0xbf8700;
  }
  return 0;
}

/// No text from outside may become Markdown or a link: a masked link would say one thing and lead to another.
std::string escape_markdown(std::string_view text) {
  std::string result;
  for (const char c : base::without_links(text)) {
    if (std::string_view("\\`*_~|>[]()#-").find(c) != std::string_view::npos) result += '\\';
    result += c;
  }
  return result;
}

std::string description_of(const Message& message) {
  const Event& event = message.event;
  std::string text;
  if (message.headline.size() > kTitleLimit / 2)
    text = escape_markdown(shorten(message.headline, 1000)) + "\n";
  std::size_t shown = 0;
  for (const CheckedObjective& objective : event.objectives) {
    const std::string line = "• " + escape_markdown(shorten(line_of(objective, event), 300)) + "\n";
    if (text.size() + line.size() > kDescriptionLimit - 40) break;
    text += line;
    ++shown;
  }
  return text + rest_line(event.objectives.size() - shown);
}

class DiscordChannel final : public Channel {
 public:
  explicit DiscordChannel(std::string url) : url_(std::move(url)) {}

  Delivery make_delivery(const Message& message) const override {
    const Event& event = message.event;
    Json fields = Json::array();
    for (const auto& [name, value] : facts_of(event))
      fields.push_back({{"name", name}, {"value", escape_markdown(shorten(value, 500))}, {"inline", true}});
    Json embed{{"title", escape_markdown(shorten(message.headline, kTitleLimit / 2))},
               {"description", description_of(message)},
               {"color", embed_color(event.status)},
               {"timestamp", base::to_rfc3339(event.time)},
               {"fields", fields}};
    if (!event.run.url.empty()) embed["url"] = event.run.url;
    const Json payload{{"embeds", Json::array({embed})}, {"allowed_mentions", {{"parse", Json::array()}}}};
    return {.what = json_request(url_, payload), .note = {}};
  }

 private:
  std::string url_;
};

}  // namespace

std::unique_ptr<Channel> make_discord(const NotifyOptions& options, experiment::BuildContext& context) {
  if (!options.url) {
    context.problems.error(context.position,
                           "channel discord: expected url, the address of a channel's webhook");
    return nullptr;
  }
  return std::make_unique<DiscordChannel>(options.url->value);
}

}  // namespace iter8::tasks::notify
