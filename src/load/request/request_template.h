#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "load/data_rows.h"

namespace iter8::load {

/// The values of one request's places.
struct Draw {
  std::uint64_t number = 0;
  std::array<char, 36> uuid{};
  std::size_t row = 0;
  std::size_t length = 0;    // of the body
  std::string_view cookies;  // a whole field line, or nothing
};

/// A part of a request, with places for values that differ from one request to the next: {{uuid}}, {{seq}}
/// and {{row.COLUMN}}. Read once; putting the values in is copying, without a look at the text between.
class RequestTemplate {
 public:
  /// How a value from a row is written.
  enum class Escape { none, percent };
  /// Places that only the engine itself writes; no header field can hold the control character.
  static constexpr std::string_view kLength = "{{\x01length}}";
  static constexpr std::string_view kCookies = "{{\x01cookies}}";

  RequestTemplate() = default;
  /// What looks like no place stays as it is. Throws base::Error for a column that `rows` (may be null)
  /// lacks. `rows` outlives the text.
  RequestTemplate(std::string_view text, const Rows* rows, Escape escape = Escape::none);

  /// Without any place: the same for every request.
  bool is_fixed() const { return pieces_.empty(); }
  /// Of a fixed text: the text.
  const std::string& text() const { return tail_; }
  void append_to(std::string& out, const Draw& draw) const;
  /// What append_to() would add.
  std::size_t size(const Draw& draw) const;

 private:
  enum class Place { uuid, seq, row, length, cookies };
  struct Piece {
    std::string before;
    Place place = Place::uuid;
    std::size_t column = 0;
  };

  bool take_place(std::string_view inside, Piece& piece) const;
  void append_value(std::string& out, const Piece& piece, const Draw& draw) const;

  std::vector<Piece> pieces_;
  std::string tail_;
  const Rows* rows_ = nullptr;
  Escape escape_ = Escape::none;
};

}  // namespace iter8::load
