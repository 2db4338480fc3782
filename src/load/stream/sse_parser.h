#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace iter8::load {

/// Parses one event stream (HTML standard, section 9.2.6) from bytes that arrive in pieces of any size: lines
/// that end with CR, LF or CRLF, a byte order mark, comments, data of several lines. Of `id` and `retry`,
/// which matter when a client connects again, nothing is kept. Pure; used by one thread.
///
/// Cost: two searches and a copy a line; nothing is allocated once the buffers have grown to an event's size.
class SseParser {
 public:
  struct Event {
    std::string_view type;  // empty: a message
    std::string_view data;  // lines joined by LF
  };
  enum class Problem { none, too_large };

  /// Starts the next stream. An event or a line of more than `limit` bytes is a problem.
  void start(std::size_t limit);

  /// Takes bytes off the front up to the end of an event and returns that; nothing when its end has not
  /// arrived, all bytes were taken, or there is a problem, with which the stream is over. Valid until the
  /// next call. What the end of the stream cuts off does not count, so there is nothing to call at the end.
  std::optional<Event> next(std::string_view& bytes);

  Problem problem() const { return problem_; }

 private:
  bool take_line(std::string_view& bytes, std::string_view& line);
  bool is_dispatched_by(std::string_view line);
  void read_field(std::string_view line);
  void forget_event();

  std::size_t limit_ = 0;
  Problem problem_ = Problem::none;
  bool is_first_line_ = true;
  bool skips_line_feed_ = false;  // the last line ended with CR: an LF right behind it belongs to that
  bool is_dispatched_ = false;    // data_ is that of an event that was returned
  bool has_data_ = false;
  std::string cut_;   // the start of a line whose end has not arrived yet
  std::string data_;  // of the event so far
  std::string type_;
};

}  // namespace iter8::load
