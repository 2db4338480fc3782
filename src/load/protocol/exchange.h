#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "base/clock.h"
#include "load/measurement.h"

namespace iter8::load {

/// Identifies a request in flight between the pool that started it and the exchange that carries it. Given
/// out again once the request has ended.
using RequestId = std::uint32_t;

/// One of the parts that a response consists of: an event of a stream, a message of a call.
struct Part {
  std::size_t bytes = 0;  // of its payload
  /// Whether it carries some of the result, and not only a role, a sign of life or statistics.
  bool has_content = true;
  /// Output tokens of the response so far, where the part says so.
  std::int64_t output_tokens = 0;
};

/// Told how responses come and how requests ended. Each request that was started ends in exactly one of these
/// calls, unless it was abandoned before. `why` is valid during the call only.
class ResponseSink {
 public:
  virtual ~ResponseSink() = default;

  /// A response has begun, and its end has not come. At most once a request; not called where the first byte
  /// and the end come in one read.
  virtual void on_first_byte(RequestId request_id) = 0;
  /// A part of the response is complete. Says that the response has begun as well, if nothing did before.
  virtual void on_part(RequestId request_id, const Part& part) = 0;

  /// A complete response that is as the target expects; its status may still count as an error.
  virtual void on_response(RequestId request_id, int status) = 0;
  /// A complete response that does not match the target's Expectation.
  virtual void on_unexpected_response(RequestId request_id, int status, std::string_view why) = 0;
  /// A complete response of gRPC whose status (see GrpcStatus) is not ok, with what the server says about it.
  virtual void on_error_response(RequestId request_id, int status, std::string_view why) = 0;
  /// No complete response: a time-out, a broken connection, bytes that are not HTTP.
  virtual void on_failure(RequestId request_id, ErrorClass error, std::string_view why) = 0;
  /// WebSocket: the server closed the connection with this close code instead of an answer.
  virtual void on_close(RequestId request_id, int code, std::string_view why) = 0;
  /// The server says that it did not process the request (RFC 9113, section 8.7), so it may be sent again on
  /// another connection.
  virtual void on_refusal(RequestId request_id, std::string_view why) = 0;
};

/// Whether a connection can carry further requests.
enum class ConnectionReuse { keep, close };

/// The protocol spoken on a connection: HTTP/1.1 with one request at a time, or HTTP/2 with many streams.
/// Passive and without I/O: the connection passes in the bytes that arrived and sends what output() holds, so
/// protocols know nothing of sockets and their tests need none. An exchange belongs to one connection slot
/// and is reopened for each new connection of the slot, so that opening one allocates nothing. Used by one
/// thread.
class Exchange {
 public:
  virtual ~Exchange() = default;

  /// Resets to the state of a fresh connection.
  virtual void open() = 0;
  /// How many more requests can be started now.
  virtual std::size_t room() const = 0;
  /// Whether a request is in flight, so that bytes are expected from the server.
  virtual bool is_busy() const = 0;
  /// Starts one request; needs room(). Its bytes are then part of output().
  virtual void start(RequestId request_id) = 0;
  /// Whether sending should wait for further requests to be started, so that they leave in one write.
  virtual bool batches_writes() const = 0;

  /// The bytes to send next, empty when there are none; valid until the next call.
  virtual std::span<const char> output() = 0;
  /// The first `count` bytes of output() were sent.
  virtual void sent(std::size_t count) = 0;

  /// Processes bytes from the server; they are valid during the call only.
  virtual ConnectionReuse receive(std::string_view bytes, ResponseSink& sink) = 0;
  /// The server closed its side: that completes a response that is delimited by it; other requests fail.
  virtual void end_of_stream(ResponseSink& sink) = 0;
  /// The connection broke: every request in flight fails for that reason.
  virtual void broken(ErrorClass error, std::string_view why, ResponseSink& sink) = 0;
  /// The request has timed out: its response, should it come, is to be ignored. Calls no sink.
  virtual ConnectionReuse abandon(RequestId request_id) = 0;

  /// What is sent before the connection is closed from here, as far as the socket takes it; empty where the
  /// protocol ends without a word. Valid until the next call.
  virtual std::string_view farewell() { return {}; }

  // What calls of gRPC need; requests of HTTP know no time.

  /// The time, before start() and on_time(), and when the request that is started next has to be complete.
  virtual void set_time(base::MonotonicTime /*now*/, base::MonotonicTime /*deadline*/) {}
  /// When on_time() has to be called; nullopt while nothing falls due by itself.
  virtual std::optional<base::MonotonicTime> next_wake() const { return std::nullopt; }
  /// Does what has fallen due: output() may be longer afterwards.
  virtual ConnectionReuse on_time(ResponseSink& /*sink*/) { return ConnectionReuse::keep; }
  /// Messages of calls since it was last asked.
  virtual MessageCounts take_message_counts() { return {}; }
};

}  // namespace iter8::load
