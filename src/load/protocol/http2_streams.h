#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "load/protocol/event_reader.h"
#include "load/protocol/exchange.h"
#include "load/protocol/grpc_caller.h"
#include "load/protocol/response_validator.h"

namespace iter8::load {

/// One request in flight on an HTTP/2 connection. Reused by later requests, so that their buffers are kept.
struct Http2Stream {
  /// Of the response. unreported: its end may come in the same read, and then the sink is not told.
  enum class Beginning : std::uint8_t { awaited, unreported, reported };

  RequestId request_id = 0;
  bool is_used = false;
  std::uint32_t id = 0;  // 0: waits until the server allows another stream
  int status = 0;        // also an interim one
  bool has_head = false;
  Beginning beginning = Beginning::awaited;
  std::optional<std::uint64_t> length;  // Content-Length of the response, if given and it has a body
  std::uint64_t received = 0;           // bytes of the body
  std::size_t unacknowledged = 0;       // bytes received for which no WINDOW_UPDATE was sent
  bool response_has_body = true;
  std::string_view body;  // of the request
  std::string own_body;   // its bytes, where it differs from request to request
  std::size_t body_sent = 0;
  bool body_is_open = false;                     // more of it comes later
  std::int64_t window = 0;                       // bytes of the body that the server accepts
  std::unique_ptr<ResponseValidator> validator;  // where responses are validated
  std::unique_ptr<GrpcCallState> call;           // where requests are calls of gRPC
  std::unique_ptr<EventReader> events;           // where they are taken apart into events
};

/// The requests in flight on one connection, found by stream identifier in constant time: identifiers count
/// upwards, so their low bits index a table. Where two streams share a cell, because one request takes much
/// longer than many that came after it, all are searched. One thread.
class Http2Streams {
 public:
  explicit Http2Streams(std::size_t most);

  /// On a fresh connection.
  void reset();
  std::size_t size() const { return size_; }
  std::size_t most() const { return all_.size(); }

  /// A stream for one more request; needs size() < most(). Other members keep their old values.
  Http2Stream& begin(RequestId request_id);
  /// Assigns the stream its identifier, now that it is sent.
  void name(Http2Stream& stream, std::uint32_t id);
  void end(Http2Stream& stream);

  /// The stream in flight with this identifier (not 0), or null when it has ended.
  Http2Stream* find(std::uint32_t id);
  /// All streams; those in flight have is_used set.
  std::vector<Http2Stream>& all() { return all_; }
  const std::vector<Http2Stream>& all() const { return all_; }

 private:
  std::uint32_t& cell(std::uint32_t id) { return cells_[(id >> 1) & (cells_.size() - 1)]; }

  std::vector<Http2Stream> all_;
  std::vector<std::uint32_t> free_;   // indices of unused streams
  std::vector<std::uint32_t> cells_;  // index of the stream whose identifier has these low bits
  std::size_t size_ = 0;
};

}  // namespace iter8::load
