#include "config/edit/yaml_scalar.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"
#include "config/yaml/node.h"

namespace iter8::config {

namespace {

constexpr std::string_view kSpace = " \t\r\n";

/// Behind the tag and the anchor that begin at `offset`.
std::size_t behind_properties(std::string_view yaml, std::size_t offset) {
  while (offset < yaml.size() && (yaml[offset] == '&' || yaml[offset] == '!')) {
    offset = std::min(yaml.find_first_of(kSpace, offset), yaml.size());
    offset = std::min(yaml.find_first_not_of(kSpace, offset), yaml.size());
  }
  return offset;
}

std::size_t end_of_quoted(std::string_view yaml, std::size_t begin) {
  const char quote = yaml[begin];
  for (std::size_t at = begin + 1; at < yaml.size(); ++at) {
    if (quote == '"' && yaml[at] == '\\') {
      ++at;
    } else if (yaml[at] == quote) {
      if (quote == '"' || at + 1 == yaml.size() || yaml[at + 1] != quote) return at + 1;
      ++at;
    }
  }
  throw base::Error("a quote is never closed");
}

/// A plain scalar has no escapes: its text stands there as it is, but for line breaks that were folded.
std::size_t end_of_plain(std::string_view yaml, std::size_t begin, std::string_view text) {
  std::size_t at = begin;
  std::size_t read = 0;
  while (read < text.size() && at < yaml.size()) {
    if (yaml[at] == text[read] && yaml[at] != '\n' && yaml[at] != '\r') {
      ++at;
      ++read;
      continue;
    }
    if (kSpace.find(yaml[at]) == std::string_view::npos || kSpace.find(text[read]) == std::string_view::npos)
      break;
    at = std::min(yaml.find_first_not_of(kSpace, at), yaml.size());
    read = std::min(text.find_first_not_of(kSpace, read), text.size());
  }
  if (read < text.size()) throw base::Error("cannot find the end of the value");
  return at;
}

std::size_t column_of(std::string_view yaml, std::size_t offset) {
  const std::size_t newline = offset == 0 ? std::string_view::npos : yaml.rfind('\n', offset - 1);
  return newline == std::string_view::npos ? offset : offset - newline - 1;
}

/// The end of the last line of a block that has more than white space; every line of it is indented deeper
/// than its key.
std::size_t end_of_block(std::string_view yaml, std::size_t begin, std::size_t key_column) {
  std::size_t end = std::min(yaml.find_first_of("\r\n", begin), yaml.size());
  std::size_t line = yaml.find('\n', begin);
  while (line != std::string_view::npos) {
    ++line;
    const std::size_t next = yaml.find('\n', line);
    const std::size_t content = yaml.find_first_not_of(' ', line);
    const std::size_t line_end = std::min(next, yaml.size());
    const bool is_blank = content == std::string_view::npos || content >= line_end || yaml[content] == '\r';
    if (!is_blank && content - line <= key_column) break;
    if (!is_blank) end = line_end > line && yaml[line_end - 1] == '\r' ? line_end - 1 : line_end;
    line = next;
  }
  return end;
}

bool is_null_word(std::string_view yaml, std::size_t offset, std::size_t& end) {
  for (const std::string_view word : {"~", "null", "Null", "NULL"}) {
    if (!yaml.substr(std::min(offset, yaml.size())).starts_with(word)) continue;
    end = offset + word.size();
    if (end == yaml.size() || std::string_view(" \t\r\n,]}#").find(yaml[end]) != std::string_view::npos)
      return true;
  }
  return false;
}

/// Behind the colon of a key that has no value.
Span span_of_nothing(std::string_view yaml, const YamlTarget& target) {
  std::size_t end = 0;
  const std::size_t offset = behind_properties(yaml, target.place->offset);
  if (target.key == nullptr) {
    if (is_null_word(yaml, offset, end)) return {offset, end};
    throw base::Error("an empty item of a list cannot be set; write null there first");
  }
  const Span key = span_of(yaml, {.place = target.key});
  const std::size_t colon = yaml.find_first_not_of(" \t", key.end);
  if (colon == std::string_view::npos || yaml[colon] != ':')
    throw base::Error("an empty value without a ':' cannot be set");
  const std::size_t value = yaml.find_first_not_of(" \t", colon + 1);
  if (value != std::string_view::npos && is_null_word(yaml, value, end)) return {value, end};
  return {colon + 1, colon + 1};
}

bool is_date(std::string_view text) {
  constexpr std::string_view form = "dddd-dd-dd";
  if (text.size() < form.size()) return false;
  for (std::size_t i = 0; i < form.size(); ++i)
    if (form[i] == 'd' ? text[i] < '0' || text[i] > '9' : text[i] != form[i]) return false;
  return true;
}

/// Whether some reader of YAML, 1.1 or 1.2, takes the plain text for something else than text.
bool reads_as_other(std::string_view text) {
  constexpr std::array<std::string_view, 6> words = {"yes", "no", "on", "off", "y", "n"};
  if (!plain_scalar(text).text() || is_date(text)) return true;
  if (std::ranges::find(words, base::lower(text)) != words.end()) return true;
  const bool is_sixty = text.find(':') != std::string_view::npos &&
                        text.find_first_not_of("0123456789:.+-") == std::string_view::npos;
  const std::string joined = base::replace_all(std::string(text), "_", "");
  return is_sixty || (joined.size() < text.size() && !plain_scalar(joined).text());
}

bool can_be_plain(std::string_view text, bool in_flow) {
  if (text.empty() || text.front() == ' ' || text.back() == ' ' || text.back() == ':') return false;
  const bool is_marked =
      std::string_view("?:,[]{}#&*!|>'\"%@`-=").find(text.front()) != std::string_view::npos;
  if (is_marked && (text.front() != '-' || text.size() < 2 || plain_scalar(text).text())) return false;
  if (text == "---" || text == "..." || text.starts_with("--- ") || text.starts_with("... ")) return false;
  if (in_flow && text.find_first_of(",[]{}") != std::string_view::npos) return false;
  return text.find(": ") == std::string_view::npos && text.find(" #") == std::string_view::npos &&
         std::ranges::all_of(text, [](unsigned char c) { return c >= 0x20 && c != 0x7F; });
}

std::string double_quoted(std::string_view value) {
  std::string text = "\"";
  for (const char c : value) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      text += '\\';
      text += c;
    } else if (c == '\n') {
      text += "\\n";
    } else if (c == '\t') {
      text += "\\t";
    } else if (byte < 0x20 || byte == 0x7F) {
      text += fmt::format("\\x{:02x}", static_cast<unsigned>(byte));
    } else {
      text += c;
    }
  }
  return text + "\"";
}

}  // namespace

