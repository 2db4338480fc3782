#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "config/template/template.h"
#include "config/template/template_syntax.h"

namespace iter8::config {

/// Renders one template once. Throws base::Error with the line and column of what went wrong.
class TemplateEvaluator {
 public:
  TemplateEvaluator(std::string_view text, Position start, const Value& data, const RenderOptions& options);

  std::string render(const std::vector<TemplateNode>& nodes);

 private:
  /// How the rendering goes on behind a node.
  enum class Flow { onward, leave_loop, next_round };
  using Nodes = std::vector<TemplateNode>;

  Flow run(const Nodes& nodes, const Value& dot);
  Flow run_node(const TemplateNode& node, const Value& dot);
  Flow run_block(const TemplateNode& node, const Value& dot);
  Flow run_range(const TemplateNode& node, const Value& dot);
  /// One round of a range; whether the range goes on.
  bool run_round(const TemplateNode& node, const Value& key, const Value& item);
  void print(const TemplateNode& node, const Value& value);

  Value pipeline(const TemplatePipeline& pipeline, const Value& dot, Missing missing);
  void assign(const std::string& name, Value value);
  void bind(const TemplatePipeline& pipeline, const Value& value);
  Value command(const TemplateCommand& command, const Value& dot, const Value* piped, Missing missing);
  Value shortcut(const TemplateCommand& command, const Value& dot, const Value* piped);
  Value call(const TemplateOperand& word, const std::vector<Value>& arguments, Missing missing);
  Value operand(const TemplateOperand& operand, const Value& dot, Missing missing);
  const Value* entry(const TemplateOperand& operand, const Value* value, Missing missing);
  const Value& variable(const TemplateOperand& operand) const;
  [[noreturn]] void fail_missing(const TemplateOperand& operand, std::size_t depth, const Value& owner) const;

  void spend(std::size_t offset, std::size_t steps);
  Value spend_on(std::size_t offset, Value value);
  void append(std::size_t offset, std::string_view text);
  [[noreturn]] void fail(std::size_t offset, std::string_view what) const;

  std::string_view text_;
  Position start_;
  const Value& data_;
  const RenderOptions& options_;
  TemplateBudget budget_;
  std::string out_;
  std::vector<std::pair<std::string, Value>> variables_;  // in sight, innermost last
};

}  // namespace iter8::config
