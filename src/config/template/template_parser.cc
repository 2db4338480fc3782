#include "config/template/template_parser.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"

namespace iter8::config {
namespace {

using Kind = TemplateNode::Kind;
using Token = TemplateToken::Kind;

constexpr std::size_t kNestingLimit = 64;
constexpr std::size_t kVariableLimit = 1000;
/// Finding the nearest name of each unknown one takes time.
constexpr std::size_t kFaultLimit = 100;

bool is_unsupported(std::string_view word) {
  return word == "define" || word == "template" || word == "block" || word == "include" || word == "tpl" ||
         word == "call" || word == "html" || word == "js" || word == "lookup";
}

std::string wanted_arguments(const TemplateFunction& function) {
  if (function.least == function.most) return base::count_text(function.least, "argument");
  if (function.most == kMany) return "at least " + base::count_text(function.least, "argument");
  return fmt::format("{} to {}", function.least, base::count_text(function.most, "argument"));
}

}  // namespace

std::vector<TemplateNode> TemplateParser::parse() {
  Nodes nodes;
  if (const auto end = read_nodes(nodes))
    throw TemplateFault{
        pieces_[piece_ - 1].tokens.front().offset,
        fmt::format("'{}' without its if, with or range", *end == BlockEnd::end ? "end" : "else")};
  return nodes;
}

/// Nodes up to an `else` or `end`, which is passed, or up to the end of the text.
std::optional<TemplateParser::BlockEnd> TemplateParser::read_nodes(Nodes& nodes) {
  while (piece_ < pieces_.size()) {
    TemplatePiece& piece = pieces_[piece_++];
    if (piece.tokens.empty()) {
      nodes.push_back({.kind = Kind::text, .offset = piece.offset, .text = std::move(piece.text)});
      continue;
    }
    tokens_ = &piece.tokens;
    at_ = 0;
    const bool ends = token().kind == Token::word && token().text == "end";
    const bool turns = token().kind == Token::word && token().text == "else";
    if (ends || turns) {
      ++at_;
      return ends ? BlockEnd::end : BlockEnd::otherwise;
    }
    nodes.push_back(action());
  }
  return std::nullopt;
}

TemplateNode TemplateParser::action() {
  const std::size_t offset = token().offset;
  if (token().kind == Token::word) {
    const std::string& word = token().text;
    if (word == "if") return block(Kind::condition, offset);
    if (word == "with") return block(Kind::with, offset);
    if (word == "range") return block(Kind::range, offset);
    if (word == "break") return jump(Kind::leave_loop);
    if (word == "continue") return jump(Kind::next_round);
  }
  TemplateNode node{.kind = Kind::action, .offset = offset, .text = {}, .pipeline = pipeline(Kind::action)};
  expect_end_of_action();
  return node;
}

TemplateNode TemplateParser::jump(Kind kind) {
  TemplateNode node{.kind = kind, .offset = token().offset, .text = {}};
  if (loops_ == 0) throw TemplateFault{node.offset, fmt::format("'{}' outside of a range", token().text)};
  ++at_;
  expect_end_of_action();
  return node;
}

/// `if`, `with` or `range`, whose word is the current token, up to its end.
TemplateNode TemplateParser::block(Kind kind, std::size_t offset) {
  enter(offset);
  const std::string opener = token().text;
  const std::size_t outer_variables = variables_.size();
  ++at_;
  TemplateNode node{.kind = kind, .offset = offset, .text = {}, .pipeline = pipeline(kind)};
  expect_end_of_action();

  loops_ += kind == Kind::range ? 1 : 0;
  const BlockEnd end = body(node.body, opener, offset);
  loops_ -= kind == Kind::range ? 1 : 0;
  if (end == BlockEnd::otherwise) else_branch(node);
  variables_.resize(outer_variables);
  --nesting_;
  return node;
}

/// What stands behind `else`: another if (or with), or the rest of the block.
void TemplateParser::else_branch(TemplateNode& node) {
  const std::size_t offset = tokens_->front().offset;
  if (token().kind == Token::word && token().text == "if") {
    node.otherwise.push_back(block(Kind::condition, offset));
  } else if (token().kind == Token::word && token().text == "with" && node.kind == Kind::with) {
    node.otherwise.push_back(block(Kind::with, offset));
  } else {
    expect_end_of_action();
    if (body(node.otherwise, "else", offset) == BlockEnd::otherwise)
      throw TemplateFault{offset, "a second 'else' for the same block"};
  }
}

TemplateParser::BlockEnd TemplateParser::body(Nodes& nodes, std::string_view opener, std::size_t offset) {
  const std::size_t outer_variables = variables_.size();
  const auto end = read_nodes(nodes);
  if (!end) throw TemplateFault{offset, fmt::format("'{}' without its {{{{ end }}}}", opener)};
  variables_.resize(outer_variables);
  if (*end == BlockEnd::end) expect_end_of_action();
  return *end;
}

void TemplateParser::expect_end_of_action() {
  if (token().kind != Token::end) fail_at_token("'}}'");
}

TemplatePipeline TemplateParser::pipeline(Kind context) {
  TemplatePipeline result;
  result.offset = token().offset;
  result.in_range = context == Kind::range;
  declarations(result, context);
  if (at_command_end() && token().text != "(") fail_at_token("a value");
  do {
    TemplateCommand next = command();
    check_command(next, result.commands.empty() ? 0 : 1);
    result.commands.push_back(std::move(next));
  } while (accept_sign("|"));

  if (result.binding == Pipeline::Binding::declares)
    variables_.insert(variables_.end(), result.variables.begin(), result.variables.end());
  if (variables_.size() > kVariableLimit)
    throw TemplateFault{result.offset, fmt::format("more than {} variables", kVariableLimit)};
  return result;
}

/// `$x :=`, `$x =`, and for range `$i, $x :=`.
void TemplateParser::declarations(Pipeline& pipeline, Kind context) {
  std::size_t next = at_;
  const auto is_sign = [&](std::string_view sign) {
    return (*tokens_)[next].kind == Token::sign && (*tokens_)[next].text == sign;
  };
  std::vector<std::string> names;
  while ((*tokens_)[next].kind == Token::variable && !(*tokens_)[next].text.empty()) {
    names.push_back((*tokens_)[next++].text);
    if (!is_sign(",")) break;
    ++next;
  }
  if (names.empty() || (!is_sign(":=") && !is_sign("="))) return;
  const bool declares = is_sign(":=");
  const std::size_t most = context == Kind::range ? 2 : 1;
  if (names.size() > most)
    throw TemplateFault{token().offset, context == Kind::range ? "a range gives at most two variables"
                                                               : "only a range gives two variables"};
  if (!declares) check_variable(token());
  pipeline.variables = std::move(names);
  pipeline.binding = declares ? Pipeline::Binding::declares : Pipeline::Binding::assigns;
  at_ = next + 1;
}

bool TemplateParser::at_command_end() const {
  return token().kind == Token::end ||
         (token().kind == Token::sign && (token().text == "|" || token().text == ")"));
}

TemplateCommand TemplateParser::command() {
  TemplateCommand command;
  if (at_command_end()) fail_at_token("a value");
  do {
    if (!command.words.empty() && !token().spaced) fail_at_token("a blank, '|' or '}}'");
    command.words.push_back(operand());
  } while (!at_command_end());
  return command;
}

TemplateOperand TemplateParser::operand() {
  const TemplateToken& first = token();
  TemplateOperand result;
  result.offset = first.offset;
  switch (first.kind) {
    case Token::literal:
      result.value = first.value;
      ++at_;
      return result;
    case Token::word:
      result.kind = TemplateOperand::Kind::function;
      result.function = function(first);
      ++at_;
      return result;
    case Token::dot:
      result.kind = TemplateOperand::Kind::dot;
      ++at_;
      return result;
    case Token::field:
      result.kind = TemplateOperand::Kind::dot;
      result.path.push_back(first.text);
      ++at_;
      break;
    case Token::variable:
      check_variable(first);
      result.kind = TemplateOperand::Kind::variable;
      result.name = first.text;
      ++at_;
      break;
    default:
      if (!accept_sign("(")) fail_at_token("a value");
      result = inner_pipeline();
  }
  fields_behind(result);
  return result;
}

/// What stands in parentheses; the opening one is already passed.
TemplateOperand TemplateParser::inner_pipeline() {
  TemplateOperand result;
  result.kind = TemplateOperand::Kind::pipeline;
  result.offset = token().offset;
  enter(result.offset);
  result.inner.push_back(pipeline(Kind::action));
  if (result.inner.front().binding != Pipeline::Binding::none)
    throw TemplateFault{result.offset, "no variable can be declared in parentheses"};
  if (!accept_sign(")")) fail_at_token("')'");
  --nesting_;
  return result;
}

void TemplateParser::fields_behind(TemplateOperand& operand) {
  while (token().kind == Token::field && !token().spaced) operand.path.push_back((*tokens_)[at_++].text);
}

const TemplateFunction* TemplateParser::function(const TemplateToken& word) {
  const TemplateFunction* found = find_template_function(word.text);
  if (found || faults_.size() >= kFaultLimit) return found;
  std::string message = fmt::format("unknown function '{}'", word.text);
  if (is_unsupported(word.text)) {
    message = fmt::format("'{}' is not supported in these templates", word.text);
  } else {
    const std::string hint = base::suggestion(word.text, template_function_names());
    message += hint.empty() ? "; a text must stand in quotes, a field begins with a dot" : hint;
  }
  faults_.push_back({word.offset, std::move(message)});
  return nullptr;
}

void TemplateParser::check_command(const TemplateCommand& command, std::size_t piped) {
  const TemplateOperand& first = command.words.front();
  if (first.kind != TemplateOperand::Kind::function) {
    if (command.words.size() > 1 || piped > 0)
      faults_.push_back({first.offset, "only a function takes arguments, and this is not one"});
  } else if (first.function) {
    const std::size_t count = command.words.size() - 1 + piped;
    if (count < first.function->least || count > first.function->most)
      faults_.push_back({first.offset, fmt::format("{} takes {}, found {}", first.function->name,
                                                   wanted_arguments(*first.function), count)});
  }
  for (auto word = command.words.begin() + 1; word != command.words.end(); ++word)
    if (word->kind == TemplateOperand::Kind::function && word->function && word->function->least > 0)
      faults_.push_back({word->offset, fmt::format("{} takes {}, found 0; put the call in parentheses",
                                                   word->function->name, wanted_arguments(*word->function))});
}

void TemplateParser::check_variable(const TemplateToken& token) {
  if (token.text.empty() || std::find(variables_.begin(), variables_.end(), token.text) != variables_.end())
    return;
  if (faults_.size() >= kFaultLimit) return;
  const auto near = base::nearest(token.text, variables_);
  faults_.push_back({token.offset, fmt::format("unknown variable '${}'{}", token.text,
                                               near ? "; did you mean '$" + *near + "'?" : "")});
}

bool TemplateParser::accept_sign(std::string_view sign) {
  if (token().kind != Token::sign || token().text != sign) return false;
  ++at_;
  return true;
}

void TemplateParser::enter(std::size_t offset) {
  if (++nesting_ > kNestingLimit)
    throw TemplateFault{offset, fmt::format("nested more than {} levels deep", kNestingLimit)};
}

void TemplateParser::fail_at_token(std::string_view expected) const {
  if (token().kind == Token::end)
    throw TemplateFault{token().offset, fmt::format("expected {}, but the action ends here", expected)};
  const bool is_field = token().kind == Token::field;
  const bool is_variable = token().kind == Token::variable;
  throw TemplateFault{token().offset, fmt::format("expected {}, found {}{}", expected,
                                                  is_field      ? "."
                                                  : is_variable ? "$"
                                                                : "",
                                                  base::printable(token().text, 40))};
}

}  // namespace iter8::config
