#include "config/expression/expression.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"
#include "config/expression/expression_evaluator.h"
#include "config/expression/expression_parser.h"

namespace iter8::config {
namespace {

constexpr std::size_t kTextLimit = 16 * 1024;

using Kind = Syntax::Kind;

/// Collects the literals of one tree.
class LiteralCollector {
 public:
  LiteralCollector(std::string_view text, Position position) : text_(text), position_(position) {}

  void visit(const Syntax& syntax) {
    if (syntax.kind == Kind::call)
      for (std::size_t i = 0; i < syntax.children.size(); ++i) add(syntax, i, syntax.children[i]);
    const bool compares = syntax.name == "==" || syntax.name == "!=" || syntax.name == "in";
    if (syntax.kind == Kind::operation && compares) {
      compare(syntax.children[0], syntax.children[1]);
      compare(syntax.children[1], syntax.children[0]);
    }
    for (const Syntax& child : syntax.children) visit(child);
  }

  std::vector<FunctionLiteral> take() {
    std::stable_sort(found_.begin(), found_.end(), [](const FunctionLiteral& a, const FunctionLiteral& b) {
      return std::pair(a.position.line, a.position.column) < std::pair(b.position.line, b.position.column);
    });
    return std::move(found_);
  }

 private:
  void compare(const Syntax& call, const Syntax& other) {
    if (call.kind != Kind::call) return;
    add(call, std::nullopt, other);
    if (other.kind == Kind::list)
      for (const Syntax& item : other.children) add(call, std::nullopt, item);
  }

  void add(const Syntax& call, std::optional<std::size_t> argument, const Syntax& literal) {
    if (literal.kind != Kind::literal) return;
    found_.push_back({call.name, argument, literal.value, position_in(position_, text_, literal.offset)});
  }

  std::string_view text_;
  Position position_;
  std::vector<FunctionLiteral> found_;
};

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
    return Expression(std::string(text), position, std::move(root));
  } catch (const ExpressionFault& fault) {
    report(fault);
    return std::nullopt;
  }
}

Expression::Expression(std::string text, Position position, std::unique_ptr<const Syntax> root)
    : text_(std::move(text)), position_(position), root_(std::move(root)) {}
Expression::Expression(Expression&&) noexcept = default;
Expression& Expression::operator=(Expression&&) noexcept = default;
Expression::~Expression() = default;

Value Expression::evaluate(const Scope& scope) const {
  return ExpressionEvaluator(text_, scope).value(*root_);
}

std::vector<FunctionLiteral> Expression::function_literals() const {
  LiteralCollector collector(text_, position_);
  collector.visit(*root_);
  return collector.take();
}

bool Expression::holds(const Scope& scope) const {
  return ExpressionEvaluator(text_, scope).truth(*root_, "the condition");
}

}  // namespace iter8::config
