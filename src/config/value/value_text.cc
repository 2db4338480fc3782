#include "config/value/value_text.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "base/number.h"
#include "base/utf8.h"

namespace iter8::config {
namespace {

void append_plain(std::string& out, const Value& value) {
  if (value.is_null()) {
    out += "<nil>";
  } else if (value.boolean()) {
    out += *value.boolean() ? "true" : "false";
  } else if (value.integer()) {
    out += std::to_string(*value.integer());
  } else if (value.real()) {
    out += base::shortest(*value.real());
  } else if (value.text()) {
    out += *value.text();
  } else if (value.list()) {
    out += '[';
    for (const Value& item : *value.list()) {
      if (&item != value.list()->data()) out += ' ';
      append_plain(out, item);
    }
    out += ']';
  } else {
    out += "map[";
    Value::Map sorted = *value.map();
    std::sort(sorted.begin(), sorted.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
    for (const auto& entry : sorted) {
      if (&entry != sorted.data()) out += ' ';
      out += entry.first + ":";
      append_plain(out, entry.second);
    }
    out += ']';
  }
}

class JsonWriter {
 public:
  explicit JsonWriter(JsonStyle style) : style_(style) {}

  std::string text;

  void write(const Value& value, std::size_t depth) {
    if (value.list()) return write_list(*value.list(), depth);
    if (value.map()) return write_map(*value.map(), depth);
    if (value.text()) {
      text += json_quoted(*value.text());
    } else if (value.is_null() || (value.real() && !std::isfinite(*value.real()))) {
      text += "null";
    } else {
      append_plain(text, value);
    }
  }

 private:
  void write_list(const Value::List& list, std::size_t depth) {
    if (list.empty()) {
      text += "[]";
      return;
    }
    text += '[';
    for (const Value& item : list) {
      if (&item != list.data()) text += ',';
      new_line(depth + 1);
      write(item, depth + 1);
    }
    new_line(depth);
    text += ']';
  }

  void write_map(const Value::Map& map, std::size_t depth) {
    if (map.empty()) {
      text += "{}";
      return;
    }
    text += '{';
    for (const auto& entry : map) {
      if (&entry != map.data()) text += ',';
      new_line(depth + 1);
      text += json_quoted(entry.first) + (style_ == JsonStyle::pretty ? ": " : ":");
      write(entry.second, depth + 1);
    }
    new_line(depth);
    text += '}';
  }

  void new_line(std::size_t depth) {
    if (style_ == JsonStyle::pretty) text += "\n" + std::string(2 * depth, ' ');
  }

  JsonStyle style_;
};

}  // namespace

std::string to_plain_text(const Value& value) {
  std::string text;
  append_plain(text, value);
  return text;
}

std::string to_json(const Value& value, JsonStyle style) {
  JsonWriter writer(style);
  writer.write(value, 0);
  return std::move(writer.text);
}

std::string json_quoted(std::string_view text) {
  std::string result = "\"";
  for (std::size_t at = 0; at < text.size();) {
    const char32_t c = base::next_character(text, at);
    if (c == '"' || c == '\\') {
      result += '\\';
      result += static_cast<char>(c);
    } else if (c == '\n') {
      result += "\\n";
    } else if (c == '\t') {
      result += "\\t";
    } else if (c == '\r') {
      result += "\\r";
    } else if (c < 0x20 || c == 0x7F) {
      result += fmt::format("\\u{:04x}", static_cast<unsigned>(c));
    } else {
      base::append_utf8(result, c);
    }
  }
  return result + '"';
}

}  // namespace iter8::config
