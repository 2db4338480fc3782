#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "load/data_rows.h"

namespace iter8::load {

/// The values for the placeholders of one request.
struct Draw {
  std::uint64_t number = 0;
  std::array<char, 36> uuid{};
  std::size_t row = 0;
  std::size_t length = 0;    // of the body
  std::string_view cookies;  // a complete Cookie field line, or empty
  std::uint32_t worker = 0;  // of all that send requests, each with a connection of its own
  base::WallTime time;       // only of calls of gRPC: when this one was started
};

/// A part of a request with placeholders for values that differ from one request to the next: {{uuid}},
/// {{seq}} and {{row.COLUMN}}. Parsed once and immutable; filling it in only copies.
class RequestTemplate {
 public:
  /// How a value from a row is written.
  enum class Escape { none, percent, json };
  /// Placeholders that only the engine itself writes: no header field can hold the control character.
  static constexpr std::string_view kLength = "{{\x01length}}";
  static constexpr std::string_view kCookies = "{{\x01cookies}}";
  /// For messages of gRPC: when the call was started, as text (RFC 3339) and in three units since 1970; and
  /// which of its senders sends it.
  static constexpr std::string_view kTime = "{{\x01time}}";
  static constexpr std::string_view kSeconds = "{{\x01seconds}}";
  static constexpr std::string_view kMilliseconds = "{{\x01milliseconds}}";
  static constexpr std::string_view kNanoseconds = "{{\x01nanoseconds}}";
  static constexpr std::string_view kWorker = "{{\x01worker}}";
  static constexpr std::array kOfCalls = {kTime, kSeconds, kMilliseconds, kNanoseconds, kWorker};

  RequestTemplate() = default;
  /// Braces that are not a placeholder are left as they are. Throws base::Error for a column that `rows` (may
  /// be null) does not have. `rows` outlives the template.
  RequestTemplate(std::string_view text, const Rows* rows, Escape escape = Escape::none);
  /// Of bytes that hold no placeholder, whatever they look like.
  static RequestTemplate literal(std::string_view bytes);

  /// Whether there is no placeholder: the same text for every request.
  bool is_fixed() const { return pieces_.empty(); }
  /// The text, if is_fixed().
  const std::string& text() const { return tail_; }
  void append_to(std::string& out, const Draw& draw) const;
  /// How many bytes append_to() would add.
  std::size_t size(const Draw& draw) const;

 private:
  enum class Placeholder {
    uuid,
    seq,
    row,
    length,
    cookies,
    time,
    seconds,
    milliseconds,
    nanoseconds,
    worker
  };
  struct Piece {
    std::string before;
    Placeholder placeholder = Placeholder::uuid;
    std::size_t column = 0;
  };

  bool parse_placeholder(std::string_view inside, Piece& piece) const;
  void append_value(std::string& out, const Piece& piece, const Draw& draw) const;
  void append_cell(std::string& out, std::string_view value) const;
  std::size_t value_size(const Piece& piece, const Draw& draw) const;

  std::vector<Piece> pieces_;
  std::string tail_;
  const Rows* rows_ = nullptr;
  Escape escape_ = Escape::none;
};

}  // namespace iter8::load
