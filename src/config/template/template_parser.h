#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/template/template_lexer.h"
#include "config/template/template_syntax.h"

namespace iter8::config {

/// Builds the tree of one template. A text that is not a template ends the reading with a TemplateFault;
/// unknown functions and variables and wrong numbers of arguments are collected, so that several are reported
/// together.
class TemplateParser {
 public:
  explicit TemplateParser(std::string_view text) : pieces_(template_pieces(text)) {}

  std::vector<TemplateNode> parse();
  const std::vector<TemplateFault>& faults() const { return faults_; }

 private:
  /// What ended a block: {{ else … }} (its tokens wait behind the word) or {{ end }}.
  enum class BlockEnd { otherwise, end };
  using Nodes = std::vector<TemplateNode>;
  using Pipeline = TemplatePipeline;

  TemplateNode action();
  TemplateNode block(TemplateNode::Kind kind, std::size_t offset);
  TemplateNode jump(TemplateNode::Kind kind);
  std::optional<BlockEnd> read_nodes(Nodes& nodes);
  BlockEnd body(Nodes& nodes, std::string_view opener, std::size_t offset);
  void else_branch(TemplateNode& node);
  void expect_end_of_action();

  Pipeline pipeline(TemplateNode::Kind context);
  void declarations(Pipeline& pipeline, TemplateNode::Kind context);
  TemplateCommand command();
  TemplateOperand operand();
  TemplateOperand inner_pipeline();
  void fields_behind(TemplateOperand& operand);
  const TemplateFunction* function(const TemplateToken& word);
  void check_command(const TemplateCommand& command, std::size_t piped);
  void check_variable(const TemplateToken& token);

  const TemplateToken& token() const { return (*tokens_)[at_]; }
  bool at_command_end() const;
  bool accept_sign(std::string_view sign);
  [[noreturn]] void fail_at_token(std::string_view expected) const;
  void enter(std::size_t offset);

  std::vector<TemplatePiece> pieces_;
  std::size_t piece_ = 0;
  const std::vector<TemplateToken>* tokens_ = nullptr;  // of the action at hand
  std::size_t at_ = 0;
  std::size_t nesting_ = 0;
  std::size_t loops_ = 0;
  std::vector<std::string> variables_;  // in sight, innermost last
  std::vector<TemplateFault> faults_;
};

}  // namespace iter8::config