ScalarStyle style_at(std::string_view yaml, std::size_t begin) {
  if (begin >= yaml.size()) return ScalarStyle::plain;
  switch (yaml[begin]) {
    case '"':
      return ScalarStyle::double_quoted;
    case '\'':
      return ScalarStyle::single_quoted;
    case '|':
    case '>':
      return ScalarStyle::block;
    default:
      return ScalarStyle::plain;
  }
}

Span span_of(std::string_view yaml, const YamlTarget& target) {
  const YamlLocation& place = *target.place;
  if (place.kind == YamlLocation::Kind::null) return span_of_nothing(yaml, target);
  const std::size_t begin = behind_properties(yaml, place.offset);
  if (begin >= yaml.size()) throw base::Error("cannot find the end of the value");
  if (place.kind == YamlLocation::Kind::alias)
    return {begin, std::min(yaml.find_first_of(" \t\r\n,]}", begin), yaml.size())};
  switch (style_at(yaml, begin)) {
    case ScalarStyle::single_quoted:
    case ScalarStyle::double_quoted:
      return {begin, end_of_quoted(yaml, begin)};
    case ScalarStyle::block:
      return {begin, end_of_block(yaml, begin, target.key ? column_of(yaml, target.key->offset) : 0)};
    case ScalarStyle::plain:
      break;
  }
  return {begin, end_of_plain(yaml, begin, place.text)};
}

std::string scalar_text(std::string_view value, const YamlTarget& target, ScalarStyle style) {
  const YamlLocation& place = *target.place;
  const bool has_controls = std::ranges::any_of(value, [](unsigned char c) { return c < 0x20 || c == 0x7F; });
  if (style == ScalarStyle::single_quoted && !has_controls)
    return "'" + base::replace_all(std::string(value), "'", "''") + "'";
  if (style == ScalarStyle::single_quoted || style == ScalarStyle::double_quoted) return double_quoted(value);

  const bool was_text = style == ScalarStyle::block || place.kind == YamlLocation::Kind::null ||
                        !place.is_plain || plain_scalar(place.text).text() != nullptr;
  const bool may_be_plain = can_be_plain(value, target.in_flow) && !(was_text && reads_as_other(value));
  return may_be_plain ? std::string(value) : double_quoted(value);
}

}  // namespace iter8::config
