#include "load/request/request_template.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"

namespace iter8::load {
namespace {

constexpr std::string_view kRow = "row.";

/// Unreserved characters of RFC 3986, section 2.3; every other byte of a value is percent-encoded.
bool is_unreserved(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' ||
         c == '_' || c == '~';
}

void append_percent_encoded(std::string& out, std::string_view value) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  for (const char c : value) {
    if (is_unreserved(c)) {
      out += c;
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    out += '%';
    out += kDigits[byte >> 4];
    out += kDigits[byte & 15];
  }
}

/// Percent-encoded bytes take three.
std::size_t encoded_size(std::string_view value, RequestTemplate::Escape escape) {
  if (escape == RequestTemplate::Escape::none) return value.size();
  const auto plain = static_cast<std::size_t>(std::ranges::count_if(value, is_unreserved));
  return 3 * value.size() - 2 * plain;
}

/// As the inside of a string of JSON (RFC 8259, section 7).
void append_json_escaped(std::string& out, std::string_view value) {
  constexpr unsigned char kFirstPlain = 0x20;
  for (const char c : value) {
    if (c == '"' || c == '\\') out += '\\';
    if (static_cast<unsigned char>(c) < kFirstPlain)
      out += fmt::format("\\u{:04x}", static_cast<unsigned char>(c));
    else
      out += c;
  }
}

void append_number(std::string& out, std::uint64_t number) {
  const fmt::format_int digits(number);
  out.append(digits.data(), digits.size());
}

std::uint64_t unsigned_count(auto duration) {
  return static_cast<std::uint64_t>(duration.count());
}

}  // namespace

RequestTemplate RequestTemplate::literal(std::string_view bytes) {
  RequestTemplate result;
  result.tail_ = bytes;
  return result;
}

RequestTemplate::RequestTemplate(std::string_view text, const Rows* rows, Escape escape)
    : rows_(rows), escape_(escape) {
  std::size_t begin = 0;
  std::size_t at = text.find("{{");
  while (at != std::string_view::npos) {
    const std::size_t end = text.find("}}", at);
    if (end == std::string_view::npos) break;
    Piece piece;
    if (parse_placeholder(base::trim(text.substr(at + 2, end - at - 2)), piece)) {
      piece.before = text.substr(begin, at - begin);
      pieces_.push_back(std::move(piece));
      begin = end + 2;
      at = text.find("{{", begin);
    } else {
      at = text.find("{{", at + 1);
    }
  }
  tail_ = text.substr(begin);
}

bool RequestTemplate::parse_placeholder(std::string_view inside, Piece& piece) const {
  constexpr auto inner = [](std::string_view text) { return text.substr(2, text.size() - 4); };
  static constexpr std::array kNames = {std::pair{std::string_view("uuid"), Placeholder::uuid},
                                        std::pair{std::string_view("seq"), Placeholder::seq},
                                        std::pair{inner(kLength), Placeholder::length},
                                        std::pair{inner(kCookies), Placeholder::cookies},
                                        std::pair{inner(kTime), Placeholder::time},
                                        std::pair{inner(kSeconds), Placeholder::seconds},
                                        std::pair{inner(kMilliseconds), Placeholder::milliseconds},
                                        std::pair{inner(kNanoseconds), Placeholder::nanoseconds},
                                        std::pair{inner(kWorker), Placeholder::worker}};
  for (const auto& [name, placeholder] : kNames) {
    if (inside != name) continue;
    piece.placeholder = placeholder;
    return true;
  }
  if (!inside.starts_with(kRow)) return false;
  const std::string_view name = inside.substr(kRow.size());
  piece.placeholder = Placeholder::row;
  const auto column = rows_ != nullptr ? rows_->column(name) : std::nullopt;
  if (!column) {
    const std::string known = rows_ != nullptr ? "the columns are " + base::join(rows_->columns, ", ")
                                               : "there are no rows; give the file as `rows`";
    throw base::Error(fmt::format("'{{{{row.{}}}}}': {}", base::printable(name), known));
  }
  piece.column = *column;
  return true;
}

void RequestTemplate::append_to(std::string& out, const Draw& draw) const {
  for (const Piece& piece : pieces_) {
    out += piece.before;
    append_value(out, piece, draw);
  }
  out += tail_;
}

void RequestTemplate::append_value(std::string& out, const Piece& piece, const Draw& draw) const {
  using std::chrono::duration_cast;
  const auto since_1970 = draw.time.time_since_epoch();
  switch (piece.placeholder) {
    case Placeholder::uuid:
      out.append(draw.uuid.data(), draw.uuid.size());
      return;
    case Placeholder::seq:
      return append_number(out, draw.number);
    case Placeholder::length:
      return append_number(out, draw.length);
    case Placeholder::cookies:
      out += draw.cookies;
      return;
    case Placeholder::time:
      out += base::to_rfc3339(draw.time);
      return;
    case Placeholder::seconds:
      return append_number(out, unsigned_count(duration_cast<std::chrono::seconds>(since_1970)));
    case Placeholder::milliseconds:
      return append_number(out, unsigned_count(duration_cast<std::chrono::milliseconds>(since_1970)));
    case Placeholder::nanoseconds:
      return append_number(out, unsigned_count(duration_cast<std::chrono::nanoseconds>(since_1970)));
    case Placeholder::worker:
      out += 'c';
      return append_number(out, draw.worker);
    case Placeholder::row:
      return append_cell(out, rows_->cell(draw.row, piece.column));
  }
}

void RequestTemplate::append_cell(std::string& out, std::string_view value) const {
  if (escape_ == Escape::percent) return append_percent_encoded(out, value);
  if (escape_ == Escape::json) return append_json_escaped(out, value);
  out += value;
}

std::size_t RequestTemplate::size(const Draw& draw) const {
  std::size_t size = tail_.size();
  for (const Piece& piece : pieces_) size += piece.before.size() + value_size(piece, draw);
  return size;
}

std::size_t RequestTemplate::value_size(const Piece& piece, const Draw& draw) const {
  if (piece.placeholder == Placeholder::uuid) return draw.uuid.size();
  if (piece.placeholder == Placeholder::seq) return fmt::format_int(draw.number).size();
  if (piece.placeholder == Placeholder::row && escape_ != Escape::json)
    return encoded_size(rows_->cell(draw.row, piece.column), escape_);
  std::string value;
  append_value(value, piece, draw);
  return value.size();
}

}  // namespace iter8::load
