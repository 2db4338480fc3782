#include "config/template/template_values.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "base/error.h"
#include "base/number.h"
#include "base/text.h"
#include "config/value/value_text.h"

namespace iter8::config {
namespace {

std::size_t depth_of(const Value& value) {
  std::size_t deepest = 0;
  if (value.list())
    for (const Value& item : *value.list()) deepest = std::max(deepest, depth_of(item));
  if (value.map())
    for (const auto& entry : *value.map()) deepest = std::max(deepest, depth_of(entry.second));
  return deepest + 1;
}

}  // namespace

bool is_true(const Value& value) {
  if (value.boolean()) return *value.boolean();
  if (value.number()) return *value.number() != 0;
  if (value.text()) return !value.text()->empty();
  if (value.list()) return !value.list()->empty();
  return value.map() && !value.map()->empty();
}

std::string described(const Value& value) {
  if (value.is_null()) return "nothing";
  if (value.text()) return fmt::format("text '{}'", base::printable(*value.text(), 40));
  if (value.number()) return "number " + to_plain_text(value);
  return value.boolean() ? to_plain_text(value) : fmt::format("a {}", value.kind_name());
}

std::string text_argument(const TemplateCall& call, std::size_t index) {
  const Value& value = call.arguments[index];
  if (value.text()) return *value.text();
  if (!value.number() && !value.boolean()) wrong_argument(call, index, "a text");
  return to_plain_text(value);
}

Value number_argument(const TemplateCall& call, std::size_t index) {
  const Value& value = call.arguments[index];
  if (value.number()) return value;
  if (value.text()) {
    const std::string_view text = base::trim(*value.text());
    if (const auto whole = base::parse_integer(text)) return std::int64_t{*whole};
    if (const auto number = base::parse_number(text)) return *number;
  }
  wrong_argument(call, index, "a number");
}

std::int64_t whole_argument(const TemplateCall& call, std::size_t index) {
  const Value value = number_argument(call, index);
  if (value.integer()) return *value.integer();
  const double real = *value.real();
  constexpr double limit = 9223372036854775808.0;
  if (std::trunc(real) != real || real < -limit || real >= limit)
    wrong_argument(call, index, "a whole number");
  return static_cast<std::int64_t>(real);
}

const Value::List& list_argument(const TemplateCall& call, std::size_t index) {
  const Value::List* list = call.arguments[index].list();
  if (!list) wrong_argument(call, index, "a list");
  return *list;
}

const Value::Map& map_argument(const TemplateCall& call, std::size_t index) {
  const Value::Map* map = call.arguments[index].map();
  if (!map) wrong_argument(call, index, "a map");
  return *map;
}

void wrong_argument(const TemplateCall& call, std::size_t index, std::string_view expected) {
  throw base::Error(fmt::format("{} needs {} as argument {}, found {}", call.name, expected, index + 1,
                                described(call.arguments[index])));
}

Value checked_depth(Value value) {
  if (depth_of(value) > kValueDepth)
    throw base::Error(fmt::format("a value of more than {} levels", kValueDepth));
  return value;
}

}  // namespace iter8::config
