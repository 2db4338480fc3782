#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "load/protocol/exchange.h"
#include "load/protocol/response_validator.h"

namespace iter8::load {

/// One request in flight on an HTTP/2 connection. Its place is used again by later ones.
struct Http2Stream {
  RequestId request_id = 0;
  bool is_used = false;
  std::uint32_t id = 0;  // 0: waits until the server allows another one
  int status = 0;        // also an interim one
  bool has_head = false;
  std::optional<std::uint64_t> length;  // of the answer's body, where the head says it and there is one
  std::uint64_t received = 0;           // of it
  std::size_t unreturned = 0;           // bytes of the window that the server has used up
  bool answer_has_body = true;
  std::string_view body;  // what is sent
  std::string own_body;   // of a request whose body is not always the same
  std::size_t body_sent = 0;
  std::int64_t window = 0;                    // how much of the body may be sent
  std::unique_ptr<ResponseValidator> reader;  // where answers are looked into
};

/// The requests in flight on one connection, found by the identifiers of their streams in constant time:
/// identifiers count upwards, so their last bits are a place in a table. Where two share one, because one
/// request takes much longer than many that came after it, all are searched. One thread.
class Http2Streams {
 public:
  explicit Http2Streams(std::size_t most);

  /// On a fresh connection.
  void reset();
  std::size_t size() const { return size_; }
  std::size_t most() const { return all_.size(); }

  /// A place for one more; needs size() < most(). What it holds is left from before.
  Http2Stream& begin(RequestId request_id);
  /// It has this identifier from now on.
  void name(Http2Stream& stream, std::uint32_t id);
  void end(Http2Stream& stream);

  /// The stream in flight with this identifier (not 0), or null.
  Http2Stream* find(std::uint32_t id);
  /// All places; those in flight are in use.
  std::vector<Http2Stream>& all() { return all_; }

 private:
  std::uint32_t& cell(std::uint32_t id) { return cells_[(id >> 1) & (cells_.size() - 1)]; }

  std::vector<Http2Stream> all_;
  std::vector<std::uint32_t> free_;   // places
  std::vector<std::uint32_t> cells_;  // place of the stream whose identifier ends so
  std::size_t size_ = 0;
};

}  // namespace iter8::load
