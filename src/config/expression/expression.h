#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "config/value/value.h"
#include "config/yaml/problems.h"

namespace iter8::config {

/// The names an expression may use; checked when it is parsed, so that a typo is found before anything runs.
struct Vocabulary {
  struct Function {
    std::string name;
    std::size_t least_arguments = 0;
    std::size_t most_arguments = 0;
  };
  std::vector<Function> functions;
  std::vector<std::string>
      fields;  // dotted paths, "Result.NumLoops"; a name that ends in ".*" allows anything below
};

/// What the names mean at the moment of evaluation.
class Scope {
 public:
  virtual ~Scope() = default;
  /// `name` is in the vocabulary. Throws base::Error when the arguments make no sense.
  virtual Value call(std::string_view name, std::span<const Value> arguments) const = 0;
  virtual Value field(std::string_view path) const = 0;
  /// How long a unit of the call's value is, if that is a time: durations are compared with it in this unit.
  virtual std::optional<double> seconds_of_unit(std::string_view /*name*/,
                                                std::span<const Value> /*arguments*/) const {
    return std::nullopt;
  }
};

/// A literal that means something to a function: an argument of it, as in Metric("http/latency-mean"), or
/// what its value is compared with, as in Winner() == "candidate". What it may be only the vocabulary's owner
/// knows.
struct FunctionLiteral {
  std::string function;
  std::optional<std::size_t> argument;  // from 0; nothing where it is compared with the value
  Value value;
  Position position;
};

struct Syntax;  // the tree, private to expression.cc and its parser

/// A parsed condition of the language of `if`, `until` and `stopWhen`: a subset of expr-lang. Literals
/// (numbers, durations such as 250ms, texts, true/false/nil, [lists]), + - * / % and unary -, comparison,
/// not/!, and/&&, or/||, in and not in (lists and maps), contains, startsWith, endsWith and matches (texts;
/// see Regex), ?:, ??, a.b and a[b] on values, and len(). Binding, from loose to tight: ?:, or, and, not,
/// comparison, + -, * / %, unary -, ??. `/` divides to a real number. A duration is a number of seconds, or,
/// where it is compared with what has a unit of time, of that unit. An entry that does not exist is an error,
/// but nil on the left of ??. Immutable and thread-safe. Length, depth and the time of matches are bounded.
class Expression {
 public:
  /// Reports every problem at its own column (`position` is that of the text's first character).
  static std::optional<Expression> parse(std::string_view text, Position position,
                                         const Vocabulary& vocabulary, Problems& problems);

  Expression(Expression&&) noexcept;
  Expression& operator=(Expression&&) noexcept;
  ~Expression();

  /// Throws base::Error, naming the column, on a type that does not fit (as text > number) or a division by
  /// zero.
  Value evaluate(const Scope& scope) const;
  /// The same, and an Error unless the value is a boolean.
  bool holds(const Scope& scope) const;

  /// All of them, in the order of the text; compared with ==, != or in.
  std::vector<FunctionLiteral> function_literals() const;

  const std::string& text() const { return text_; }

 private:
  Expression(std::string text, Position position, std::unique_ptr<const Syntax> root);
  std::string text_;
  Position position_;
  std::unique_ptr<const Syntax> root_;
};

}  // namespace iter8::config
