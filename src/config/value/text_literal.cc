#include "config/value/text_literal.h"

#include <fmt/format.h>

#include "base/text.h"
#include "base/utf8.h"

namespace iter8::config {
namespace {

std::optional<char> simple_escape(char letter) {
  switch (letter) {
    case 'n':
      return '\n';
    case 't':
      return '\t';
    case 'r':
      return '\r';
    case 'a':
      return '\a';
    case 'b':
      return '\b';
    case 'f':
      return '\f';
    case 'v':
      return '\v';
    case '\\':
    case '"':
    case '\'':
    case '/':
      return letter;
    default:
      return std::nullopt;
  }
}

/// The value of `digits` hexadecimal digits at the front of `text`.
std::optional<char32_t> hexadecimal(std::string_view text, std::size_t digits) {
  if (text.size() < digits) return std::nullopt;
  char32_t value = 0;
  for (const char c : text.substr(0, digits)) {
    const int digit = c >= '0' && c <= '9'   ? c - '0'
                      : c >= 'a' && c <= 'f' ? c - 'a' + 10
                      : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                             : -1;
    if (digit < 0) return std::nullopt;
    value = value * 16 + static_cast<char32_t>(digit);
  }
  return value;
}

/// Reads what stands behind a backslash and returns its length; 0 when it has no meaning.
std::size_t append_escape(std::string& result, std::string_view rest) {
  if (rest.empty()) return 0;
  if (const auto simple = simple_escape(rest.front())) {
    result += *simple;
    return 1;
  }
  const std::size_t digits = rest.front() == 'x' ? 2 : rest.front() == 'u' ? 4 : rest.front() == 'U' ? 8 : 0;
  const auto value = digits == 0 ? std::nullopt : hexadecimal(rest.substr(1), digits);
  if (!value) return 0;
  base::append_utf8(result, *value);
  return 1 + digits;
}

}  // namespace

std::optional<TextLiteral> read_text_literal(std::string_view text, std::string& problem) {
  const char quote = text.front();
  std::string result;
  std::size_t at = 1;
  while (at < text.size()) {
    const char c = text[at];
    if (c == quote) return TextLiteral{std::move(result), at + 1};
    if (c == '\\' && quote != '`') {
      const std::size_t length = append_escape(result, text.substr(at + 1));
      if (length == 0) {
        problem = fmt::format("'{}' is not an escape; write \\\\ for a backslash",
                              base::printable(text.substr(at, 2), 8));
        return std::nullopt;
      }
      at += 1 + length;
    } else {
      result += c;
      ++at;
    }
  }
  problem = "the quote that opens here is never closed";
  return std::nullopt;
}

}  // namespace iter8::config
