#include "config/yaml/node.h"

#include <algorithm>
#include <cstdlib>
#include <initializer_list>
#include <limits>
#include <optional>

#include <fmt/format.h>

#include "base/number.h"
#include "base/text.h"
#include "base/utf8.h"

namespace iter8::config {
namespace {

constexpr std::size_t kShownBytes = 60;

bool is_one_of(std::string_view text, std::initializer_list<std::string_view> words) {
  return std::find(words.begin(), words.end(), text) != words.end();
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

/// The digits of 0x1F or 0o17; a value beyond 64 bits stays text, as no one writes such numbers on purpose.
std::optional<Value> prefixed_integer(std::string_view text) {
  const int base = text.starts_with("0x") ? 16 : text.starts_with("0o") ? 8 : 0;
  if (base == 0 || text.size() == 2) return std::nullopt;
  std::int64_t value = 0;
  for (const char c : text.substr(2)) {
    const int letter = c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : base;
    const int digit = is_digit(c) ? c - '0' : letter;
    if (digit >= base || value > (std::numeric_limits<std::int64_t>::max() - digit) / base)
      return std::nullopt;
    value = value * base + digit;
  }
  return value;
}

/// [-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?, the core schema's number.
bool looks_decimal(std::string_view text) {
  if (text.starts_with('-') || text.starts_with('+')) text.remove_prefix(1);
  const auto skip_digits = [&text] {
    const auto end = std::find_if_not(text.begin(), text.end(), is_digit);
    const auto count = static_cast<std::size_t>(end - text.begin());
    text.remove_prefix(count);
    return count;
  };
  std::size_t digits = skip_digits();
  if (text.starts_with('.')) {
    text.remove_prefix(1);
    digits += skip_digits();
  }
  if (digits == 0) return false;
  if (text.empty()) return true;
  if (text.front() != 'e' && text.front() != 'E') return false;
  text.remove_prefix(1);
  if (text.starts_with('-') || text.starts_with('+')) text.remove_prefix(1);
  return skip_digits() > 0 && text.empty();
}

Value decimal(std::string_view text) {
  if (const auto whole = base::parse_integer(text)) return std::int64_t{*whole};
  if (const auto number = base::parse_number(text)) return *number;
  // What parse_number refuses although it looks like a number is beyond the range of a double: strtod makes 0
  // or an infinity of it.
  return std::strtod(std::string(text).c_str(), nullptr);
}

/// The tree as a value, each scalar by `read_plain` unless it is quoted.
Value convert(const Node& node, Value (*read_plain)(std::string_view)) {
  switch (node.kind) {
    case Node::Kind::null:
      return {};
    case Node::Kind::scalar:
      return node.quoted ? Value(node.text) : read_plain(node.text);
    case Node::Kind::sequence: {
      Value::List list;
      list.reserve(node.items.size());
      for (const Node& item : node.items) list.push_back(convert(item, read_plain));
      return list;
    }
    case Node::Kind::map: {
      Value::Map map;
      map.reserve(node.entries.size());
      for (const Node::Entry& entry : node.entries)
        map.emplace_back(entry.key, convert(entry.value, read_plain));
      return map;
    }
  }
  return {};
}

Value printable_scalar(std::string_view text) {
  Value value = plain_scalar(text);
  const bool changed = (value.integer() && std::to_string(*value.integer()) != text) ||
                       (value.real() && base::shortest(*value.real()) != text);
  return changed ? Value(text) : value;
}

}  // namespace

Position position_in(Position start, std::string_view text, std::size_t offset) {
  if (start.line == 0) return start;
  Position position = start;
  for (const char c : text.substr(0, offset)) {
    if (c == '\n') {
      ++position.line;
      position.column = start.column;
    } else if (base::begins_character(c)) {
      ++position.column;
    }
  }
  return position;
}

const Node* Node::find(std::string_view key) const {
  const auto entry =
      std::find_if(entries.begin(), entries.end(), [key](const Entry& e) { return e.key == key; });
  return entry == entries.end() ? nullptr : &entry->value;
}

std::string Node::described() const {
  if (kind == Kind::null) return "nothing";
  if (kind == Kind::sequence) return "a list";
  if (kind == Kind::map) return "a map";
  if (!reference.empty()) return "the value of " + base::printable(reference, kShownBytes);
  std::string shown = base::printable(text, kShownBytes);
  if (text.empty()) return "empty text";
  const Value value = quoted ? Value(text) : plain_scalar(text);
  if (value.is_null()) return "nothing";
  if (value.boolean()) return shown;
  return value.number() ? "number " + shown : "text '" + shown + "'";
}

Value plain_scalar(std::string_view text) {
  if (is_one_of(text, {"", "~", "null", "Null", "NULL"})) return {};
  if (is_one_of(text, {"true", "True", "TRUE"})) return true;
  if (is_one_of(text, {"false", "False", "FALSE"})) return false;
  if (is_one_of(text, {".nan", ".NaN", ".NAN"})) return std::numeric_limits<double>::quiet_NaN();
  const bool is_signed = text.starts_with('-') || text.starts_with('+');
  if (is_one_of(text.substr(is_signed ? 1 : 0), {".inf", ".Inf", ".INF"})) {
    const double infinity = std::numeric_limits<double>::infinity();
    return text.starts_with('-') ? -infinity : infinity;
  }
  if (const auto value = prefixed_integer(text)) return *value;
  return looks_decimal(text) ? decimal(text) : Value(text);
}

Value to_value(const Node& node) {
  return convert(node, plain_scalar);
}

Value to_printable_value(const Node& node) {
  return convert(node, printable_scalar);
}

}  // namespace iter8::config
