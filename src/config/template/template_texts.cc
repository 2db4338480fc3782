#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"
#include "base/utf8.h"
#include "config/template/template_values.h"
#include "config/value/value_text.h"

namespace iter8::config {
namespace {

bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\v' || c == '\f';
}
bool is_lower(char c) {
  return c >= 'a' && c <= 'z';
}
bool is_letter(char c) {
  return is_lower(c) || (c >= 'A' && c <= 'Z') || static_cast<unsigned char>(c) >= 0x80;
}

std::string upper_ascii(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](char c) { return is_lower(c) ? static_cast<char>(c - 'a' + 'A') : c; });
  return text;
}

Value upper(const TemplateCall& call) {
  return upper_ascii(text_argument(call, 0));
}
Value lower(const TemplateCall& call) {
  return base::lower(text_argument(call, 0));
}
Value trim(const TemplateCall& call) {
  return base::trim(text_argument(call, 0));
}

Value title(const TemplateCall& call) {
  std::string text = text_argument(call, 0);
  bool inside_word = false;
  for (char& c : text) {
    if (!inside_word && is_lower(c)) c = static_cast<char>(c - 'a' + 'A');
    inside_word = is_letter(c) || (c >= '0' && c <= '9') || c == '\'' || c == '_';
  }
  return text;
}

Value trim_all(const TemplateCall& call) {
  const std::string set = text_argument(call, 0);
  const std::string text = text_argument(call, 1);
  const std::size_t begin = std::min(text.find_first_not_of(set), text.size());
  const std::size_t end = text.find_last_not_of(set);
  return end == std::string::npos ? Value("") : Value(text.substr(begin, end + 1 - begin));
}

Value trim_prefix(const TemplateCall& call) {
  const std::string prefix = text_argument(call, 0);
  const std::string text = text_argument(call, 1);
  return text.starts_with(prefix) ? text.substr(prefix.size()) : text;
}

Value trim_suffix(const TemplateCall& call) {
  const std::string suffix = text_argument(call, 0);
  const std::string text = text_argument(call, 1);
  return text.ends_with(suffix) ? text.substr(0, text.size() - suffix.size()) : text;
}

/// The first characters, or with a negative number the last ones.
Value trunc(const TemplateCall& call) {
  const std::int64_t wanted = whole_argument(call, 0);
  const std::string text = text_argument(call, 1);
  const auto size = static_cast<std::int64_t>(base::character_count(text));
  if (wanted >= size || wanted <= -size) return text;
  if (wanted >= 0) return text.substr(0, base::offset_of_character(text, static_cast<std::size_t>(wanted)));
  return text.substr(base::offset_of_character(text, static_cast<std::size_t>(size + wanted)));
}

/// `replace old new text`; an empty `old` changes nothing.
Value replace(const TemplateCall& call) {
  const std::string old = text_argument(call, 0);
  const std::string by = text_argument(call, 1);
  const std::string text = text_argument(call, 2);
  std::size_t count = 0;
  if (!old.empty())
    for (std::size_t at = text.find(old); at != std::string::npos; at = text.find(old, at + old.size()))
      ++count;
  call.budget.check_text(text.size() + count * by.size());
  return base::replace_all(text, old, by);
}

Value contains(const TemplateCall& call) {
  return text_argument(call, 1).find(text_argument(call, 0)) != std::string::npos;
}
Value has_prefix(const TemplateCall& call) {
  return text_argument(call, 1).starts_with(text_argument(call, 0));
}
Value has_suffix(const TemplateCall& call) {
  return text_argument(call, 1).ends_with(text_argument(call, 0));
}

Value repeat(const TemplateCall& call) {
  const std::int64_t times = whole_argument(call, 0);
  const std::string text = text_argument(call, 1);
  if (times < 0) throw base::Error(fmt::format("repeat {} times", times));
  if (times > 0) call.budget.check_text(static_cast<std::size_t>(times));
  call.budget.check_text(static_cast<std::size_t>(times) * text.size());
  std::string result;
  for (std::int64_t i = 0; i < times && !text.empty(); ++i) result += text;
  return result;
}

