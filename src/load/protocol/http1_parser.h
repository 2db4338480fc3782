#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace iter8::load {

class EventReader;
class ResponseValidator;

/// Parses one HTTP/1.x response after the other from bytes that arrive in pieces of any size (RFC 9112),
/// strictly: what two programs could understand in two ways is malformed. Keeps nothing of the body and, of
/// the fields, only what decides where the response ends and whether the connection can be reused. Pure; used
/// by one thread.
///
/// Cost: the head (status line and fields) of a response is compared with the one before: a server under load
/// repeats it as long as the date stays the equals_ignoring_case, and then there is nothing to parse.
/// Otherwise one memchr a line and one pass over a field to validate it, about 200 ns for a usual head. The
/// body is counted, not looked at. Complete lines are parsed in place; only a line that is cut by the end of
/// the bytes is copied. Nothing is allocated for a response that arrives in one piece, once its head has been
/// cached.
class Http1Parser {
 public:
  enum class State { reading, complete, malformed };
  /// A response to HEAD has no body, whatever its fields say.
  enum class Body { by_fields, none };

  /// Limit in bytes for status line and fields together, interim responses (1xx) included; also for the
  /// trailers.
  static constexpr std::size_t kFieldsLimit = 64 * 1024;
  /// Limit in bytes for the size line of one chunk, extensions included.
  static constexpr std::size_t kChunkLineLimit = 4 * 1024;

  /// Starts the next response. `validator`, if not null, outlives the response and is given its fields and
  /// body; so does `events`, which is given its body and chunks.
  void start(Body body, ResponseValidator* validator = nullptr, EventReader* events = nullptr);

  /// Parses up to the end of the response and returns how many of the bytes belonged to it.
  std::size_t read(std::string_view bytes);
  /// The server closed its side: completes a response that is delimited by that.
  void end_of_stream();

  State state() const { return state_; }
  /// Whether any byte of the response has arrived.
  bool started() const { return started_; }
  int status() const { return status_; }
  /// Whether the server keeps the connection open after this response.
  bool keeps_alive() const { return keeps_alive_; }
  /// What is wrong with a malformed response: a sentence without a full stop.
  std::string_view problem() const { return problem_; }

 private:
  enum class Part { status_line, fields, body, body_to_end, chunk_size, chunk_data, chunk_end, trailers };

  bool in_head() const { return part_ == Part::status_line || part_ == Part::fields; }
  bool reuse_head(std::string_view& rest);
  void cache_head(std::string_view bytes);
  bool next_line(std::string_view& rest);
  bool extract_line(std::string_view& rest, std::string_view& line);
  bool within_limit();
  bool validates_fields() const;
  void parse_line(std::string_view line);
  void parse_status_line(std::string_view line);
  void parse_field(std::string_view line);
  void parse_known_field(std::string_view name, std::string_view value);
  void parse_length(std::string_view value);
  void parse_connection(std::string_view value);
  void parse_chunk_size(std::string_view line);
  void end_fields();
  void read_body(std::string_view& rest);
  void observe_body(std::string_view bytes) const;
  void observe_chunk_end() const;
  void fail(std::string_view problem);

  /// The bytes of a response's head, and the state that parsing them led to.
  struct Head {
    std::string bytes;
    State state = State::reading;
    Part part = Part::status_line;
    int status = 0;
    bool keeps_alive = true;
    std::uint64_t remaining = 0;
  };
  static constexpr std::size_t kCachedHeadLimit = 1024;  // a longer head is not worth its memory

  State state_ = State::complete;
  Part part_ = Part::status_line;
  Body body_ = Body::by_fields;
  bool started_ = false;
  bool keeps_alive_ = true;
  bool has_length_ = false;
  bool chunked_ = false;
  bool is_http10_ = false;
  bool close_requested_ = false;
  int status_ = 0;
  std::size_t line_bytes_ = 0;   // of the lines of this part, against its limit
  std::uint64_t length_ = 0;     // Content-Length
  std::uint64_t remaining_ = 0;  // of the body or the chunk
  std::string_view problem_;     // a literal
  ResponseValidator* validator_ = nullptr;
  EventReader* events_ = nullptr;
  Head cached_head_;  // of the last response whose head arrived in one piece
  std::string cut_;   // the start of a line whose end has not arrived yet
};

}  // namespace iter8::load
