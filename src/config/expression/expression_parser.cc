#include "config/expression/expression_parser.h"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"

namespace iter8::config {
namespace {

using Kind = Syntax::Kind;

constexpr std::size_t kNestingLimit = 64;
/// Of the tree: a + b + c is as deep as it is long.
constexpr std::size_t kDepthLimit = 256;

/// What binds two operands, from the loosest level to the tightest.
constexpr std::array<std::array<std::string_view, 11>, 5> kOperators = {{
    {"or", "||"},
    {"and", "&&"},
    {"==", "!=", "<", "<=", ">", ">=", "in", "contains", "startsWith", "endsWith", "matches"},
    {"+", "-"},
    {"*", "/", "%"},
}};
constexpr std::size_t kComparison = 2;

bool is_operator(std::size_t level, std::string_view text) {
  const auto& list = kOperators[level];
  return !text.empty() && std::find(list.begin(), list.end(), text) != list.end();
}

bool is_word_operator(std::string_view text) {
  for (const std::string_view word :
       {"not", "and", "or", "in", "contains", "startsWith", "endsWith", "matches"})
    if (text == word) return true;
  return false;
}

}  // namespace

ExpressionParser::ExpressionParser(std::string_view text, const Vocabulary& vocabulary)
    : vocabulary_(vocabulary), tokens_(expression_tokens(text)) {}

Syntax ExpressionParser::parse() {
  if (token().kind == ExpressionToken::Kind::end)
    throw ExpressionFault{0, "expected a condition, found nothing"};
  Syntax root = choice();
  if (token().kind != ExpressionToken::Kind::end) fail_at_token("the end of the condition");
  return root;
}

Syntax ExpressionParser::choice() {
  if (++nesting_ > kNestingLimit)
    throw ExpressionFault{token().offset, fmt::format("nested more than {} levels deep", kNestingLimit)};
  Syntax condition = binary(0);
  const std::size_t offset = token().offset;
  if (accept("?")) {
    Syntax yes = choice();
    expect(":");
    Syntax no = choice();
    std::vector<Syntax> children;
    children.push_back(std::move(condition));
    children.push_back(std::move(yes));
    children.push_back(std::move(no));
    condition = make_syntax(Kind::choice, offset, "?:", std::move(children));
  }
  --nesting_;
  return condition;
}

Syntax ExpressionParser::binary(std::size_t level) {
  const auto operand = [this, level] {
    if (level + 1 == kComparison) return negation();
    return level + 1 < kOperators.size() ? binary(level + 1) : unary();
  };
  Syntax left = operand();
  for (;;) {
    const std::size_t offset = token().offset;
    const bool is_negated = level == kComparison && token().text == "not";
    if (is_negated && !is_word_operator(tokens_[at_ + 1].text)) return left;
    if (is_negated) ++at_;
    const std::string name = binary_operator(level);
    if (name.empty() && is_negated)
      fail_at_token("in, contains, startsWith, endsWith or matches behind 'not'");
    if (name.empty()) return left;

    std::vector<Syntax> children;
    children.push_back(std::move(left));
    children.push_back(operand());
    const Kind kind = level == 0 ? Kind::disjunction : level == 1 ? Kind::conjunction : Kind::operation;
    left = make_syntax(kind, offset, name, std::move(children));
    compile_pattern(left);
    if (!is_negated) continue;
    std::vector<Syntax> negated;
    negated.push_back(std::move(left));
    left = make_syntax(Kind::negation, offset, "not", std::move(negated));
  }
}

/// The operator of this level at the current token, which is passed; empty when it is another.
std::string ExpressionParser::binary_operator(std::size_t level) {
  if (token().kind == ExpressionToken::Kind::literal || !is_operator(level, token().text)) return {};
  return tokens_[at_++].text;
}

/// `not a == b` is not (a == b): for the two booleans that a stricter reading would need, both mean the same.
Syntax ExpressionParser::negation() {
  const std::size_t offset = token().offset;
  if (!accept("not") && !accept("!")) return binary(kComparison);
  if (++nesting_ > kNestingLimit)
    throw ExpressionFault{offset, fmt::format("nested more than {} levels deep", kNestingLimit)};
  std::vector<Syntax> children;
  children.push_back(negation());
  --nesting_;
  return make_syntax(Kind::negation, offset, "not", std::move(children));
}

Syntax ExpressionParser::unary() {
  if (token().text == "not" || token().text == "!") return negation();
  const std::size_t offset = token().offset;
  if (token().kind != ExpressionToken::Kind::sign || !accept("-")) return fallback();
  if (++nesting_ > kNestingLimit)
    throw ExpressionFault{offset, fmt::format("nested more than {} levels deep", kNestingLimit)};
  std::vector<Syntax> children;
  children.push_back(unary());
  --nesting_;
  return make_syntax(Kind::negate, offset, "-", std::move(children));
}

Syntax ExpressionParser::fallback() {
  Syntax left = postfix();
  for (std::size_t offset = token().offset; accept("??"); offset = token().offset) {
    std::vector<Syntax> children;
    children.push_back(std::move(left));
    children.push_back(token().text == "-" ? unary() : postfix());
    left = make_syntax(Kind::fallback, offset, "??", std::move(children));
  }
  return left;
}

Syntax ExpressionParser::postfix() {
  Syntax value = primary();
  for (;;) {
    const std::size_t offset = token().offset;
    std::vector<Syntax> children;
    if (accept(".")) {
      if (token().kind != ExpressionToken::Kind::word) fail_at_token("a field's name");
      children.push_back(std::move(value));
      const std::string name = tokens_[at_++].text;
      value = make_syntax(Kind::member, offset, name, std::move(children));
    } else if (accept("[")) {
      children.push_back(std::move(value));
      children.push_back(choice());
      expect("]");
      value = make_syntax(Kind::index, offset, "[]", std::move(children));
    } else {
      return value;
    }
  }
}

Syntax ExpressionParser::primary() {
  const ExpressionToken& first = token();
  if (first.kind == ExpressionToken::Kind::literal) {
    ++at_;
    Syntax literal = make_syntax(Kind::literal, first.offset, first.text, {});
    literal.value = first.value;
    return literal;
  }
  if (accept("(")) {
    Syntax inner = choice();
    expect(")");
    return inner;
  }
  if (accept("[")) return make_syntax(Kind::list, first.offset, "[]", arguments("]"));
  if (first.kind == ExpressionToken::Kind::word && !is_word_operator(first.text)) return name_or_call();
  fail_at_token("a value");
}

Syntax ExpressionParser::name_or_call() {
  const std::size_t offset = token().offset;
  std::vector<std::string> parts = {tokens_[at_++].text};
  while (token().text == "." && tokens_[at_ + 1].kind == ExpressionToken::Kind::word) {
    parts.push_back(tokens_[at_ + 1].text);
    at_ += 2;
  }
  if (token().kind == ExpressionToken::Kind::sign && accept("(")) return call(base::join(parts, "."), offset);
  return field(parts, offset);
}

Syntax ExpressionParser::call(std::string name, std::size_t offset) {
  Syntax result = make_syntax(Kind::call, offset, std::move(name), arguments(")"));
  check_call(result);
  return result;
}

std::vector<Syntax> ExpressionParser::arguments(std::string_view close) {
  std::vector<Syntax> list;
  if (accept(close)) return list;
  do {
    list.push_back(choice());
  } while (accept(","));
  expect(close);
  return list;
}

void ExpressionParser::check_call(const Syntax& call) {
  std::vector<std::string> names = {"len"};
  Vocabulary::Function known = {.name = "len", .least_arguments = 1, .most_arguments = 1};
  bool found = call.name == "len";
  for (const Vocabulary::Function& function : vocabulary_.functions) {
    names.push_back(function.name);
    if (function.name != call.name) continue;
    known = function;
    found = true;
  }
  const std::size_t count = call.children.size();
  if (!found) {
    const std::string hint = base::suggestion(call.name, names);
    faults_.push_back(
        {call.offset, fmt::format("unknown function '{}'{}", call.name,
                                  hint.empty() ? "; known are " + base::join(names, ", ") : hint)});
  } else if (count < known.least_arguments || count > known.most_arguments) {
    const std::string wanted = known.least_arguments == known.most_arguments
                                   ? base::count_text(known.most_arguments, "argument")
                                   : fmt::format("{} to {}", known.least_arguments,
                                                 base::count_text(known.most_arguments, "argument"));
    faults_.push_back({call.offset, fmt::format("{} takes {}, found {}", call.name, wanted, count)});
  }
}

Syntax ExpressionParser::field(const std::vector<std::string>& parts, std::size_t offset) {
  const std::string path = base::join(parts, ".");
  const auto known = [this](std::string_view name) {
    return std::find(vocabulary_.fields.begin(), vocabulary_.fields.end(), name) != vocabulary_.fields.end();
  };
  if (known(path)) return make_syntax(Kind::field, offset, path, {});
  for (std::size_t count = parts.size() - 1; count > 0; --count) {
    const std::string prefix = base::join(std::span(parts).first(count), ".");
    if (known(prefix + ".*")) return make_syntax(Kind::field, offset, path, {});
    if (!known(prefix)) continue;
    Syntax value = make_syntax(Kind::field, offset, prefix, {});
    for (std::size_t i = count; i < parts.size(); ++i) {
      std::vector<Syntax> children;
      children.push_back(std::move(value));
      value = make_syntax(Kind::member, offset, parts[i], std::move(children));
    }
    return value;
  }
  faults_.push_back({offset, unknown_name(path)});
  return make_syntax(Kind::field, offset, path, {});
}

std::string ExpressionParser::unknown_name(const std::string& path) const {
  std::vector<std::string> names = vocabulary_.fields;
  std::vector<std::string> below;
  for (const std::string& name : vocabulary_.fields)
    if (name.starts_with(path + ".")) below.push_back(name);
  if (!below.empty())
    return fmt::format("'{}' is not a value by itself; known are {}", path, base::join(below, ", "));
  for (const Vocabulary::Function& function : vocabulary_.functions) {
    if (function.name == path) return fmt::format("'{0}' is a function; write {0}()", path);
    names.push_back(function.name + "()");
  }
  const std::string hint = base::suggestion(path, names);
  return fmt::format(
      "unknown name '{}'{}", path,
      hint.empty() ? "; a text must stand in quotes, and known names are " + base::join(names, ", ") : hint);
}

void ExpressionParser::compile_pattern(Syntax& operation) {
  if (operation.name != "matches" || operation.children[1].kind != Kind::literal) return;
  const std::string* text = operation.children[1].value.text();
  std::string problem = "matches needs a pattern in quotes";
  if (text) operation.pattern = Regex::compile(*text, problem);
  if (!operation.pattern) faults_.push_back({operation.children[1].offset, problem});
}

bool ExpressionParser::accept(std::string_view text) {
  if (token().kind == ExpressionToken::Kind::literal || token().text != text) return false;
  ++at_;
  return true;
}

void ExpressionParser::expect(std::string_view text) {
  if (!accept(text)) fail_at_token(fmt::format("'{}'", text));
}

Syntax ExpressionParser::make_syntax(Kind kind, std::size_t offset, std::string name,
                                     std::vector<Syntax> children) const {
  std::size_t depth = 0;
  for (const Syntax& child : children) depth = std::max(depth, child.depth);
  if (depth >= kDepthLimit) throw ExpressionFault{offset, "the condition is too long"};
  return {.kind = kind,
          .offset = offset,
          .name = std::move(name),
          .value = {},
          .pattern = {},
          .children = std::move(children),
          .depth = depth + 1};
}

void ExpressionParser::fail_at_token(std::string_view expected) const {
  const ExpressionToken& found = token();
  const bool is_percent = at_ > 0 && tokens_[at_ - 1].text == "%";
  if (is_percent)
    throw ExpressionFault{
        tokens_[at_ - 1].offset,
        fmt::format("expected {} behind '%', which is the remainder of a division; a share of "
                    "50 percent is 0.5",
                    expected)};
  if (found.kind == ExpressionToken::Kind::end)
    throw ExpressionFault{found.offset, fmt::format("expected {}, but the condition ends here", expected)};
  const char* hint = found.text == "=" ? "; compare with ==" : "";
  throw ExpressionFault{
      found.offset, fmt::format("expected {}, found {}{}", expected, base::printable(found.text, 40), hint)};
}

}  // namespace iter8::config
