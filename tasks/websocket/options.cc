#include "tasks/websocket/options.h"

#include <initializer_list>

namespace iter8::tasks::websocket {

namespace {

using config::Fields;
using config::Node;
using config::Problems;

constexpr std::int64_t kMostStreams = 10'000;
constexpr std::int64_t kLargestMessageLimit = std::int64_t{64} << 20;

void check_match_options(const MatchOptions& match, const Node& node, Problems& problems) {
  if (!match.path)
    problems.error(node.position, "match: missing key 'path': where the value stands in answers");
  if (match.sent && match.value)
    problems.error(node.position, "match: both sent and value; expected one of them");
}

void check_expect_options(const ExpectOptions& expect, const Node& node, Problems& problems) {
  if (expect.path.has_value() != expect.value.has_value())
    problems.error(node.position, "expect: a path and its value belong together");
  if (expect.contains.empty() && !expect.path)
    problems.error(node.position, "expect: nothing is expected; give contains, or path and value");
}

void check_together(const WebSocketOptions& options, const Node& node, Problems& problems) {
  const auto position_of = [&](const char* key) {
    const Node* value = node.find(key);
    return value ? value->position : node.position;
  };
  if (options.message && options.message_file)
    problems.error(position_of("messageFile"), "both message and messageFile; expected one of them");
  if (options.endpoints.empty() && !options.message && !options.message_file)
    problems.error(node.position, "missing key 'message': what is sent");
  if (options.streams > 1 && !options.match)
    problems.error(position_of("streams"),
                   "without match the next message is the answer, so that a connection carries one request");
  if (options.streams > 1 && options.load.pace.think_time > base::Duration{0})
    problems.error(position_of("streams"), "with pauses a connection carries one request");
}

void add_connection_fields(Fields<WebSocketOptions>& fields) {
  fields
      .optional(
          "url", &WebSocketOptions::url,
          "Where connections go, ws:// or wss:// (http and https mean the same); a template, rendered for "
          "each version")
      .shown_default("the url of each version")
      .optional("path", &WebSocketOptions::path,
                "With a leading /: replaces the URL's path and query; else appended to it")
      .optional("headers", &WebSocketOptions::headers,
                "Header fields of the handshake; values may be templates")
      .optional("subprotocols", &WebSocketOptions::subprotocols,
                "Offered in the handshake; the server has to choose one of them")
      .optional("tls", &WebSocketOptions::tls, "How wss connections are secured");
}

void add_message_fields(Fields<WebSocketOptions>& fields) {
  fields
      .optional(
          "message", &WebSocketOptions::message,
          "What each request sends; a template, in which {{uuid}}, {{seq}} and {{row.COLUMN}} differ from "
          "request to request")
      .optional("messageFile", &WebSocketOptions::message_file,
                "File with the message, relative to the experiment's directory")
      .optional("binary", &WebSocketOptions::binary, "Send binary messages instead of text")
      .optional("rows", &WebSocketOptions::rows,
                "CSV file whose columns {{row.COLUMN}} names; relative to the experiment's directory")
      .optional("rowOrder", &WebSocketOptions::row_order, "Which row a request gets")
      .optional(
          "match", &WebSocketOptions::match,
          "Which message is the answer: a path into JSON as .id, at which it has the same value as the "
          "message that was sent; or {path, sent} with another path in that, or {path, value} with a text")
      .shown_default("the next message")
      .optional("expect", &WebSocketOptions::expect,
                "What answers have to look like; others count as errors of class expect")
      .optional("maxMessage", &WebSocketOptions::message_limit,
                "Bytes of the longest message that is accepted", config::within(1, kLargestMessageLimit));
}

}  // namespace

const Fields<MatchOptions>& fields_of(const MatchOptions*) {
  static const auto fields =
      Fields<MatchOptions>{}
          .optional("path", &MatchOptions::path, "Where the value stands in answers")
          .optional("sent", &MatchOptions::sent, "Where it stands in the message that was sent")
          .optional("value", &MatchOptions::value,
                    "What it is: a text with placeholders, such as {{uuid}} or {{row.id}}")
          .rule(check_match_options);
  return fields;
}

const Fields<ExpectOptions>& fields_of(const ExpectOptions*) {
  static const auto fields =
      Fields<ExpectOptions>{}
          .optional("contains", &ExpectOptions::contains, "A text in the answer")
          .optional("path", &ExpectOptions::path, "A path into the answer, which is JSON")
          .optional("value", &ExpectOptions::value, "What stands there")
          .rule(check_expect_options);
  return fields;
}

const Fields<WebSocketOptions>& fields_of(const WebSocketOptions*) {
  static const auto fields = [] {
    Fields<WebSocketOptions> table;
    add_connection_fields(table);
    add_message_fields(table);
    table
        .optional("streams", &WebSocketOptions::streams,
                  "Requests at a time on one connection; more than one need match",
                  config::within(1, kMostStreams))
        .optional("keepAlive", &WebSocketOptions::keep_alive,
                  "Whether connections are used for more than one request")
        .part(&WebSocketOptions::load, config::fields_of<LoadOptions>())
        .optional("endpoints", &WebSocketOptions::endpoints,
                  "Several loads, name: {the same fields}; each inherits what it does not set and reports as "
                  "websocket-<name>")
        .rule(check_together);
    return table;
  }();
  return fields;
}

bool read_endpoint(const WebSocketOptions& base, const Node& node, Problems& problems,
                   WebSocketOptions& endpoint) {
  endpoint = base;
  endpoint.endpoints.clear();
  if (node.find("message") != nullptr || node.find("messageFile") != nullptr) {
    endpoint.message.reset();
    endpoint.message_file.reset();
  }
  if (!fields_of(&endpoint).read(node, problems, endpoint)) return false;
  if (endpoint.endpoints.empty()) return true;
  problems.error(node.position, "an endpoint cannot have endpoints of its own");
  return false;
}

}  // namespace iter8::tasks::websocket

namespace iter8::config {

bool Codec<tasks::websocket::MatchOptions>::read(const Node& node, Problems& problems,
                                                 tasks::websocket::MatchOptions& match) {
  if (node.kind != Node::Kind::scalar)
    return fields_of<tasks::websocket::MatchOptions>().read(node, problems, match);
  load::JsonPath path;
  if (!Codec<load::JsonPath>::read(node, problems, path)) return false;
  match.path = path;
  return true;
}

}  // namespace iter8::config
