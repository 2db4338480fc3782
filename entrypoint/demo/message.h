#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.h"

namespace iter8::demo {

/// The head of a request, borrowed from the connection's buffer.
struct RequestHead {
  enum class State { incomplete, complete, bad };
  State state = State::incomplete;
  std::size_t length = 0;  // bytes of the head
  std::size_t body = 0;    // bytes that follow it
  std::string_view method;
  std::string_view path;  // without the query
  bool keep_alive = true;
  std::string_view content_type;  // of HTTP/2 only, as is
  std::string_view content;       // the body, at most 1 MiB of it
};

/// Parses the head at the start of `input`: as much HTTP/1.1 as a load generator or browser needs. Bodies
/// need a Content-Length. Chunked bodies, heads over 64 KiB and anything that is not a request are `bad`.
RequestHead read_head(std::string_view input);

/// A piece of a body that is sent while later ones are still to come.
struct Part {
  base::Duration delay{0};  // from the request's arrival; ascending
  std::string text;         // not empty
};

struct Response {
  int status = 200;
  std::string content_type = "text/plain";
  std::string body;
  base::Duration delay{0};  // from the request's arrival
  std::vector<Part> parts;  // if not empty: the body, sent as chunks, instead of `body` and `delay`
  std::vector<std::pair<std::string, std::string>> trailers;  // over HTTP/2
};

enum class AfterResponse { keep, close };

/// The bytes to send; the response to a HEAD request has no body. Of a response in parts: the bytes before
/// the first one.
std::string to_wire(const Response& response, std::string_view method, AfterResponse after);

/// One part as a chunk (RFC 9112, section 7.1), and what ends the body after the last one.
std::string to_chunk(std::string_view text);
constexpr std::string_view kLastChunk = "0\r\n\r\n";

}  // namespace iter8::demo
