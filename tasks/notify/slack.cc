// Slack: an incoming webhook, or chat.postMessage and chat.update with a bot token (scope chat:write).
// https://docs.slack.dev/reference/block-kit/blocks,
// https://docs.slack.dev/reference/methods/chat.postMessage
#include <fmt/format.h>

#include "base/error.h"
#include "base/markdown.h"
#include "base/text.h"
#include "tasks/evidence/event_document.h"
#include "tasks/evidence/text_limit.h"
#include "tasks/notify/channel.h"
#include "tasks/notify/lines.h"
#include "web/foreign_json.h"

namespace iter8::tasks::notify {

namespace {

using experiment::Json;

constexpr std::size_t kSectionLimit = 3000;  // characters of a section's text
constexpr std::size_t kHeadlineLimit = 2000;
constexpr std::size_t kMostLines = 15;
constexpr const char* kApi = "https://slack.com/api";

/// What Slack reads as markup in any text.
std::string escape_markup(std::string text) {
  text = base::replace_all(std::move(text), "&", "&amp;");
  return base::replace_all(base::replace_all(std::move(text), "<", "&lt;"), ">", "&gt;");
}

/// Text from outside: no markup, and no links in notifications either, which know no `verbatim`.
std::string escape(std::string_view text) {
  return escape_markup(base::without_links(text));
}

std::string_view sign_of(RunStatus status) {
  switch (status) {
    case RunStatus::success:
      return ":white_check_mark:";
    case RunStatus::failure:
      return ":x:";
    case RunStatus::inconclusive:
      return ":warning:";
  }
  return "";
}

/// Escapes the text and keeps it within `limit` bytes without cutting an entity in two: escaping can make a
/// text five times as long.
std::string escape_within(std::string_view text, std::size_t limit) {
  std::size_t most = limit;
  std::string result = escape(shorten(text, most));
  while (result.size() > limit) {
    most = most * 3 / 4;
    result = escape(shorten(text, most));
  }
  return result;
}

/// `verbatim`: addresses and names of channels and people in it are not links.
Json markup(const std::string& text) {
  return {{"type", "mrkdwn"}, {"text", text}, {"verbatim", true}};
}

Json section(const std::string& text) {
  return {{"type", "section"}, {"text", markup(text)}};
}

std::string objective_lines(const Event& event) {
  std::string text;
  std::size_t shown = 0;
  for (const CheckedObjective& objective : event.objectives) {
    const std::string line = "• " + escape_within(line_of(objective, event), 300) + "\n";
    if (shown == kMostLines || text.size() + line.size() > kSectionLimit - 40) break;
    text += line;
    ++shown;
  }
  return text + rest_line(event.objectives.size() - shown);
}

std::string context_line(const Event& event) {
  constexpr std::size_t kLongestAddress = 1000;
  std::vector<std::string> parts;
  for (const auto& [name, value] : facts_of(event)) parts.push_back(name + " " + escape_within(value, 200));
  const std::string address = escape_markup(event.run.url);
  if (!address.empty() && address.size() <= kLongestAddress) parts.push_back("<" + address + "|Run>");
  return base::join(parts, " · ");
}

Json blocks_of(const Message& message) {
  const Event& event = message.event;
  Json blocks = Json::array();
  blocks.push_back(section(
      fmt::format("{} *{}*", sign_of(event.status), escape_within(message.headline, kHeadlineLimit))));
  const std::string lines = objective_lines(event);
  if (!lines.empty()) blocks.push_back(section(lines));
  blocks.push_back({{"type", "context"}, {"elements", Json::array({markup(context_line(event))})}});
  return blocks;
}

class SlackChannel final : public Channel {
 public:
  explicit SlackChannel(const NotifyOptions& options)
      : url_(options.url ? options.url->value : kApi),
        token_(options.token),
        conversation_(options.to.items.empty() ? "" : options.to.items.front()),
        updates_(options.updates) {}

  Delivery make_delivery(const Message& message) const override {
    Json body;
    if (!token_.empty()) body["channel"] = conversation_;
    body["text"] = escape_within(message.headline, kHeadlineLimit);  // of the notification on a phone
    body["blocks"] = blocks_of(message);
    body["unfurl_links"] = false;
    if (token_.empty()) return {.what = json_request(url_, body), .note = {}};

    const bool is_edit = updates_ == Updates::edit && !first_.empty();
    if (is_edit) body["ts"] = first_;
    if (updates_ == Updates::thread && !first_.empty()) body["thread_ts"] = first_;
    web::Request request = json_request(url_ + (is_edit ? "/chat.update" : "/chat.postMessage"), body);
    request.headers.front().second += "; charset=utf-8";  // Slack warns without it
    request.headers.emplace_back("Authorization", "Bearer " + token_);
    return {.what = std::move(request), .note = {}};
  }

  std::string read_response(const web::Response& response) override {
    if (token_.empty()) return {};
    const Json answer = web::parse_foreign_ordered_json(response.body);
    if (!answer.is_object() || !answer.contains("ok"))
      return "expected a response of Slack's API, found " + base::printable(response.body, 80);
    if (answer["ok"] != true) return refusal_text(answer);
    // chat.update knows the conversation by its id only.
    if (first_.empty() && answer.contains("ts") && answer["ts"].is_string()) {
      first_ = answer["ts"].get<std::string>();
      if (answer.contains("channel") && answer["channel"].is_string())
        conversation_ = answer["channel"].get<std::string>();
    }
    return {};
  }

 private:
  /// Slack says no with status 200.
  static std::string refusal_text(const Json& answer) {
    const auto text = [&](const char* key) {
      return answer.contains(key) && answer[key].is_string() ? base::printable(answer[key].get<std::string>())
                                                             : "";
    };
    std::string refusal = "Slack refused it: " + text("error");
    const std::string needed = text("needed");
    if (!needed.empty()) refusal += " (the token needs the scope " + needed + ")";
    if (text("error") == "not_in_channel") refusal += " (invite the bot to the channel)";
    return refusal;
  }

  std::string url_;
  std::string token_;
  std::string conversation_;
  Updates updates_;
  std::string first_;  // ts of the first message of this run
};

}  // namespace

std::unique_ptr<Channel> make_slack(const NotifyOptions& options, experiment::BuildContext& context) {
  const auto object = [&](const char* message) { context.problems.error(context.position, message); };
  const std::size_t before = context.problems.all().size();
  if (options.token.empty() && !options.url)
    object("channel slack: expected url (of an incoming webhook), or token and to");
  if (options.token.empty() && !options.to.items.empty())
    object("channel slack: an incoming webhook has its own channel; 'to' needs a token");
  if (!options.token.empty() && options.to.items.size() != 1)
    object("channel slack: expected 'to' with the one channel that the token's messages go to");
  if (options.token.empty() && options.updates != Updates::message)
    object("channel slack: an incoming webhook cannot change messages; 'updates' needs a token");
  if (context.problems.has_errors_since(before)) return nullptr;
  return std::make_unique<SlackChannel>(options);
}

}  // namespace iter8::tasks::notify
