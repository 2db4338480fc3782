#include "config/expression/expression_lexer.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/duration.h"
#include "base/number.h"
#include "base/text.h"
#include "base/utf8.h"
#include "config/value/text_literal.h"
#include "config/yaml/node.h"

namespace iter8::config {
namespace {

/// Longer signs first, so that <= is not read as <.
constexpr std::array<std::string_view, 25> kSigns = {"==", "!=", "<=", ">=", "&&", "||", "??", "<", ">",
                                                     "!",  "+",  "-",  "*",  "/",  "%",  "?",  ":", "(",
                                                     ")",  "[",  "]",  ",",  ".",  "..", "="};

bool is_word_start(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}
bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

/// How far a number or duration goes: letters and digits, a point, the µ of µs, and the sign of an exponent.
std::size_t number_length(std::string_view text) {
  std::size_t length = 0;
  while (length < text.size()) {
    const char c = text[length];
    const bool exponent_sign = (c == '-' || c == '+') && length > 0 &&
                               (text[length - 1] == 'e' || text[length - 1] == 'E') &&
                               !text.starts_with("0x");
    const bool inside = is_digit(c) || is_word_start(c) || c == '.' || static_cast<unsigned char>(c) >= 0x80;
    if (!inside && !exponent_sign) break;
    ++length;
  }
  return length;
}

ExpressionToken number_token(std::string_view text, std::size_t offset) {
  const std::string written(text.substr(0, number_length(text)));
  const Value value = plain_scalar(written);
  if (value.number()) return {ExpressionToken::Kind::literal, written, value, offset};
  if (const auto duration = base::parse_duration(written))
    return {ExpressionToken::Kind::literal, written, base::to_seconds(*duration), offset};
  throw ExpressionFault{offset, fmt::format("'{}' is neither a number nor a duration such as 250ms",
                                            base::printable(written, 40))};
}

ExpressionToken text_token(std::string_view text, std::size_t offset) {
  std::string problem;
  const auto literal = read_text_literal(text, problem);
  if (!literal) throw ExpressionFault{offset, problem};
  return {ExpressionToken::Kind::literal, std::string(text.substr(0, literal->length)), literal->text,
          offset};
}

ExpressionToken word_token(std::string_view text, std::size_t offset) {
  const auto end =
      std::find_if_not(text.begin(), text.end(), [](char c) { return is_word_start(c) || is_digit(c); });
  const std::string word(text.begin(), end);
  if (word == "true" || word == "false")
    return {ExpressionToken::Kind::literal, word, word == "true", offset};
  if (word == "nil") return {ExpressionToken::Kind::literal, word, Value(), offset};
  return {ExpressionToken::Kind::word, word, {}, offset};
}

ExpressionToken next_token(std::string_view text, std::size_t offset) {
  const std::string_view rest = text.substr(offset);
  const char c = rest.front();
  if (is_digit(c) || (c == '.' && rest.size() > 1 && is_digit(rest[1]))) return number_token(rest, offset);
  if (is_word_start(c)) return word_token(rest, offset);
  if (c == '"' || c == '\'' || c == '`') return text_token(rest, offset);
  const auto sign =
      std::find_if(kSigns.begin(), kSigns.end(), [rest](auto s) { return rest.starts_with(s); });
  if (sign == kSigns.end()) {
    const std::size_t length = std::max<std::size_t>(base::character_length(rest), 1);
    throw ExpressionFault{
        offset, fmt::format("'{}' has no meaning here", base::printable(rest.substr(0, length), 1))};
  }
  return {ExpressionToken::Kind::sign, std::string(*sign), {}, offset};
}

}  // namespace

std::vector<ExpressionToken> expression_tokens(std::string_view text) {
  std::vector<ExpressionToken> tokens;
  std::size_t offset = 0;
  for (;;) {
    offset = std::min(text.find_first_not_of(" \t\r\n", offset), text.size());
    if (offset == text.size()) break;
    tokens.push_back(next_token(text, offset));
    offset += tokens.back().text.size();
  }
  tokens.push_back({ExpressionToken::Kind::end, "", {}, offset});
  return tokens;
}

}  // namespace iter8::config
