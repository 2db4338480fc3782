#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "load/error_class.h"
#include "load/expectation.h"
#include "load/json_path.h"
#include "load/protocol/exchange.h"
#include "load/stream/line_splitter.h"
#include "load/stream/response_stream.h"
#include "load/stream/sse_parser.h"

namespace iter8::load {

/// Takes the bodies of responses apart into events, and sees what is wrong with them. The protocols feed it
/// while they parse and report its parts() after each read. One response at a time; one thread.
///
/// Cost: nothing is allocated for an event. Its data are read once, and once more for each path whose last
/// key occurs in them, beside that of the content.
class EventReader {
 public:
  /// Why a response fails before its end.
  struct Problem {
    ErrorClass error = ErrorClass::not_json;
    std::string why;
  };

  /// Both outlive the reader. The body of a response whose status is an error is not looked at.
  EventReader(const ResponseStream& stream, const StatusSet& error_statuses);

  /// Starts a response.
  void begin();
  /// In front of a body with a Content-Encoding: compressed events cannot be told apart when they arrive.
  void refuse_encoding(int status);
  void body(int status, std::string_view bytes);
  /// The bytes up to here were a chunk, or a frame.
  void end_of_chunk(int status);
  /// The response is complete.
  void end(int status);

  /// The events since the last forget_parts(), in order; without the one that ends the stream.
  std::span<const Part> parts() const { return parts_; }
  void forget_parts() { parts_.clear(); }
  /// With a problem the response is over.
  const std::optional<Problem>& problem() const { return problem_; }
  /// Whether events came and the one did not that ends the stream: a response that is over now was broken
  /// off.
  bool is_open() const { return count_ > 0 && stream_.has_end() && !has_ended_; }
  /// "after 12 events, without '[DONE]'"
  std::string progress_text() const;

 private:
  void read_events(std::string_view bytes);
  void read_lines(std::string_view bytes);
  void keep_chunk(std::string_view bytes);
  void add_event(std::string_view type, std::string_view data);
  bool read_json(std::string_view data, Part& part);
  bool fail_as_not_json(std::string_view data);
  void fail(ErrorClass error, std::string why);
  void fail_as_too_large();
  bool is_read(int status) const;

  /// A path that most events have nothing at: they do not hold its last key.
  struct RarePath {
    const JsonPath* path = nullptr;
    std::string key;  // empty: it has to be looked up in every event

    bool may_be_in(std::string_view data) const;
  };

  const ResponseStream& stream_;
  const StatusSet& error_statuses_;
  RarePath error_;
  RarePath tokens_;
  RarePath done_;
  SseParser events_;
  LineSplitter lines_;
  std::string chunk_;            // so far, where its content matters
  std::size_t chunk_bytes_ = 0;  // so far
  std::vector<Part> parts_;
  std::size_t count_ = 0;   // of the response's events
  bool has_ended_ = false;  // the event came that ends the stream
  std::optional<Problem> problem_;
};

}  // namespace iter8::load
