#include "config/template/template_evaluator.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"
#include "config/template/template_values.h"
#include "config/value/value_text.h"

namespace iter8::config {
namespace {

using Kind = TemplateNode::Kind;

/// What copying a value costs, in steps: a template that copies large values is bounded like one that loops.
std::size_t weight(const Value& value) {
  if (value.text()) return value.text()->size() / 256;
  std::size_t sum = 0;
  if (value.list())
    for (const Value& item : *value.list()) sum += 1 + weight(item);
  if (value.map())
    for (const auto& entry : *value.map()) sum += 1 + weight(entry.second);
  return sum;
}

std::string written(const TemplateOperand& operand, std::size_t fields) {
  std::string text = operand.kind == TemplateOperand::Kind::variable   ? "$" + operand.name
                     : operand.kind == TemplateOperand::Kind::pipeline ? "(…)"
                                                                       : "";
  for (std::size_t i = 0; i < fields; ++i) text += "." + operand.path[i];
  return text;
}

}  // namespace

TemplateEvaluator::TemplateEvaluator(std::string_view text, Position start, const Value& data,
                                     const RenderOptions& options)
    : text_(text),
      start_(start),
      data_(data),
      options_(options),
      budget_(options.steps, options.output_bytes) {}

std::string TemplateEvaluator::render(const Nodes& nodes) {
  run(nodes, data_);
  return std::move(out_);
}

TemplateEvaluator::Flow TemplateEvaluator::run(const Nodes& nodes, const Value& dot) {
  const std::size_t outer_variables = variables_.size();
  Flow flow = Flow::onward;
  for (const TemplateNode& node : nodes) {
    flow = run_node(node, dot);
    if (flow != Flow::onward) break;
  }
  variables_.resize(outer_variables);
  return flow;
}

TemplateEvaluator::Flow TemplateEvaluator::run_node(const TemplateNode& node, const Value& dot) {
  spend(node.offset, 1);
  switch (node.kind) {
    case Kind::text:
      append(node.offset, node.text);
      return Flow::onward;
    case Kind::action: {
      const Value value = pipeline(node.pipeline, dot, Missing::refused);
      if (node.pipeline.binding == TemplatePipeline::Binding::none) print(node, value);
      return Flow::onward;
    }
    case Kind::leave_loop:
      return Flow::leave_loop;
    case Kind::next_round:
      return Flow::next_round;
    case Kind::range:
      return run_range(node, dot);
    default:
      return run_block(node, dot);
  }
}

/// if and with.
TemplateEvaluator::Flow TemplateEvaluator::run_block(const TemplateNode& node, const Value& dot) {
  const std::size_t outer_variables = variables_.size();
  const Value value = pipeline(node.pipeline, dot, Missing::taken);
  const bool moves_dot = node.kind == Kind::with;
  const Flow flow = is_true(value) ? run(node.body, moves_dot ? value : dot) : run(node.otherwise, dot);
  variables_.resize(outer_variables);
  return flow;
}

TemplateEvaluator::Flow TemplateEvaluator::run_range(const TemplateNode& node, const Value& dot) {
  const std::size_t outer_variables = variables_.size();
  Value whole = pipeline(node.pipeline, dot, Missing::refused);
  std::int64_t rounds = 0;
  if (whole.list()) {
    for (const Value& item : *whole.list())
      if (!run_round(node, rounds++, item)) break;
  } else if (whole.map()) {
    Value::Map sorted = *whole.map();
    std::sort(sorted.begin(), sorted.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
    for (const auto& entry : sorted) {
      ++rounds;
      if (!run_round(node, entry.first, entry.second)) break;
    }
  } else if (whole.integer()) {
    while (rounds < *whole.integer())
      if (const Value number = rounds++; !run_round(node, number, number)) break;
  } else if (!whole.is_null()) {
    fail(node.offset, "range needs a list, a map or a whole number, found " + described(whole));
  }
  variables_.resize(outer_variables);
  return rounds > 0 ? Flow::onward : run(node.otherwise, dot);
}

bool TemplateEvaluator::run_round(const TemplateNode& node, const Value& key, const Value& item) {
  spend(node.offset, 1);
  const std::size_t outer_variables = variables_.size();
  const auto& names = node.pipeline.variables;
  if (node.pipeline.binding == TemplatePipeline::Binding::declares) {
    if (names.size() == 2) variables_.emplace_back(names[0], key);
    variables_.emplace_back(names.back(), spend_on(node.offset, item));
  } else if (names.size() == 2) {
    assign(names[0], key);
    assign(names[1], spend_on(node.offset, item));
  } else if (names.size() == 1) {
    assign(names[0], spend_on(node.offset, item));
  }
  const Flow flow = run(node.body, item);
  variables_.resize(outer_variables);
  return flow != Flow::leave_loop;
}

void TemplateEvaluator::print(const TemplateNode& node, const Value& value) {
  if (value.is_null()) fail(node.offset, "there is nothing to print; give it a value with default");
  append(node.offset, value.text() ? *value.text() : to_plain_text(value));
}

Value TemplateEvaluator::pipeline(const TemplatePipeline& pipeline, const Value& dot, Missing missing) {
  Value value;
  for (std::size_t i = 0; i < pipeline.commands.size(); ++i) {
    // What the next function takes as its argument may be missing when that function says so.
    const bool is_last = i + 1 == pipeline.commands.size();
    const Missing allowed = is_last ? missing : pipeline.commands[i + 1].words.front().function->missing;
    value = command(pipeline.commands[i], dot, i == 0 ? nullptr : &value, allowed);
  }
  // A range binds its variables itself, a pair each round.
  if (pipeline.binding != TemplatePipeline::Binding::none && !pipeline.in_range) bind(pipeline, value);
  return value;
}

void TemplateEvaluator::bind(const TemplatePipeline& pipeline, const Value& value) {
  if (pipeline.binding == TemplatePipeline::Binding::declares) {
    variables_.emplace_back(pipeline.variables.front(), spend_on(pipeline.offset, value));
  } else {
    assign(pipeline.variables.front(), spend_on(pipeline.offset, value));
  }
}

void TemplateEvaluator::assign(const std::string& name, Value value) {
  const auto found =
      std::find_if(variables_.rbegin(), variables_.rend(), [&](const auto& v) { return v.first == name; });
  if (found != variables_.rend()) found->second = std::move(value);
}

Value TemplateEvaluator::command(const TemplateCommand& command, const Value& dot, const Value* piped,
                                 Missing missing) {
  const TemplateOperand& first = command.words.front();
  if (first.kind != TemplateOperand::Kind::function) return operand(first, dot, missing);
  if (first.function->name == "and" || first.function->name == "or") return shortcut(command, dot, piped);

  std::vector<Value> arguments;
  for (std::size_t i = 1; i < command.words.size(); ++i)
    arguments.push_back(operand(command.words[i], dot, first.function->missing));
  if (piped) arguments.push_back(*piped);
  return call(first, arguments, missing);
}

/// `and` and `or` do not compute what they do not need.
Value TemplateEvaluator::shortcut(const TemplateCommand& command, const Value& dot, const Value* piped) {
  const bool decisive = command.words.front().function->name == "or";
  Value value;
  for (std::size_t i = 1; i < command.words.size(); ++i) {
    value = operand(command.words[i], dot, Missing::taken);
    if (is_true(value) == decisive) return value;
  }
  return piped ? *piped : value;
}

Value TemplateEvaluator::call(const TemplateOperand& word, const std::vector<Value>& arguments,
                              Missing missing) {
  spend(word.offset, 1);
  try {
    Value value = word.function->body({.name = word.function->name,
                                       .arguments = arguments,
                                       .budget = budget_,
                                       .now = options_.now,
                                       .missing = missing});
    budget_.spend(weight(value));
    return value;
  } catch (const base::Error& error) {
    fail(word.offset, error.what());
  }
}

Value TemplateEvaluator::operand(const TemplateOperand& operand, const Value& dot, Missing missing) {
  spend(operand.offset, 1);
  switch (operand.kind) {
    case TemplateOperand::Kind::literal:
      return operand.value;
    case TemplateOperand::Kind::function:
      return call(operand, {}, missing);
    case TemplateOperand::Kind::pipeline: {
      Value value = pipeline(operand.inner.front(), dot, missing);
      if (operand.path.empty()) return value;
      const Value* found = entry(operand, &value, missing);
      return found ? spend_on(operand.offset, *found) : Value();
    }
    case TemplateOperand::Kind::variable: {
      const Value* found = entry(operand, &variable(operand), missing);
      return found ? spend_on(operand.offset, *found) : Value();
    }
    case TemplateOperand::Kind::dot:
      break;
  }
  const Value* found = entry(operand, &dot, missing);
  return found ? spend_on(operand.offset, *found) : Value();
}

/// Follows the operand's fields from `value`; null when one is missing and may be.
const Value* TemplateEvaluator::entry(const TemplateOperand& operand, const Value* value, Missing missing) {
  for (std::size_t i = 0; i < operand.path.size(); ++i) {
    if (!value->map() && !value->is_null())
      fail(operand.offset, fmt::format("'{}' is {} and has no field '{}'", i == 0 ? "." : written(operand, i),
                                       described(*value), operand.path[i]));
    if (value->map()) spend(operand.offset, value->map()->size() / 64);
    const Value* next = value->find(operand.path[i]);
    if (!next && missing == Missing::taken) return nullptr;
    if (!next) fail_missing(operand, i, *value);
    value = next;
  }
  return value;
}

const Value& TemplateEvaluator::variable(const TemplateOperand& operand) const {
  if (operand.name.empty()) return data_;
  const auto found = std::find_if(variables_.rbegin(), variables_.rend(), [&operand](const auto& variable) {
    return variable.first == operand.name;
  });
  if (found == variables_.rend()) fail(operand.offset, fmt::format("'${}' has no value here", operand.name));
  return found->second;
}

void TemplateEvaluator::fail_missing(const TemplateOperand& operand, std::size_t depth,
                                     const Value& owner) const {
  const std::string path = written(operand, depth + 1);
  if (owner.is_null())
    fail(operand.offset, fmt::format("no value for '{}': '{}' is nothing", path, written(operand, depth)));
  std::vector<std::string> keys;
  for (const auto& entry : *owner.map()) keys.push_back(written(operand, depth) + "." + entry.first);
  constexpr std::size_t listed = 10;
  std::string hint = base::suggestion(path, keys);
  if (hint.empty() && !keys.empty() && keys.size() <= listed) hint = "; there are " + base::join(keys, ", ");
  fail(operand.offset, fmt::format("no value for '{}'{}", path, hint));
}

void TemplateEvaluator::spend(std::size_t offset, std::size_t steps) {
  try {
    budget_.spend(steps);
  } catch (const base::Error& error) {
    fail(offset, error.what());
  }
}

Value TemplateEvaluator::spend_on(std::size_t offset, Value value) {
  spend(offset, weight(value));
  return value;
}

void TemplateEvaluator::append(std::size_t offset, std::string_view text) {
  if (text.size() > options_.output_bytes - out_.size())
    fail(offset, fmt::format("the output is longer than {} bytes", options_.output_bytes));
  out_ += text;
}

void TemplateEvaluator::fail(std::size_t offset, std::string_view what) const {
  const Position start = start_.line == 0 ? Position{1, 1} : start_;
  const Position position = position_in(start, text_, offset);
  throw base::Error(fmt::format("line {}, column {}: {}", position.line, position.column, what));
}

}  // namespace iter8::config
