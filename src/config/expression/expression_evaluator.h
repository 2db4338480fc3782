#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/expression/expression.h"
#include "config/expression/expression_syntax.h"

namespace iter8::config {

/// Computes the value of one condition's tree in a scope. Throws base::Error that names the text and the
/// column.
class ExpressionEvaluator {
 public:
  /// Durations are numbers of units of so many seconds.
  ExpressionEvaluator(std::string_view text, const Scope& scope, double seconds_of_unit = 1)
      : text_(text), scope_(scope), seconds_of_unit_(seconds_of_unit) {}

  Value value(const Syntax& syntax) const;
  /// The value, which must be a boolean; `who` needs it.
  bool truth(const Syntax& syntax, std::string_view who) const;

 private:
  Value::List values(const std::vector<Syntax>& children) const;
  Value call(const Syntax& syntax) const;
  Value call_function(const Syntax& syntax, const Value::List& arguments) const;
  std::optional<Value> entry(const Syntax& syntax, std::string& problem) const;
  Value fallback(const Syntax& syntax) const;
  Value negative(const Syntax& syntax) const;
  Value operation(const Syntax& syntax) const;
  Value comparison(const Syntax& syntax) const;
  std::optional<double> seconds_of_unit(const Syntax& syntax) const;
  bool in_order(const Syntax& syntax, const Value& left, const Value& right) const;
  Value arithmetic(const Syntax& syntax, const Value& left, const Value& right) const;
  Value whole_arithmetic(const Syntax& syntax, std::int64_t left, std::int64_t right) const;
  bool text_test(const Syntax& syntax, const Value& left, const Value& right) const;
  bool contains_value(const Syntax& syntax, const Value& needle, const Value& whole) const;
  [[noreturn]] void fail_operands(const Syntax& syntax, std::string_view needed, const Value& left,
                                  const Value& right) const;
  [[noreturn]] void fail(const Syntax& syntax, std::string_view what) const;

  std::string_view text_;
  const Scope& scope_;
  double seconds_of_unit_;
};

}  // namespace iter8::config
