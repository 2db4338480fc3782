#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "config/options/fields.h"
#include "config/options/located.h"
#include "config/template/template.h"
#include "load/plan.h"
#include "tasks/load/json_path_codec.h"
#include "tasks/load/load_options.h"
#include "tasks/load/placeholders.h"
#include "tasks/load/tls_options.h"

namespace iter8::tasks::websocket {

/// Which of the server's messages is the answer: the one with a value. A path alone is one in both messages.
struct MatchOptions {
  std::optional<load::JsonPath> path;
  std::optional<load::JsonPath> sent;
  std::optional<std::string> value;
};

/// What an answer has to look like.
struct ExpectOptions {
  std::string contains;
  std::optional<load::JsonPath> path;
  std::optional<std::string> value;
};

/// The `with` of a websocket task; an endpoint has the same fields and inherits those it does not set.
struct WebSocketOptions {
  std::optional<config::Located<config::Template>> url;
  std::optional<config::Located<config::Template>> path;
  HeaderTemplates headers;
  std::vector<std::string> subprotocols;
  TlsOptions tls;

  std::optional<config::Located<config::Template>> message;
  std::optional<config::Located<std::string>> message_file;
  bool binary = false;
  std::optional<config::Located<std::string>> rows;
  load::RowOrder row_order = load::RowOrder::sequential;
  std::optional<config::Located<MatchOptions>> match;
  std::optional<ExpectOptions> expect;
  std::int64_t message_limit = std::int64_t{1} << 20;

  LoadOptions load;
  std::int64_t streams = 1;
  bool keep_alive = true;

  std::vector<std::pair<std::string, config::Node>> endpoints;
};

const config::Fields<MatchOptions>& fields_of(const MatchOptions*);
const config::Fields<ExpectOptions>& fields_of(const ExpectOptions*);
const config::Fields<WebSocketOptions>& fields_of(const WebSocketOptions*);

/// `base` changed by what the endpoint's node sets. False after reporting problems.
bool read_endpoint(const WebSocketOptions& base, const config::Node& node, config::Problems& problems,
                   WebSocketOptions& endpoint);

}  // namespace iter8::tasks::websocket

namespace iter8::config {

/// A map, or a path alone.
template <>
struct Codec<tasks::websocket::MatchOptions> {
  static Schema schema() { return {.type = Schema::Type::any}; }
  static bool read(const Node& node, Problems& problems, tasks::websocket::MatchOptions& match);
  static std::string written(const tasks::websocket::MatchOptions&) { return {}; }
};

}  // namespace iter8::config
