#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"
#include "config/template/template_values.h"

namespace iter8::config {
namespace {

Value len(const TemplateCall& call) {
  const Value& value = call.arguments[0];
  if (value.text()) return static_cast<std::int64_t>(value.text()->size());
  if (value.list()) return static_cast<std::int64_t>(value.list()->size());
  if (value.map()) return static_cast<std::int64_t>(value.map()->size());
  wrong_argument(call, 0, "a text, list or map");
}

std::vector<std::string> keys_of(const Value::Map& map) {
  std::vector<std::string> names;
  for (const auto& entry : map) names.push_back(entry.first);
  return names;
}

/// `index whole key …`: an entry of an entry of … `whole`.
Value index(const TemplateCall& call) {
  const Value* value = call.arguments.data();
  for (std::size_t i = 1; i < call.arguments.size(); ++i) {
    if (value->map()) {
      const std::string key = text_argument(call, i);
      const Value* found = value->find(key);
      if (!found && call.missing == Missing::taken) return {};
      if (!found)
        throw base::Error(fmt::format("index: there is no key '{}'{}", base::printable(key, 60),
                                      base::suggestion(key, keys_of(*value->map()))));
      value = found;
    } else if (value->list()) {
      const std::int64_t at = whole_argument(call, i);
      const bool outside = at < 0 || static_cast<std::uint64_t>(at) >= value->list()->size();
      if (outside && call.missing == Missing::taken) return {};
      if (outside)
        throw base::Error(
            fmt::format("index: the list has no item {}; it has {}", at, value->list()->size()));
      value = &(*value->list())[static_cast<std::size_t>(at)];
    } else {
      if (value->is_null() && call.missing == Missing::taken) return {};
      throw base::Error(fmt::format("index needs a list or map, found {}", described(*value)));
    }
  }
  return *value;
}

/// `slice whole from to`, by bytes for a text.
Value slice(const TemplateCall& call) {
  const Value& whole = call.arguments[0];
  if (!whole.text() && !whole.list()) wrong_argument(call, 0, "a text or list");
  const auto size = static_cast<std::int64_t>(whole.text() ? whole.text()->size() : whole.list()->size());
  const std::int64_t from = call.arguments.size() > 1 ? whole_argument(call, 1) : 0;
  const std::int64_t to = call.arguments.size() > 2 ? whole_argument(call, 2) : size;
  if (from < 0 || to < from || to > size)
    throw base::Error(fmt::format("slice from {} to {} of {} items", from, to, size));
  if (whole.text())
    return whole.text()->substr(static_cast<std::size_t>(from), static_cast<std::size_t>(to - from));
  return Value::List(whole.list()->begin() + from, whole.list()->begin() + to);
}

Value dict(const TemplateCall& call) {
  if (call.arguments.size() % 2 != 0) throw base::Error("dict needs a value for every key");
  Value::Map map;
  for (std::size_t i = 0; i < call.arguments.size(); i += 2) {
    std::string key = text_argument(call, i);
    const auto same =
        std::find_if(map.begin(), map.end(), [&key](const auto& entry) { return entry.first == key; });
    if (same != map.end()) {
      same->second = call.arguments[i + 1];
    } else {
      map.emplace_back(std::move(key), call.arguments[i + 1]);
    }
  }
  return checked_depth(std::move(map));
}

Value list(const TemplateCall& call) {
  return checked_depth(Value::List(call.arguments.begin(), call.arguments.end()));
}

Value append(const TemplateCall& call) {
  Value::List list = list_argument(call, 0);
  list.push_back(call.arguments[1]);
  return checked_depth(std::move(list));
}

Value get(const TemplateCall& call) {
  if (call.arguments[0].is_null()) return "";
  map_argument(call, 0);
  const Value* found = call.arguments[0].find(text_argument(call, 1));
  return found ? *found : Value("");
}

Value has_key(const TemplateCall& call) {
  if (call.arguments[0].is_null()) return false;
  map_argument(call, 0);
  return call.arguments[0].find(text_argument(call, 1)) != nullptr;
}

Value has(const TemplateCall& call) {
  const Value::List& list = list_argument(call, 1);
  return std::find(list.begin(), list.end(), call.arguments[0]) != list.end();
}

Value keys(const TemplateCall& call) {
  Value::List result;
  for (std::size_t i = 0; i < call.arguments.size(); ++i)
    for (const std::string& key : keys_of(map_argument(call, i))) result.emplace_back(key);
  return result;
}

Value values(const TemplateCall& call) {
  Value::List result;
  for (const auto& entry : map_argument(call, 0)) result.push_back(entry.second);
  return result;
}

Value first(const TemplateCall& call) {
  const Value::List& list = list_argument(call, 0);
  return list.empty() ? Value() : list.front();
}

Value last(const TemplateCall& call) {
  const Value::List& list = list_argument(call, 0);
  return list.empty() ? Value() : list.back();
}

Value rest(const TemplateCall& call) {
  const Value::List& list = list_argument(call, 0);
  return list.empty() ? Value::List() : Value::List(list.begin() + 1, list.end());
}

Value sorted_texts(const TemplateCall& call) {
  std::vector<std::string> texts;
  for (const Value& item : list_argument(call, 0)) {
    const std::array argument = {item};
    texts.push_back(text_argument({call.name, argument, call.budget, call.now}, 0));
  }
  std::sort(texts.begin(), texts.end());
  return Value::List(texts.begin(), texts.end());
}

constexpr std::array kCollectionFunctions = std::to_array<TemplateFunction>({
    {"len", 1, 1, len, kRefused},
    {"index", 1, kMany, index, kRefused},
    {"slice", 1, 3, slice, kRefused},
    {"dict", 0, kMany, dict, kRefused},
    {"list", 0, kMany, list, kRefused},
    {"append", 2, 2, append, kRefused},
    {"get", 2, 2, get, kTaken},
    {"hasKey", 2, 2, has_key, kTaken},
    {"has", 2, 2, has, kRefused},
    {"keys", 1, kMany, keys, kRefused},
    {"values", 1, 1, values, kRefused},
    {"first", 1, 1, first, kRefused},
    {"last", 1, 1, last, kRefused},
    {"rest", 1, 1, rest, kRefused},
    {"sortAlpha", 1, 1, sorted_texts, kRefused},
});

}  // namespace

std::span<const TemplateFunction> collection_functions() {
  return kCollectionFunctions;
}

}  // namespace iter8::config
