#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "load/json_path.h"

namespace iter8::load {

/// How a request finds its answer among the messages that come on its connection: by a value in them.
struct AnswerMatch {
  JsonPath answer;  // where the value stands in messages of the server
  /// What the value must be: that at this path in the message that was sent, or else `value`, a text with
  /// placeholders (see RequestTemplate). Compared as texts: 7 and "7" are the same.
  std::optional<JsonPath> sent;
  std::string value;
};

/// What an answer must hold.
struct AnswerValue {
  JsonPath path;
  std::string value;
};

enum class MessageKind { text, binary };

/// Requests that are messages over WebSocket (RFC 6455): the body of a Target is the message, its URL,
/// headers and user info are for the handshake, with which each connection begins. Placeholders in those take
/// the values of the first message on the connection.
struct WebSocketCall {
  std::vector<std::string> subprotocols;  // offered; the server must choose one of them
  MessageKind kind = MessageKind::text;
  /// None: the next message is the answer, and a connection carries one request at a time.
  std::optional<AnswerMatch> match;
  std::optional<AnswerValue> expected;
  std::size_t message_limit = std::size_t{1} << 20;  // bytes of a message of the server
};

}  // namespace iter8::load
