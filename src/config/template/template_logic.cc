#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/error.h"
#include "config/template/template_values.h"
#include "config/value/value_text.h"

namespace iter8::config {
namespace {

/// As in Go, values of different kinds are not compared: that is a mistake more often than an answer.
bool equal(const TemplateCall& call, const Value& left, const Value& right) {
  const bool comparable = left.is_null() || right.is_null() || left.kind_name() == right.kind_name() ||
                          (left.number() && right.number());
  if (!comparable)
    throw base::Error(fmt::format("{} compares {} with {}", call.name, described(left), described(right)));
  return left == right;
}

/// Below 0, 0 or above 0, as the first argument is before, at or behind the second.
int order(const TemplateCall& call) {
  const Value& left = call.arguments[0];
  const Value& right = call.arguments[1];
  if (left.text() && right.text()) return left.text()->compare(*right.text());
  if (left.integer() && right.integer())
    return (*left.integer() > *right.integer()) - (*left.integer() < *right.integer());
  if (!left.number() || !right.number())
    throw base::Error(fmt::format("{} needs two numbers or two texts, found {} and {}", call.name,
                                  described(left), described(right)));
  return (*left.number() > *right.number()) - (*left.number() < *right.number());
}

Value eq(const TemplateCall& call) {
  return std::any_of(call.arguments.begin() + 1, call.arguments.end(),
                     [&call](const Value& other) { return equal(call, call.arguments[0], other); });
}
Value ne(const TemplateCall& call) {
  return !equal(call, call.arguments[0], call.arguments[1]);
}
Value lt(const TemplateCall& call) {
  return order(call) < 0;
}
Value le(const TemplateCall& call) {
  return order(call) <= 0;
}
Value gt(const TemplateCall& call) {
  return order(call) > 0;
}
Value ge(const TemplateCall& call) {
  return order(call) >= 0;
}

Value conjunction(const TemplateCall& call) {
  const auto found = std::find_if_not(call.arguments.begin(), call.arguments.end() - 1, is_true);
  return *found;
}

Value disjunction(const TemplateCall& call) {
  const auto found = std::find_if(call.arguments.begin(), call.arguments.end() - 1, is_true);
  return *found;
}

Value negation(const TemplateCall& call) {
  return !is_true(call.arguments[0]);
}
Value empty(const TemplateCall& call) {
  return !is_true(call.arguments[0]);
}

Value fallback(const TemplateCall& call) {
  const bool given = call.arguments.size() == 2 && is_true(call.arguments[1]);
  return call.arguments[given ? 1 : 0];
}

Value coalesce(const TemplateCall& call) {
  const auto found = std::find_if(call.arguments.begin(), call.arguments.end(), is_true);
  return found == call.arguments.end() ? Value() : *found;
}

Value ternary(const TemplateCall& call) {
  return call.arguments[is_true(call.arguments[2]) ? 0 : 1];
}

Value required(const TemplateCall& call) {
  if (call.arguments[1].is_null() || call.arguments[1] == Value(""))
    throw base::Error(text_argument(call, 0));
  return call.arguments[1];
}

Value fail(const TemplateCall& call) {
  throw base::Error(text_argument(call, 0));
}

/// The names Go's reflection has for kinds.
std::string_view kind_of(const Value& value) {
  if (value.is_null()) return "invalid";
  if (value.boolean()) return "bool";
  if (value.integer()) return "int64";
  if (value.real()) return "float64";
  if (value.text()) return "string";
  return value.list() ? "slice" : "map";
}

Value kind_name(const TemplateCall& call) {
  return kind_of(call.arguments[0]);
}
Value kind_is(const TemplateCall& call) {
  return kind_of(call.arguments[1]) == text_argument(call, 0);
}

constexpr std::array kLogicFunctions = std::to_array<TemplateFunction>({
    {"and", 1, kMany, conjunction, kTaken},
    {"or", 1, kMany, disjunction, kTaken},
    {"not", 1, 1, negation, kTaken},
    {"eq", 2, kMany, eq, kRefused},
    {"ne", 2, 2, ne, kRefused},
    {"lt", 2, 2, lt, kRefused},
    {"le", 2, 2, le, kRefused},
    {"gt", 2, 2, gt, kRefused},
    {"ge", 2, 2, ge, kRefused},
    {"default", 1, 2, fallback, kTaken},
    {"empty", 1, 1, empty, kTaken},
    {"coalesce", 1, kMany, coalesce, kTaken},
    {"ternary", 3, 3, ternary, kTaken},
    {"required", 2, 2, required, kTaken},
    {"fail", 1, 1, fail, kRefused},
    {"kindOf", 1, 1, kind_name, kTaken},
    {"kindIs", 2, 2, kind_is, kTaken},
});

}  // namespace

std::span<const TemplateFunction> logic_functions() {
  return kLogicFunctions;
}

}  // namespace iter8::config
