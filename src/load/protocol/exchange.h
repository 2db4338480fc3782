#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "load/measurement.h"

namespace iter8::load {

/// Names one request in flight to the exchange that carries it.
using RequestId = std::uint32_t;

/// Who wants to know how requests ended. Each ticket that was started ends in exactly one of these calls,
/// unless it was abandoned.
class ResponseSink {
 public:
  virtual ~ResponseSink() = default;

  virtual void answered(RequestId request_id, int status) = 0;
  /// A complete answer that is not what the target expects.
  virtual void unexpected(RequestId request_id, int status, std::string_view why) = 0;
  virtual void failed(RequestId request_id, ErrorClass error, std::string_view why) = 0;
  /// The server says that it did not act on the request (RFC 9113, section 8.7), so that it may be sent again
  /// on another connection.
  virtual void refused(RequestId request_id, std::string_view why) = 0;
};

/// Whether a connection can carry further requests.
enum class ConnectionReuse { keep, close };

/// A protocol on a connection: HTTP/1.1 with one request at a time, or one with many streams. Passive and
/// without I/O: the connection feeds it what arrived and sends what it has to say, so that protocols know
/// nothing of sockets and tests need none. One exchange serves a connection slot for good and is reopened for
/// each new connection, so that opening one allocates nothing. Used by one thread.
class Exchange {
 public:
  virtual ~Exchange() = default;

  /// Starts on a fresh connection.
  virtual void open() = 0;
  /// How many more requests may be started now.
  virtual std::size_t room() const = 0;
  /// Whether a request is in flight, so that bytes are expected.
  virtual bool is_busy() const = 0;
  /// Starts one request; needs room(). Its bytes then stand in output().
  virtual void start(RequestId request_id) = 0;
  /// Whether sending may wait until further requests were started, so that they leave in one write.
  virtual bool batches_writes() const = 0;

  /// The bytes to send next; empty when there are none.
  virtual std::span<const char> output() = 0;
  /// The first `count` bytes of output() are sent.
  virtual void sent(std::size_t count) = 0;

  /// Takes bytes from the server; they are valid during the call only.
  virtual ConnectionReuse receive(std::string_view bytes, ResponseSink& sink) = 0;
  /// The server ended the stream: every request still in flight is answered by that, or fails.
  virtual void end_of_stream(ResponseSink& sink) = 0;
  /// The connection broke: every request still in flight fails for that reason.
  virtual void broken(ErrorClass error, std::string_view why, ResponseSink& sink) = 0;
  /// Nobody waits for this answer any more (it timed out).
  virtual ConnectionReuse abandon(RequestId request_id) = 0;
};

}  // namespace iter8::load
