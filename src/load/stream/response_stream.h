#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "base/clock.h"
#include "load/json_path.h"

namespace iter8::load {

/// What separates the events of a response: the event stream of browsers, a line, or a chunk of HTTP/1.1 or a
/// DATA frame of HTTP/2.
enum class StreamFormat { sse, ndjson, chunks };

/// How the responses to a target are taken apart into events. A plain value.
struct ResponseStream {
  static constexpr std::size_t kUsualEventLimit = std::size_t{1} << 20;

  StreamFormat format = StreamFormat::sse;
  std::optional<JsonPath> content;  // events have content where something stands here; none: all have
  std::optional<JsonPath> tokens;   // output tokens of the response so far
  /// The last event: its data, its type (sse), or what is something in it. A response that ends without it
  /// was broken off. None: it may end anywhere.
  std::string done_text;
  std::optional<JsonPath> done_path;
  base::Duration first_timeout{0};  // from when the request fell due to its first event; 0 = none
  base::Duration event_timeout{0};  // from one event to the next; 0 = none
  std::size_t event_limit = kUsualEventLimit;

  bool reads_json() const { return content || tokens || done_path; }
  bool has_end() const { return !done_text.empty() || done_path; }
};

}  // namespace iter8::load
