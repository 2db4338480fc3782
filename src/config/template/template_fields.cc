#include "config/template/template_fields.h"

#include <algorithm>

#include "base/text.h"

namespace iter8::config {
namespace {

/// Walks a tree as the evaluator would, in every branch.
class FieldCollector {
 public:
  FieldCollector(const TemplateSyntax& syntax, std::string_view text) : start_(syntax.start), text_(text) {
    visit(syntax.nodes);
  }

  std::vector<TemplateField> fields;

 private:
  void visit(const std::vector<TemplateNode>& nodes) {
    for (const TemplateNode& node : nodes) {
      const bool tests = node.kind == TemplateNode::Kind::condition || node.kind == TemplateNode::Kind::with;
      visit(node.pipeline, tests ? Missing::taken : Missing::refused);
      const bool moves_dot = node.kind == TemplateNode::Kind::with || node.kind == TemplateNode::Kind::range;
      moved_ += moves_dot ? 1 : 0;
      visit(node.body);
      moved_ -= moves_dot ? 1 : 0;
      visit(node.otherwise);
    }
  }

  void visit(const TemplatePipeline& pipeline, Missing missing) {
    for (std::size_t i = 0; i < pipeline.commands.size(); ++i) {
      const bool is_last = i + 1 == pipeline.commands.size();
      const auto& words = pipeline.commands[i].words;
      visit(words.front(), is_last ? missing : pipeline.commands[i + 1].words.front().function->missing);
      for (std::size_t word = 1; word < words.size(); ++word)
        visit(words[word], words.front().function->missing);
    }
  }

  void visit(const TemplateOperand& operand, Missing missing) {
    if (!operand.inner.empty()) visit(operand.inner.front(), missing);
    const bool of_data = (operand.kind == TemplateOperand::Kind::dot && moved_ == 0) ||
                         (operand.kind == TemplateOperand::Kind::variable && operand.name.empty());
    if (!of_data || operand.path.empty()) return;
    fields.push_back({.path = base::join(operand.path, "."),
                      .position = position_of(operand.offset),
                      .optional = missing == Missing::taken});
  }

  /// Operands are visited in the order of the text, so that each place is counted from the one before.
  Position position_of(std::size_t offset) {
    if (start_.line == 0) return start_;
    const std::string_view between = text_.substr(offset_, offset - offset_);
    const std::size_t line = between.rfind('\n');
    if (line == std::string_view::npos) {
      place_ = position_in(place_, between, between.size());
    } else {
      const auto lines = std::count(between.begin(), between.end(), '\n');
      place_ = position_in({place_.line + static_cast<int>(lines), start_.column}, between.substr(line + 1),
                           between.size() - line - 1);
    }
    offset_ = offset;
    return place_;
  }

  Position start_;
  Position place_ = start_;  // of the byte at offset_
  std::size_t offset_ = 0;
  std::string_view text_;
  int moved_ = 0;  // how many `with` and `range` have put something else in the place of the data
};

}  // namespace

std::vector<TemplateField> fields_of_template(const TemplateSyntax& syntax, std::string_view text) {
  return std::move(FieldCollector(syntax, text).fields);
}

}  // namespace iter8::config
