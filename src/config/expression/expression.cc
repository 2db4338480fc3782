#include "config/expression/expression.h"

#include <utility>

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"
#include "config/expression/expression_evaluator.h"
#include "config/expression/expression_parser.h"

namespace iter8::config {
namespace {

constexpr std::size_t kTextLimit = 16 * 1024;

}  // namespace

std::optional<Expression> Expression::parse(std::string_view text, Position position,
                                            const Vocabulary& vocabulary, Problems& problems) {
  if (text.size() > kTextLimit) {
    problems.error(position,
                   fmt::format("a condition of {} bytes; at most {} are read", text.size(), kTextLimit));
    return std::nullopt;
  }
  const std::size_t before = problems.all().size();
  const auto report = [&](const ExpressionFault& fault) {
    problems.error(position_in(position, text, fault.offset), fault.message);
  };
  try {
    ExpressionParser parser(text, vocabulary);
    auto root = std::make_unique<const Syntax>(parser.parse());
    for (const ExpressionFault& fault : parser.faults()) report(fault);
    if (problems.has_errors_since(before)) return std::nullopt;
    return Expression(std::string(text), std::move(root));
  } catch (const ExpressionFault& fault) {
    report(fault);
    return std::nullopt;
  }
}

Expression::Expression(std::string text, std::unique_ptr<const Syntax> root)
    : text_(std::move(text)), root_(std::move(root)) {}
Expression::Expression(Expression&&) noexcept = default;
Expression& Expression::operator=(Expression&&) noexcept = default;
Expression::~Expression() = default;

Value Expression::evaluate(const Scope& scope) const {
  return ExpressionEvaluator(text_, scope).value(*root_);
}

bool Expression::holds(const Scope& scope) const {
  return ExpressionEvaluator(text_, scope).truth(*root_, "the condition");
}

}  // namespace iter8::config
