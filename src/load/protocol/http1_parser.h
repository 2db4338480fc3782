#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace iter8::load {

class ResponseValidator;

/// Reads one HTTP/1.x answer after the other from bytes that arrive in pieces of any size (RFC 9112),
/// strictly: what two programs could understand in two ways is malformed. Keeps nothing of the body and, of
/// the fields, only what decides where the answer ends and whether the connection lives on.
///
/// Cost: the head (status line and fields) of an answer is compared with the head before; servers under load
/// repeat theirs for as long as the date stays the same, and then there is nothing to parse. Otherwise one
/// memchr a line and one pass over a field to validate it, about 200 ns for a usual head. The body is counted
/// off without a look at it. Complete lines are read where they lie; only a line that is cut by the end of
/// the bytes is copied. Nothing is allocated for an answer that arrives in one piece, once its head was.
class Http1Parser {
 public:
  enum class State { reading, complete, malformed };
  /// An answer to HEAD has no body, whatever its fields say.
  enum class Body { by_fields, none };

  /// Bytes of the status line and all fields, interim answers (1xx) included; also of the trailers.
  static constexpr std::size_t kFieldsLimit = 64 * 1024;
  /// Bytes of one chunk's size line, extensions included.
  static constexpr std::size_t kChunkLineLimit = 4 * 1024;

  /// Gets ready for the next answer. A `reader`, which outlives the answer, is shown its fields and body.
  void start(Body body, ResponseValidator* reader = nullptr);

  /// Reads up to the end of the answer and returns how many bytes belonged to it.
  std::size_t read(std::string_view bytes);
  /// The stream ended: completes an answer that is delimited by that.
  void end_of_stream();

  State state() const { return state_; }
  /// Whether any byte of the answer has arrived.
  bool started() const { return started_; }
  int status() const { return status_; }
  /// Whether the server keeps the connection open after this answer.
  bool keeps_alive() const { return keeps_alive_; }
  /// What is wrong with a malformed answer.
  std::string_view problem() const { return problem_; }

 private:
  enum class Part { status_line, fields, body, body_to_end, chunk_size, chunk_data, chunk_end, trailers };

  bool in_head() const { return part_ == Part::status_line || part_ == Part::fields; }
  bool recall_head(std::string_view& rest);
  void remember_head(std::string_view bytes);
  bool next_line(std::string_view& rest);
  bool take_line(std::string_view& rest, std::string_view& line);
  bool within_limit();
  bool shows_fields() const;
  void read_line(std::string_view line);
  void read_status_line(std::string_view line);
  void read_field(std::string_view line);
  void read_known_field(std::string_view name, std::string_view value);
  void read_length(std::string_view value);
  void read_connection(std::string_view value);
  void read_chunk_size(std::string_view line);
  void end_fields();
  void skip_body(std::string_view& rest);
  void show_body(std::string_view bytes) const;
  void fail(std::string_view problem);

  /// What the head of an answer said, and its bytes.
  struct Head {
    std::string bytes;
    State state = State::reading;
    Part part = Part::status_line;
    int status = 0;
    bool keeps_alive = true;
    std::uint64_t remaining = 0;
  };
  static constexpr std::size_t kKnownLimit = 1024;  // longer heads are not worth their memory

  State state_ = State::complete;
  Part part_ = Part::status_line;
  Body body_ = Body::by_fields;
  bool started_ = false;
  bool keeps_alive_ = true;
  bool has_length_ = false;
  bool chunked_ = false;
  bool is_http10_ = false;
  bool says_close_ = false;
  int status_ = 0;
  std::size_t line_bytes_ = 0;   // of the lines of this part, against its limit
  std::uint64_t length_ = 0;     // Content-Length
  std::uint64_t remaining_ = 0;  // of the body or the chunk
  std::string_view problem_;     // a literal
  ResponseValidator* reader_ = nullptr;
  Head known_;       // of the last answer that began in one piece
  std::string cut_;  // the beginning of a line whose end has not arrived
};

}  // namespace iter8::load
