#pragma once

#include <cstddef>
#include <string>
#include <string_view>

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
};

/// Reads the head at the front of `input`: as much HTTP/1.1 as a load generator or browser needs. Bodies have
/// a Content-Length; a chunked one, a head over 64 KiB and what is no request are bad.
RequestHead read_head(std::string_view input);

struct Answer {
  int status = 200;
  std::string content_type = "text/plain";
  std::string body;
  base::Duration delay{0};  // from the request's arrival
};

enum class AfterAnswer { keep, close };

/// The bytes on the wire; a HEAD request gets no body.
std::string to_wire(const Answer& answer, std::string_view method, AfterAnswer after);

}  // namespace iter8::demo
