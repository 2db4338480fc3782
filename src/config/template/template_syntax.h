#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "config/template/template_functions.h"
#include "config/value/value.h"
#include "config/yaml/node.h"

namespace iter8::config {

struct TemplatePipeline;

/// One word of a command: a literal, a place (`.a.b`, `$x.a`, `(…).a`) or a function.
struct TemplateOperand {
  enum class Kind { literal, dot, variable, function, pipeline };
  Kind kind = Kind::literal;
  std::size_t offset = 0;
  Value value;       // of a literal
  std::string name;  // of a variable, without its $; empty = the whole data
  const TemplateFunction* function = nullptr;
  std::vector<TemplatePipeline> inner;  // of a pipeline: the one in parentheses
  std::vector<std::string> path;        // the fields behind it
};

/// `operand`, or `function operand …`.
struct TemplateCommand {
  std::vector<TemplateOperand> words;
};

/// `$a, $b := command | command | …`: the value of each command is the last argument of the next.
struct TemplatePipeline {
  enum class Binding { none, declares, assigns };
  std::size_t offset = 0;
  Binding binding = Binding::none;
  bool in_range = false;  // each round of the range gives the variables their values
  std::vector<std::string> variables;
  std::vector<TemplateCommand> commands;
};

/// A piece of the text: as it stands, or what an action makes of it.
struct TemplateNode {
  enum class Kind { text, action, condition, with, range, leave_loop, next_round };
  Kind kind = Kind::text;
  std::size_t offset = 0;
  std::string text;
  TemplatePipeline pipeline;
  std::vector<TemplateNode> body;
  std::vector<TemplateNode> otherwise;
};

/// The tree of one template.
struct TemplateSyntax {
  Position start;  // of the text's first character
  std::vector<TemplateNode> nodes;
};

}  // namespace iter8::config
