#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "config/expression/expression.h"
#include "config/expression/expression_lexer.h"
#include "config/expression/expression_syntax.h"

namespace iter8::config {

/// Builds the tree of one condition. A text that is not an expression ends the reading with an
/// ExpressionFault; wrong names and numbers of arguments are collected, so that several are reported
/// together.
class ExpressionParser {
 public:
  ExpressionParser(std::string_view text, const Vocabulary& vocabulary);

  Syntax parse();
  const std::vector<ExpressionFault>& faults() const { return faults_; }

 private:
  Syntax choice();
  Syntax binary(std::size_t level);
  Syntax negation();
  Syntax unary();
  Syntax fallback();
  Syntax postfix();
  Syntax primary();
  Syntax name_or_call();
  Syntax call(std::string name, std::size_t offset);
  Syntax field(const std::vector<std::string>& parts, std::size_t offset);
  std::string unknown_name(const std::string& path) const;
  std::vector<Syntax> arguments(std::string_view close);
  void check_call(const Syntax& call);
  void compile_pattern(Syntax& operation);
  std::string binary_operator(std::size_t level);

  const ExpressionToken& token() const { return tokens_[at_]; }
  bool accept(std::string_view text);
  void expect(std::string_view text);
  Syntax make_syntax(Syntax::Kind kind, std::size_t offset, std::string name,
                     std::vector<Syntax> children) const;
  [[noreturn]] void fail_at_token(std::string_view expected) const;

  const Vocabulary& vocabulary_;
  std::vector<ExpressionToken> tokens_;
  std::size_t at_ = 0;
  std::size_t nesting_ = 0;
  std::vector<ExpressionFault> faults_;
};

}  // namespace iter8::config
