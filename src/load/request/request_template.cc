#include "load/request/request_template.h"

#include <algorithm>

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

void append_number(std::string& out, std::uint64_t number) {
  const fmt::format_int digits(number);
  out.append(digits.data(), digits.size());
}

}  // namespace

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
  constexpr std::string_view kOwnLength = kLength.substr(2, kLength.size() - 4);
  constexpr std::string_view kOwnCookies = kCookies.substr(2, kCookies.size() - 4);
  if (inside == "uuid" || inside == "seq" || inside == kOwnLength || inside == kOwnCookies) {
    piece.placeholder = inside == "uuid"       ? Placeholder::uuid
                        : inside == "seq"      ? Placeholder::seq
                        : inside == kOwnLength ? Placeholder::length
                                               : Placeholder::cookies;
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
    case Placeholder::row:
      const std::string_view value = rows_->cell(draw.row, piece.column);
      if (escape_ == Escape::percent) return append_percent_encoded(out, value);
      out += value;
      return;
  }
}

std::size_t RequestTemplate::size(const Draw& draw) const {
  std::size_t size = tail_.size();
  for (const Piece& piece : pieces_) {
    size += piece.before.size();
    if (piece.placeholder == Placeholder::uuid) size += draw.uuid.size();
    if (piece.placeholder == Placeholder::seq) size += fmt::format_int(draw.number).size();
    if (piece.placeholder == Placeholder::length) size += fmt::format_int(draw.length).size();
    if (piece.placeholder == Placeholder::cookies) size += draw.cookies.size();
    if (piece.placeholder == Placeholder::row)
      size += encoded_size(rows_->cell(draw.row, piece.column), escape_);
  }
  return size;
}

}  // namespace iter8::load
