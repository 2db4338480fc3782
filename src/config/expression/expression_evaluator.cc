#include "config/expression/expression_evaluator.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"

namespace iter8::config {
namespace {

using Kind = Syntax::Kind;

std::string described(const Value& value) {
  if (value.is_null()) return "nothing";
  if (const bool* truth = value.boolean()) return *truth ? "true" : "false";
  if (const std::string* text = value.text()) return "text '" + base::printable(*text, 40) + "'";
  return value.number() ? "a number" : "a " + std::string(value.kind_name());
}

/// How a field or entry that is not there reads: nothing on the left of ??, an error elsewhere.
bool may_be_absent(const Syntax& syntax) {
  return syntax.kind == Kind::member || syntax.kind == Kind::index;
}

/// A literal with a unit of time, as it is written.
bool is_duration(const Syntax& literal) {
  constexpr std::string_view kLastLetters = "smh";
  return literal.value.real() != nullptr && !literal.name.empty() &&
         kLastLetters.find(literal.name.back()) != std::string_view::npos;
}

bool is_comparison(std::string_view operation) {
  return operation == "==" || operation == "!=" || operation == "<" || operation == "<=" ||
         operation == ">" || operation == ">=";
}

std::string nearest_key(const std::string& key, const Value& owner) {
  std::vector<std::string> keys;
  if (const Value::Map* map = owner.map())
    for (const auto& entry : *map) keys.push_back(entry.first);
  return base::suggestion(key, keys);
}

}  // namespace

Value ExpressionEvaluator::value(const Syntax& syntax) const {
  switch (syntax.kind) {
    case Kind::literal:
      return is_duration(syntax) ? Value(*syntax.value.real() / seconds_of_unit_) : syntax.value;
    case Kind::list:
      return values(syntax.children);
    case Kind::field:
      return scope_.field(syntax.name);
    case Kind::call:
      return call(syntax);
    case Kind::member:
    case Kind::index: {
      std::string problem;
      auto found = entry(syntax, problem);
      if (!found) fail(syntax, problem);
      return std::move(*found);
    }
    case Kind::negate:
      return negative(syntax);
    case Kind::negation:
      return !truth(syntax.children[0], "not");
    case Kind::conjunction:
      return truth(syntax.children[0], syntax.name) && truth(syntax.children[1], syntax.name);
    case Kind::disjunction:
      return truth(syntax.children[0], syntax.name) || truth(syntax.children[1], syntax.name);
    case Kind::fallback:
      return fallback(syntax);
    case Kind::choice:
      return value(syntax.children[truth(syntax.children[0], "?:") ? 1 : 2]);
    case Kind::operation:
      return operation(syntax);
  }
  return {};
}

bool ExpressionEvaluator::truth(const Syntax& syntax, std::string_view who) const {
  const Value result = value(syntax);
  if (!result.boolean())
    fail(syntax, fmt::format("'{}' needs true or false, found {}", who, described(result)));
  return *result.boolean();
}

Value::List ExpressionEvaluator::values(const std::vector<Syntax>& children) const {
  Value::List list;
  for (const Syntax& child : children) list.push_back(value(child));
  return list;
}

Value ExpressionEvaluator::call(const Syntax& syntax) const {
  const Value::List arguments = values(syntax.children);
  if (syntax.name != "len") return call_function(syntax, arguments);
  const Value& whole = arguments[0];
  if (whole.text()) return static_cast<std::int64_t>(whole.text()->size());
  if (whole.list()) return static_cast<std::int64_t>(whole.list()->size());
  if (whole.map()) return static_cast<std::int64_t>(whole.map()->size());
  fail(syntax, "len needs a text, list or map, found " + described(whole));
}

Value ExpressionEvaluator::call_function(const Syntax& syntax, const Value::List& arguments) const {
  try {
    return scope_.call(syntax.name, arguments);
  } catch (const base::Error& error) {
    fail(syntax, error.what());
  }
}

/// What a.b or a[b] stands for; nothing, and `problem` says why, when there is no such entry.
std::optional<Value> ExpressionEvaluator::entry(const Syntax& syntax, std::string& problem) const {
  const Syntax& left = syntax.children[0];
  const std::optional<Value> owner = may_be_absent(left) ? entry(left, problem) : value(left);
  if (!owner) return std::nullopt;
  const Value key = syntax.kind == Kind::member ? Value(syntax.name) : value(syntax.children[1]);

  if (owner->list() && key.integer()) {
    const auto& list = *owner->list();
    if (*key.integer() >= 0 && static_cast<std::uint64_t>(*key.integer()) < list.size())
      return list[static_cast<std::size_t>(*key.integer())];
    problem = fmt::format("the list has no item {}; it has {}", *key.integer(), list.size());
    return std::nullopt;
  }
  if (!owner->is_null() && !(owner->map() && key.text()))
    fail(syntax, fmt::format("{} has no entry {}", described(*owner), described(key)));
  const std::string name = key.text() ? *key.text() : described(key);
  if (const Value* found = owner->find(name)) return *found;
  problem = fmt::format("{} has no '{}'{}", described(*owner), name, nearest_key(name, *owner));
  return std::nullopt;
}

/// The left side, unless it is nothing or an entry that is not there.
Value ExpressionEvaluator::fallback(const Syntax& syntax) const {
  const Syntax& left = syntax.children[0];
  std::string problem;
  auto found = may_be_absent(left) ? entry(left, problem) : value(left);
  return found && !found->is_null() ? std::move(*found) : value(syntax.children[1]);
}

Value ExpressionEvaluator::negative(const Syntax& syntax) const {
  const Value operand = value(syntax.children[0]);
  if (operand.integer()) return whole_arithmetic(syntax, 0, *operand.integer());
  if (!operand.real()) fail(syntax, "'-' needs a number, found " + described(operand));
  return -*operand.real();
}

/// Of the first call below whose value is a time.
std::optional<double> ExpressionEvaluator::seconds_of_unit(const Syntax& syntax) const {
  if (syntax.kind == Kind::call) return scope_.seconds_of_unit(syntax.name, values(syntax.children));
  for (const Syntax& child : syntax.children)
    if (const auto seconds = seconds_of_unit(child)) return seconds;
  return std::nullopt;
}

Value ExpressionEvaluator::comparison(const Syntax& syntax) const {
  const ExpressionEvaluator same_unit(text_, scope_, seconds_of_unit(syntax).value_or(1));
  const Value left = same_unit.value(syntax.children[0]);
  const Value right = same_unit.value(syntax.children[1]);
  if (syntax.name == "==") return left == right;
  if (syntax.name == "!=") return !(left == right);
  return in_order(syntax, left, right);
}

Value ExpressionEvaluator::operation(const Syntax& syntax) const {
  const std::string& name = syntax.name;
  if (is_comparison(name)) return comparison(syntax);
  const Value left = value(syntax.children[0]);
  const Value right = value(syntax.children[1]);
  if (name == "in") return contains_value(syntax, left, right);
  if (name == "+" || name == "-" || name == "*" || name == "/" || name == "%")
    return arithmetic(syntax, left, right);
  return text_test(syntax, left, right);
}

bool ExpressionEvaluator::in_order(const Syntax& syntax, const Value& left, const Value& right) const {
  const auto in_order_by = [&syntax](const auto& a, const auto& b) {
    if (syntax.name == "<") return a < b;
    if (syntax.name == "<=") return a <= b;
    return syntax.name == ">" ? a > b : a >= b;
  };
  if (left.text() && right.text()) return in_order_by(*left.text(), *right.text());
  if (left.integer() && right.integer()) return in_order_by(*left.integer(), *right.integer());
  if (!left.number() || !right.number()) fail_operands(syntax, "two numbers or two texts", left, right);
  return in_order_by(*left.number(), *right.number());
}

Value ExpressionEvaluator::arithmetic(const Syntax& syntax, const Value& left, const Value& right) const {
  const char name = syntax.name.front();
  if (name == '+' && left.text() && right.text()) return *left.text() + *right.text();
  const auto a = left.number();
  const auto b = right.number();
  if (!a || !b) fail_operands(syntax, name == '+' ? "two numbers or two texts" : "two numbers", left, right);
  if ((name == '/' || name == '%') && *b == 0) fail(syntax, "division by zero");
  if (left.integer() && right.integer() && name != '/')
    return whole_arithmetic(syntax, *left.integer(), *right.integer());
  switch (name) {
    case '+':
      return *a + *b;
    case '-':
      return *a - *b;
    case '*':
      return *a * *b;
    case '/':
      return *a / *b;
    default:
      fail_operands(syntax, "two whole numbers", left, right);
  }
}

Value ExpressionEvaluator::whole_arithmetic(const Syntax& syntax, std::int64_t left,
                                            std::int64_t right) const {
  std::int64_t result = 0;
  bool too_large = false;
  switch (syntax.name.front()) {
    case '+':
      too_large = __builtin_add_overflow(left, right, &result);
      break;
    case '-':
      too_large = __builtin_sub_overflow(left, right, &result);
      break;
    case '*':
      too_large = __builtin_mul_overflow(left, right, &result);
      break;
    default:
      // The smallest number % -1 overflows in hardware although the result is 0.
      result = right == -1 ? 0 : left % right;
  }
  if (too_large) fail(syntax, fmt::format("the result of '{}' does not fit 64 bits", syntax.name));
  return result;
}

bool ExpressionEvaluator::text_test(const Syntax& syntax, const Value& left, const Value& right) const {
  if (!left.text() || !right.text()) {
    const bool means_in = syntax.name == "contains" && left.list();
    fail_operands(syntax, means_in ? "two texts (write 'x in list' for lists)" : "two texts", left, right);
  }
  const std::string_view text = *left.text();
  const std::string& part = *right.text();
  if (syntax.name == "contains") return text.find(part) != std::string_view::npos;
  if (syntax.name == "startsWith") return text.starts_with(part);
  if (syntax.name == "endsWith") return text.ends_with(part);
  if (syntax.pattern) return syntax.pattern->occurs_in(text);
  std::string problem;
  const auto pattern = Regex::compile(part, problem);
  if (!pattern) fail(syntax, problem);
  return pattern->occurs_in(text);
}

bool ExpressionEvaluator::contains_value(const Syntax& syntax, const Value& needle,
                                         const Value& whole) const {
  if (const Value::List* list = whole.list())
    return std::find(list->begin(), list->end(), needle) != list->end();
  if (whole.map() && needle.text()) return whole.find(*needle.text()) != nullptr;
  fail(syntax, fmt::format("'in' needs a list, or a text and a map, found {} in {}{}", described(needle),
                           described(whole), whole.text() ? "; write 'text contains part' for texts" : ""));
}

void ExpressionEvaluator::fail_operands(const Syntax& syntax, std::string_view needed, const Value& left,
                                        const Value& right) const {
  const char* hint = left.is_null() || right.is_null() ? "; give what is missing a value with ??" : "";
  fail(syntax, fmt::format("'{}' needs {}, found {} and {}{}", syntax.name, needed, described(left),
                           described(right), hint));
}

void ExpressionEvaluator::fail(const Syntax& syntax, std::string_view what) const {
  const int column = position_in({1, 1}, text_, syntax.offset).column;
  throw base::Error(fmt::format("condition '{}', column {}: {}", base::printable(text_), column, what));
}

}  // namespace iter8::config
