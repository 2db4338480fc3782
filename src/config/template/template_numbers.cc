#include <array>
#include <cmath>

#include <fmt/format.h>

#include "base/error.h"
#include "config/template/template_values.h"

namespace iter8::config {
namespace {

/// One step of a sum, product, …: whole as long as both sides are.
using Step = Value (*)(const TemplateCall&, const Value&, const Value&);

[[noreturn]] void too_large(const TemplateCall& call) {
  throw base::Error(fmt::format("the result of {} does not fit 64 bits", call.name));
}

/// From the first argument over all others.
Value fold_numbers(const TemplateCall& call, Step step) {
  Value result = number_argument(call, 0);
  for (std::size_t i = 1; i < call.arguments.size(); ++i)
    result = step(call, result, number_argument(call, i));
  return result;
}

bool both_whole(const Value& left, const Value& right) {
  return left.integer() && right.integer();
}

Value sum(const TemplateCall& call, const Value& left, const Value& right) {
  std::int64_t result = 0;
  if (!both_whole(left, right)) return *left.number() + *right.number();
  if (__builtin_add_overflow(*left.integer(), *right.integer(), &result)) too_large(call);
  return result;
}

Value difference(const TemplateCall& call, const Value& left, const Value& right) {
  std::int64_t result = 0;
  if (!both_whole(left, right)) return *left.number() - *right.number();
  if (__builtin_sub_overflow(*left.integer(), *right.integer(), &result)) too_large(call);
  return result;
}

Value product(const TemplateCall& call, const Value& left, const Value& right) {
  std::int64_t result = 0;
  if (!both_whole(left, right)) return *left.number() * *right.number();
  if (__builtin_mul_overflow(*left.integer(), *right.integer(), &result)) too_large(call);
  return result;
}

/// Whole numbers divide to a whole number, towards zero, as in Go.
Value quotient(const TemplateCall& call, const Value& left, const Value& right) {
  if (*right.number() == 0) throw base::Error(fmt::format("{}: division by zero", call.name));
  if (!both_whole(left, right)) return *left.number() / *right.number();
  if (*right.integer() == -1) return difference(call, 0, left);
  return *left.integer() / *right.integer();
}

Value smaller(const TemplateCall&, const Value& left, const Value& right) {
  return *right.number() < *left.number() ? right : left;
}

Value larger(const TemplateCall&, const Value& left, const Value& right) {
  return *right.number() > *left.number() ? right : left;
}

Value add(const TemplateCall& call) {
  return fold_numbers(call, sum);
}
Value add1(const TemplateCall& call) {
  return sum(call, number_argument(call, 0), 1);
}
Value sub(const TemplateCall& call) {
  return fold_numbers(call, difference);
}
Value mul(const TemplateCall& call) {
  return fold_numbers(call, product);
}
Value div(const TemplateCall& call) {
  return fold_numbers(call, quotient);
}
Value min(const TemplateCall& call) {
  return fold_numbers(call, smaller);
}
Value max(const TemplateCall& call) {
  return fold_numbers(call, larger);
}

Value mod(const TemplateCall& call) {
  const std::int64_t left = whole_argument(call, 0);
  const std::int64_t right = whole_argument(call, 1);
  if (right == 0) throw base::Error("mod: division by zero");
  // The smallest number % -1 overflows in hardware although the result is 0.
  return right == -1 ? std::int64_t{0} : left % right;
}

Value real_number(const TemplateCall& call) {
  return *number_argument(call, 0).number();
}
Value floor(const TemplateCall& call) {
  return std::floor(*number_argument(call, 0).number());
}
Value ceil(const TemplateCall& call) {
  return std::ceil(*number_argument(call, 0).number());
}

/// Without its fraction.
Value whole_number(const TemplateCall& call) {
  if (call.arguments[0].boolean()) return *call.arguments[0].boolean() ? 1 : 0;
  Value number = number_argument(call, 0);
  if (number.integer()) return number;
  constexpr double limit = 9223372036854775808.0;
  if (!(std::fabs(*number.real()) < limit)) too_large(call);
  return static_cast<std::int64_t>(*number.real());
}

/// To so many decimals, halves away from zero.
Value round(const TemplateCall& call) {
  constexpr std::int64_t most = 15;
  const std::int64_t places = call.arguments.size() > 1 ? whole_argument(call, 1) : 0;
  if (places < 0 || places > most)
    throw base::Error(fmt::format("round to {} decimals; 0 to {} are possible", places, most));
  const double number = *number_argument(call, 0).number();
  const double scale = std::pow(10.0, static_cast<double>(places));
  const double scaled = std::round(number * scale);
  return std::isfinite(scaled) ? scaled / scale : number;
}

constexpr std::array kNumberFunctions = std::to_array<TemplateFunction>({
    {"add", 1, kMany, add, kRefused},
    {"add1", 1, 1, add1, kRefused},
    {"addf", 1, kMany, add, kRefused},
    {"sub", 2, 2, sub, kRefused},
    {"subf", 2, kMany, sub, kRefused},
    {"mul", 1, kMany, mul, kRefused},
    {"mulf", 1, kMany, mul, kRefused},
    {"div", 2, 2, div, kRefused},
    {"mod", 2, 2, mod, kRefused},
    {"min", 1, kMany, min, kRefused},
    {"max", 1, kMany, max, kRefused},
    {"round", 1, 2, round, kRefused},
    {"floor", 1, 1, floor, kRefused},
    {"ceil", 1, 1, ceil, kRefused},
    {"int", 1, 1, whole_number, kRefused},
    {"int64", 1, 1, whole_number, kRefused},
    {"atoi", 1, 1, whole_number, kRefused},
    {"float", 1, 1, real_number, kRefused},
    {"float64", 1, 1, real_number, kRefused},
});

}  // namespace

std::span<const TemplateFunction> number_functions() {
  return kNumberFunctions;
}

}  // namespace iter8::config
