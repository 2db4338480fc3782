#include "config/value/json_text.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/json_depth.h"
#include "base/number.h"
#include "base/text.h"

namespace iter8::config {
namespace {

using Json = nlohmann::ordered_json;

/// The library's message without its own code and position.
std::string json_message(std::string_view what) {
  if (what.starts_with('[')) what.remove_prefix(std::min(what.find("] ") + 2, what.size()));
  constexpr std::string_view kPosition = "parse error at line ";
  if (what.starts_with(kPosition)) what.remove_prefix(std::min(what.find(": ") + 2, what.size()));
  return base::printable(what, 300);
}

/// Reads a text to its end and keeps nothing but the first fault.
class JsonChecker final : public nlohmann::json_sax<Json> {
 public:
  std::optional<JsonFault> fault;

  bool null() override { return true; }
  bool boolean(bool) override { return true; }
  bool number_integer(number_integer_t) override { return true; }
  bool number_unsigned(number_unsigned_t) override { return true; }
  bool number_float(number_float_t, const string_t&) override { return true; }
  bool string(string_t&) override { return true; }
  bool binary(binary_t&) override { return true; }
  bool start_object(std::size_t) override { return true; }
  bool key(string_t&) override { return true; }
  bool end_object() override { return true; }
  bool start_array(std::size_t) override { return true; }
  bool end_array() override { return true; }

  /// `byte` is how many were read: the last of them is the one that is wrong.
  bool parse_error(std::size_t byte, const std::string&, const nlohmann::detail::exception& error) override {
    fault = JsonFault{.offset = byte == 0 ? 0 : byte - 1, .message = json_message(error.what())};
    return false;
  }
};

std::size_t depth_of(const Json& document) {
  // No recursion: the depth is what is to be limited.
  std::vector<std::pair<const Json*, std::size_t>> open = {{&document, 0}};
  std::size_t deepest = 0;
  while (!open.empty()) {
    const auto [node, depth] = open.back();
    open.pop_back();
    deepest = std::max(deepest, depth);
    if (!node->is_structured()) continue;
    for (const Json& item : *node) open.emplace_back(&item, depth + 1);
  }
  return deepest;
}

/// As expressions and templates print it, and not as the library does: 12 for what the library writes
/// as 12.0.
std::string number_text(double value) {
  return std::isfinite(value) ? base::shortest(value) : "null";
}

void append_json(std::string& out, const Value& value, JsonStyle style, std::size_t depth);

/// The items between their brackets, each written by `append_item`.
template <typename Items, typename AppendItem>
void append_items(std::string& out, const Items& items, std::string_view brackets, JsonStyle style,
                  std::size_t depth, AppendItem append_item) {
  const auto new_line = [&](std::size_t levels) {
    if (style == JsonStyle::pretty && !items.empty()) out += "\n" + std::string(2 * levels, ' ');
  };
  out += brackets.front();
  for (const auto& item : items) {
    if (&item != items.data()) out += ',';
    new_line(depth + 1);
    append_item(item);
  }
  new_line(depth);
  out += brackets.back();
}

void append_json(std::string& out, const Value& value, JsonStyle style, std::size_t depth) {
  if (value.list()) {
    append_items(out, *value.list(), "[]", style, depth,
                 [&](const Value& item) { append_json(out, item, style, depth + 1); });
  } else if (value.map()) {
    append_items(out, *value.map(), "{}", style, depth, [&](const auto& entry) {
      out += json_quoted(entry.first) + (style == JsonStyle::pretty ? ": " : ":");
      append_json(out, entry.second, style, depth + 1);
    });
  } else if (value.text()) {
    out += json_quoted(*value.text());
  } else if (value.real()) {
    out += number_text(*value.real());
  } else {
    out += json_of(value).dump();
  }
}

}  // namespace

std::string to_json(const Value& value, JsonStyle style) {
  std::string text;
  append_json(text, value, style, 0);
  return text;
}

std::string json_quoted(std::string_view text) {
  return Json(text).dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::optional<Value> parse_json(std::string_view text, std::size_t depth, JsonFault& fault) {
  if (auto found = json_fault(text)) {
    fault = std::move(*found);
    return std::nullopt;
  }
  const Json document = Json::parse(text);
  if (depth_of(document) > depth) {
    fault = {.offset = 0, .message = fmt::format("more than {} levels deep", depth)};
    return std::nullopt;
  }
  return value_of(document);
}

std::optional<JsonFault> json_fault(std::string_view text) {
  JsonChecker checker;
  Json::sax_parse(text, &checker);
  if (!checker.fault && base::has_nul(text))
    checker.fault = JsonFault{.offset = text.find('\0'), .message = "a NUL is not allowed"};
  return std::move(checker.fault);
}

Json json_of(const Value& value) {
  if (const bool* boolean = value.boolean()) return *boolean;
  if (const std::int64_t* integer = value.integer()) return *integer;
  if (const double* real = value.real()) return *real;
  if (const std::string* text = value.text()) return *text;
  if (const Value::List* list = value.list()) {
    Json array = Json::array();
    for (const Value& item : *list) array.push_back(json_of(item));
    return array;
  }
  if (const Value::Map* map = value.map()) {
    Json object = Json::object();
    for (const auto& [key, item] : *map) object[key] = json_of(item);
    return object;
  }
  return nullptr;
}

Value value_of(const Json& document) {
  if (document.is_boolean()) return document.get<bool>();
  if (document.is_number_unsigned() &&
      document.get<std::uint64_t>() > std::numeric_limits<std::int64_t>::max())
    return document.get<double>();
  if (document.is_number_integer()) return document.get<std::int64_t>();
  if (document.is_number()) return document.get<double>();
  if (document.is_string()) return document.get<std::string>();
  if (document.is_array()) {
    Value::List list;
    for (const Json& item : document) list.push_back(value_of(item));
    return list;
  }
  if (document.is_object()) {
    Value::Map map;
    for (const auto& [key, item] : document.items()) map.emplace_back(key, value_of(item));
    return map;
  }
  return {};
}

}  // namespace iter8::config
