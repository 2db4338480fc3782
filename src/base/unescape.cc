#include "base/unescape.h"

#include <array>
#include <charconv>
#include <limits>
#include <optional>

#include "base/utf8.h"

namespace iter8::base {

namespace {

/// What an escape at the front of a text stands for, and its length; 0 = there is none.
struct Escape {
  std::string meaning;
  std::size_t length = 0;
};

std::optional<unsigned> number_of(std::string_view digits, int radix) {
  unsigned value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value, radix);
  if (digits.empty() || error != std::errc{} || end != digits.data() + digits.size()) return std::nullopt;
  return value;
}

std::string utf8_of(char32_t character) {
  std::string text;
  append_utf8(text, character);
  return text;
}

Escape percent_escape(std::string_view text) {
  if (text.size() < 3 || text[0] != '%') return {};
  const auto byte = number_of(text.substr(1, 2), 16);
  if (!byte) return {};
  return {.meaning = std::string(1, static_cast<char>(*byte)), .length = 3};
}

Escape form_escape(std::string_view text) {
  if (text[0] == '+') return {.meaning = " ", .length = 1};
  return percent_escape(text);
}

/// \uD83D\uDE00 is one character.
Escape unicode_escape(std::string_view text) {
  constexpr std::size_t length = 6;
  const auto unit = text.size() < length ? std::nullopt : number_of(text.substr(2, 4), 16);
  if (!unit) return {};
  const bool is_first_half = *unit >= 0xD800 && *unit < 0xDC00;
  if (is_first_half && text.size() >= 2 * length && text[length] == '\\' && text[length + 1] == 'u') {
    const auto second = number_of(text.substr(length + 2, 4), 16);
    if (second && *second >= 0xDC00 && *second < 0xE000)
      return {
          .meaning = utf8_of(static_cast<char32_t>(0x10000 + ((*unit - 0xD800) << 10U) + (*second - 0xDC00))),
          .length = 2 * length};
  }
  return {.meaning = utf8_of(*unit), .length = length};
}

Escape json_escape(std::string_view text) {
  if (text.size() < 2 || text[0] != '\\') return {};
  switch (text[1]) {
    case 'n':
      return {.meaning = "\n", .length = 2};
    case 'r':
      return {.meaning = "\r", .length = 2};
    case 't':
      return {.meaning = "\t", .length = 2};
    case 'b':
      return {.meaning = "\b", .length = 2};
    case 'f':
      return {.meaning = "\f", .length = 2};
    case 'u':
      return unicode_escape(text);
    case 'x': {
      const auto byte = text.size() < 4 ? std::nullopt : number_of(text.substr(2, 2), 16);
      if (!byte) return {};
      return {.meaning = std::string(1, static_cast<char>(*byte)), .length = 4};
    }
    case '"':
    case '\'':
    case '\\':
    case '/':
      return {.meaning = std::string(1, text[1]), .length = 2};
    default:
      return {};
  }
}

/// &#38; and &#x26;
Escape numeric_entity(std::string_view name, std::size_t length) {
  name.remove_prefix(1);
  const bool is_hexadecimal = !name.empty() && (name[0] == 'x' || name[0] == 'X');
  if (is_hexadecimal) name.remove_prefix(1);
  const auto character = number_of(name, is_hexadecimal ? 16 : 10);
  if (!character) return {};
  return {.meaning = utf8_of(*character), .length = length};
}

Escape html_escape(std::string_view text) {
  constexpr std::size_t longest = 12;
  if (text[0] != '&') return {};
  const std::size_t end = text.substr(0, longest).find(';');
  if (end == std::string_view::npos || end < 2) return {};
  const std::string_view name = text.substr(1, end - 1);
  if (name[0] == '#') return numeric_entity(name, end + 1);
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 5> named = {
      {{"amp", "&"}, {"lt", "<"}, {"gt", ">"}, {"quot", "\""}, {"apos", "'"}}};
  for (const auto& [entity, meaning] : named)
    if (entity == name) return {.meaning = std::string(meaning), .length = end + 1};
  return {};
}

Escape line_break(std::string_view text) {
  if (text[0] == '\n') return {.meaning = {}, .length = 1};
  if (text.starts_with("\r\n")) return {.meaning = {}, .length = 2};
  return {};
}

Escape escape_at(std::string_view text, Escaping escaping) {
  switch (escaping) {
    case Escaping::percent:
      return percent_escape(text);
    case Escaping::form:
      return form_escape(text);
    case Escaping::json:
      return json_escape(text);
    case Escaping::html:
      return html_escape(text);
    case Escaping::broken_in_lines:
      break;
  }
  return line_break(text);
}

std::string_view beginnings(Escaping escaping) {
  switch (escaping) {
    case Escaping::percent:
      return "%";
    case Escaping::form:
      return "%+";
    case Escaping::json:
      return "\\";
    case Escaping::html:
      return "&";
    case Escaping::broken_in_lines:
      break;
  }
  return "\r\n";
}

}  // namespace

std::pair<std::size_t, std::size_t> Unescaped::source_of(std::size_t begin, std::size_t length) const {
  std::size_t end = begin + length;
  // One escape may stand for several bytes: all of it belongs to the match, also if only the first bytes do.
  while (end < text.size() && origin[end] == origin[end - 1]) ++end;
  return {origin[begin], origin[end]};
}

bool may_be_escaped(std::string_view text, Escaping escaping) {
  return text.find_first_of(beginnings(escaping)) != std::string_view::npos;
}

Unescaped unescape(std::string_view text, Escaping escaping) {
  Unescaped result;
  if (text.size() >= std::numeric_limits<std::uint32_t>::max()) return {.text = {}, .origin = {0}};
  result.text.reserve(text.size());
  result.origin.reserve(text.size() + 1);
  const std::string_view first = beginnings(escaping);
  for (std::size_t at = 0; at < text.size();) {
    const auto here = static_cast<std::uint32_t>(at);
    const bool may_begin = first.find(text[at]) != std::string_view::npos;
    const Escape escape = may_begin ? escape_at(text.substr(at), escaping) : Escape{};
    if (escape.length == 0) {
      result.text += text[at];
      result.origin.push_back(here);
      ++at;
      continue;
    }
    result.text += escape.meaning;
    result.origin.insert(result.origin.end(), escape.meaning.size(), here);
    at += escape.length;
  }
  result.origin.push_back(static_cast<std::uint32_t>(text.size()));
  return result;
}

Unescaped unescape(const Unescaped& before, Escaping escaping) {
  Unescaped result = unescape(before.text, escaping);
  for (std::uint32_t& origin : result.origin) origin = before.origin[origin];
  return result;
}

}  // namespace iter8::base
