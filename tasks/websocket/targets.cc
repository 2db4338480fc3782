#include "tasks/websocket/targets.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/error.h"
#include "base/file.h"
#include "base/text.h"
#include "load/request/request.h"
#include "load/request/request_template.h"
#include "tasks/load/target_url.h"

namespace iter8::tasks::websocket {

namespace {

constexpr std::size_t kMessageFileLimit = 64 * 1024 * 1024;

/// ws and wss are other words for http and https.
std::string with_http_scheme(const std::string& text) {
  const std::string scheme = base::lower(text.substr(0, text.find(':')));
  return scheme == "ws" || scheme == "wss" ? "http" + text.substr(2) : text;
}

load::WebSocketCall call_of(const WebSocketOptions& options) {
  load::WebSocketCall call{.subprotocols = options.subprotocols,
                           .kind = options.binary ? load::MessageKind::binary : load::MessageKind::text,
                           .match = {},
                           .expected = {},
                           .message_limit = static_cast<std::size_t>(options.message_limit)};
  if (options.match) {
    const MatchOptions& match = options.match->value;
    call.match = load::AnswerMatch{.answer = *match.path, .sent = {}, .value = match.value.value_or("")};
    if (!match.value) call.match->sent = match.sent ? match.sent : match.path;
  }
  if (options.expect && options.expect->path)
    call.expected = load::AnswerValue{.path = *options.expect->path, .value = *options.expect->value};
  return call;
}

std::optional<load::Target> unnamed_target(const WebSocketOptions& options, const TargetContext& context,
                                           std::size_t version) {
  const config::Value data = template_data(context.versions, version, context.iteration);
  const auto text =
      options.url ? render(*options.url, context, data) : url_of_version(context.versions[version]);
  if (!text) return std::nullopt;
  load::Target target{.url = parse_url_or_throw(with_http_scheme(*text)),
                      .tls = tls_settings_of(options.tls, context.directory),
                      .rows = context.rows,
                      .row_order = options.row_order,
                      .websocket = call_of(options)};
  if (options.expect) target.expect.body_contains = options.expect->contains;
  if (options.path) apply_path(target.url, render(*options.path, context, data));
  for (const auto& [name, value] : options.headers) {
    target.headers.emplace_back(name, render(value, context, data));
    load::request_text(target, load::KeepAlive::on);
  }
  if (options.message_file) {
    note_position(context, options.message_file->position);
    target.body = base::read_file(context.directory / options.message_file->value, kMessageFileLimit);
  } else if (options.message) {
    target.body = render(*options.message, context, data);
  }
  load::request_text(target, load::KeepAlive::on);
  return target;
}

}  // namespace

std::optional<load::Target> target_of(const WebSocketOptions& options, const TargetContext& context,
                                      std::size_t version) {
  try {
    return unnamed_target(options, context, version);
  } catch (const base::Error& error) {
    if (context.versions.size() == 1) throw;
    throw base::Error("version '" + context.versions[version].name + "': " + error.what());
  }
}

void check_match(const load::Target& target) {
  const auto& match = target.websocket->match;
  if (!match || !match->sent) return;
  const load::RequestTemplate message(target.body, target.rows);
  const std::size_t rows = message.is_fixed() || target.rows == nullptr ? 1 : target.rows->count();
  load::Draw draw;
  draw.uuid.fill('0');
  std::string text;
  for (draw.row = 0; draw.row < rows; ++draw.row) {
    text.clear();
    message.append_to(text, draw);
    const auto value = match->sent->find(text);
    if (value && value->kind != load::JsonValue::Kind::absent) continue;
    const std::string where = rows > 1 ? fmt::format(" of row {}", draw.row + 1) : "";
    throw base::Error(
        value ? fmt::format("match: the message{} has nothing at {}", where, match->sent->text())
              : fmt::format("match: the message{} is not JSON: {}", where, base::printable(text, 100)));
  }
}

load::Plan plan_of(const WebSocketOptions& options) {
  load::Plan plan = tasks::plan_of(options.load, {});
  plan.streams = static_cast<int>(options.streams);
  plan.keep_alive = options.keep_alive ? load::KeepAlive::on : load::KeepAlive::off;
  return plan;
}

std::string url_text(const net::Url& url) {
  const std::string text = url.to_text();
  return text.starts_with("http") ? "ws" + text.substr(4) : text;
}

}  // namespace iter8::tasks::websocket