Value nospace(const TemplateCall& call) {
  std::string text = text_argument(call, 0);
  std::erase_if(text, is_blank);
  return text;
}

/// `join separator list`; nothing is left out, as in sprig.
Value join(const TemplateCall& call) {
  const std::string separator = text_argument(call, 0);
  const Value::List& list = list_argument(call, 1);
  call.budget.check_text(separator.size() * list.size());
  std::string result;
  bool first = true;
  for (const Value& item : list) {
    if (item.is_null()) continue;
    if (!first) result += separator;
    result += to_plain_text(item);
    first = false;
  }
  return result;
}

/// An empty separator parts the characters.
std::vector<std::string> parts_of(const TemplateCall& call) {
  const std::string separator = text_argument(call, 0);
  const std::string text = text_argument(call, 1);
  std::vector<std::string> parts;
  std::size_t begin = 0;
  if (separator.empty()) {
    while (begin < text.size()) {
      const std::size_t from = begin;
      base::next_character(text, begin);
      parts.push_back(text.substr(from, begin - from));
    }
  } else {
    for (std::size_t end = text.find(separator); end != std::string::npos;
         end = text.find(separator, begin)) {
      parts.push_back(text.substr(begin, end - begin));
      begin = end + separator.size();
    }
    parts.push_back(text.substr(begin));
  }
  call.budget.spend(parts.size() / 4);
  return parts;
}

/// As in sprig, a map with the keys _0, _1, …
Value split(const TemplateCall& call) {
  Value::Map map;
  for (std::string& part : parts_of(call)) map.emplace_back(fmt::format("_{}", map.size()), std::move(part));
  return map;
}

Value split_list(const TemplateCall& call) {
  const std::vector<std::string> parts = parts_of(call);
  return Value::List(parts.begin(), parts.end());
}

Value to_string(const TemplateCall& call) {
  return call.arguments[0].is_null() ? Value("") : Value(to_plain_text(call.arguments[0]));
}

std::string indented(const TemplateCall& call) {
  constexpr std::int64_t most = 1000;
  const std::int64_t width = whole_argument(call, 0);
  if (width < 0 || width > most)
    throw base::Error(fmt::format("{} by {}; 0 to {} are possible", call.name, width, most));
  const std::string text = text_argument(call, 1);
  const std::string blanks(static_cast<std::size_t>(width), ' ');
  const auto lines = static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n')) + 1;
  call.budget.check_text(text.size() + lines * blanks.size());
  return blanks + base::replace_all(text, "\n", "\n" + blanks);
}

Value indent(const TemplateCall& call) {
  return indented(call);
}
Value nindent(const TemplateCall& call) {
  return "\n" + indented(call);
}

constexpr std::array kTextFunctions = std::to_array<TemplateFunction>({
    {"upper", 1, 1, upper, kRefused},
    {"lower", 1, 1, lower, kRefused},
    {"title", 1, 1, title, kRefused},
    {"trim", 1, 1, trim, kRefused},
    {"trimAll", 2, 2, trim_all, kRefused},
    {"trimPrefix", 2, 2, trim_prefix, kRefused},
    {"trimSuffix", 2, 2, trim_suffix, kRefused},
    {"trunc", 2, 2, trunc, kRefused},
    {"replace", 3, 3, replace, kRefused},
    {"contains", 2, 2, contains, kRefused},
    {"hasPrefix", 2, 2, has_prefix, kRefused},
    {"hasSuffix", 2, 2, has_suffix, kRefused},
    {"repeat", 2, 2, repeat, kRefused},
    {"nospace", 1, 1, nospace, kRefused},
    {"join", 2, 2, join, kRefused},
    {"split", 2, 2, split, kRefused},
    {"splitList", 2, 2, split_list, kRefused},
    {"toString", 1, 1, to_string, kRefused},
    {"indent", 2, 2, indent, kRefused},
    {"nindent", 2, 2, nindent, kRefused},
});

}  // namespace

std::span<const TemplateFunction> text_functions() {
  return kTextFunctions;
}

}  // namespace iter8::config
