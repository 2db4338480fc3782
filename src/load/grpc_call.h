#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"

namespace iter8::load {

/// Makes requests of a target calls of gRPC over HTTP/2: the target's URL names the method
/// (/package.Service/Method) and its headers are the call's metadata. A value whose name ends in -bin is
/// given as it is and sent in base64. The status of a response, wherever the engine speaks of one, is then
/// that of gRPC (see GrpcStatus), from 0 to 16.
struct GrpcCall {
  /// Appends the message that a text describes, encoded. Called by all workers at the same time. Throws
  /// base::Error for a text that describes none, which ends the load.
  using Encoder = std::function<void(std::string_view text, std::string& out)>;
  /// Sees a message of a response, decompressed; called by all workers at the same time.
  using Observer = std::function<void(std::string_view message)>;

  bool client_streams = false;
  bool server_streams = false;
  /// Encoded messages; with `encoder`, texts with placeholders (see RequestTemplate) that it encodes for each
  /// call. A call without client streaming takes the one whose turn it is, others send them all.
  std::vector<std::string> messages;
  Encoder encoder;
  Observer observer;  // may be empty
  bool gzip = false;  // compress messages that are sent
  /// Of a message that is received, after decompression; a larger one is an error (malformed).
  std::size_t message_limit = std::size_t{64} << 20;

  /// Client streaming: 0 sends all messages at once; else each further one follows so long after the one
  /// before.
  base::Duration stream_interval{0};
  /// Client streaming: so many messages are sent, beginning again with the first of the list after the last.
  /// Server streaming alone: after so many were received, the call is cancelled, and ends well.
  std::optional<std::int64_t> stream_count;
  /// After so long, the client closes its side of the stream (client streaming; with an interval and without
  /// a count, messages are repeated until then), or cancels the call, which ends well (server streaming).
  std::optional<base::Duration> stream_duration;
  /// With `encoder`: each message of a stream gets new values for its placeholders, and not each call.
  bool dynamic_messages = false;

  /// Idle time of a connection after which the server is asked for a sign of life (PING); a connection whose
  /// server gives none within `keepalive_timeout` is broken. nullopt: never.
  std::optional<base::Duration> keepalive;
  base::Duration keepalive_timeout = std::chrono::seconds(20);

  bool is_unary() const { return !client_streams && !server_streams; }
};

}  // namespace iter8::load
