#include "config/expression/expression.h"

#include <catch2/catch.hpp>

#include "base/error.h"
#include "tests/unit/config/reading.h"

using namespace iter8::config;

namespace {

const Vocabulary& vocabulary() {
  static const Vocabulary words = {
      .functions = {{"SLOs", 0, 0}, {"SLOsBy", 1, 1}, {"Metric", 1, 2}, {"WinnerFound", 0, 0}},
      .fields = {"Result.NumLoops", "Result.Failure", "Result.Insights.*", "versions"}};
  return words;
}

class Names final : public Scope {
 public:
  Value call(std::string_view name, std::span<const Value> arguments) const override {
    ++calls;
    if (name == "SLOs") return true;
    if (name == "SLOsBy" && arguments[0] == Value(9)) throw iter8::base::Error("there is no version 9");
    if (name == "SLOsBy") return arguments[0] == Value("good");
    if (name == "Metric") return arguments[0] == Value("http/latency-p99") ? Value(0.2) : Value();
    return false;
  }
  Value field(std::string_view path) const override {
    if (path == "Result.NumLoops") return 3;
    if (path == "Result.Failure") return false;
    if (path == "Result.Insights.NumVersions") return 2;
    return Value::List{Value::Map{{"name", "stable"}}, Value::Map{{"name", "candidate"}, {"a-b", 1}}};
  }
  mutable int calls = 0;
};

std::string problem(std::string_view text) {
  Problems problems("f");
  CHECK_FALSE(Expression::parse(text, {2, 9}, vocabulary(), problems));
  return problems_of(problems);
}

Value value_of(std::string_view text) {
  Problems problems("f");
  const auto expression = Expression::parse(text, {1, 1}, vocabulary(), problems);
  if (!expression) throw std::runtime_error(problems.to_text());
  return expression->evaluate(Names());
}

bool holds(std::string_view text) {
  Problems problems("f");
  const auto expression = Expression::parse(text, {1, 1}, vocabulary(), problems);
  if (!expression) throw std::runtime_error(problems.to_text());
  return expression->holds(Names());
}

}  // namespace

TEST_CASE("literals are numbers, durations in seconds, texts, booleans, nil and lists") {
  CHECK(value_of("12") == Value(12));
  CHECK(value_of("1.5e3") == Value(1500.0));
  CHECK(value_of("1e-3") == Value(0.001));
  CHECK(value_of("0x1F") == Value(31));
  CHECK(value_of("250ms") == Value(0.25));
  CHECK(value_of("1m30s") == Value(90.0));
  CHECK(value_of(R"("a\t\"b\" \u00e4")") == Value("a\t\"b\" ä"));
  CHECK(value_of("'it\\'s'") == Value("it's"));
  CHECK(value_of("`a\\b`") == Value("a\\b"));
  CHECK(value_of("nil").is_null());
  CHECK(value_of("[1, 'a', [true]]") == Value(Value::List{1, "a", Value::List{true}}));
  CHECK(value_of("[]") == Value(Value::List{}));
}

TEST_CASE("operators bind from loose to tight as in expr") {
  CHECK(value_of("1 + 2 * 3") == Value(7));
  CHECK(value_of("(1 + 2) * 3") == Value(9));
  CHECK(value_of("10 - 2 - 3") == Value(5));
  CHECK(value_of("-2 + 3") == Value(1));
  CHECK(value_of("7 / 2") == Value(3.5));
  CHECK(value_of("7 % 4") == Value(3));
  CHECK(value_of("1 + 1 == 2 and 2 < 3 or false") == Value(true));
  CHECK(value_of("true or false and false") == Value(true));
  CHECK(value_of("'a' + 'b' == 'ab'") == Value(true));
  CHECK(value_of("1 < 2 ? 'yes' : 2 < 1 ? 'no' : 'never'") == Value("yes"));
}

TEST_CASE("not is looser than comparison and tighter than and") {
  CHECK(holds("not Result.NumLoops == 10"));
  CHECK(holds("!Result.Failure && SLOs()"));
  CHECK(holds("not false and true"));
  CHECK_FALSE(holds("not (false and true) == false"));
  CHECK(holds("true == !false"));
  CHECK(holds("not 5 in [1, 2]"));
  CHECK(holds("5 not in [1, 2]"));
  CHECK(holds("'abc' not contains 'x'"));
  CHECK(holds("not not true"));
}

TEST_CASE("functions and fields come from the scope") {
  CHECK(holds("SLOs() and SLOsBy('good') and not SLOsBy(1)"));
  CHECK(holds("Result.NumLoops == 3"));
  CHECK(holds("Result.Insights.NumVersions >= 2"));
  CHECK(holds("Metric('http/latency-p99') < 250ms"));
  CHECK(holds("versions[1].name == 'candidate'"));
  CHECK(holds("versions[1]['a-b'] == 1"));
  CHECK(holds("len(versions) == 2 and len('abc') == 3"));
}

TEST_CASE("membership and text tests") {
  CHECK(holds("2.0 in [1, 2]"));
  CHECK(holds("'name' in versions[0]"));
  CHECK(holds("'abc' contains 'b' && 'abc' startsWith 'a' && 'abc' endsWith 'c'"));
  CHECK(holds("'v1.2' matches '^v[0-9]+'"));
  CHECK(holds("'a.c' matches ('a' + '.c')"));
  CHECK(holds("'a' < 'b'"));
}

TEST_CASE("and, or, ?: and ?? do not compute what they do not need") {
  Problems problems("f");
  const Names names;
  for (const char* text : {"false and SLOs()", "true or SLOs()", "true ? 1 : SLOs()", "1 ?? SLOs()"})
    Expression::parse(text, {1, 1}, vocabulary(), problems)->evaluate(names);
  CHECK(names.calls == 0);
}

TEST_CASE("?? stands in for nil and for what does not exist") {
  CHECK(value_of("Metric('none') ?? 0") == Value(0));
  CHECK(holds("Metric('none') ?? 0 > -1"));
  CHECK(value_of("versions[7].name ?? 'x'") == Value("x"));
  CHECK(value_of("versions[0].nmae ?? -1") == Value(-1));
  CHECK(value_of("Metric('none') ?? Metric('none') ?? 1") == Value(1));
}

TEST_CASE("a wrong name is found when parsing, with the nearest one") {
  CHECK(problem("SLOss()") == "2:9: error: unknown function 'SLOss'; did you mean 'SLOs'?");
  CHECK(problem("1 < frobnicate(2)") ==
        "2:13: error: unknown function 'frobnicate'; known are len, SLOs, SLOsBy, Metric, WinnerFound");
  CHECK(problem("true and Result.NumLops == 1") ==
        "2:18: error: unknown name 'Result.NumLops'; did you mean 'Result.NumLoops'?");
  CHECK(problem("SLOs") == "2:9: error: 'SLOs' is a function; write SLOs()");
  CHECK(problem("Result") ==
        "2:9: error: 'Result' is not a value by itself; known are Result.NumLoops, Result.Failure, "
        "Result.Insights.*");
  CHECK(problem("candidate == 'x'")
            .starts_with("2:9: error: unknown name 'candidate'; a text must stand in quotes"));
}

TEST_CASE("a wrong number of arguments is found when parsing") {
  CHECK(problem("SLOs(1)") == "2:9: error: SLOs takes 0 arguments, found 1");
  CHECK(problem("SLOsBy()") == "2:9: error: SLOsBy takes 1 argument, found 0");
  CHECK(problem("Metric(1, 2, 3)") == "2:9: error: Metric takes 1 to 2 arguments, found 3");
}

TEST_CASE("several wrong names are reported together") {
  CHECK(problem("SLOss() and SLOsBy()") ==
        "2:9: error: unknown function 'SLOss'; did you mean 'SLOs'?\n"
        "2:21: error: SLOsBy takes 1 argument, found 0");
}

TEST_CASE("a text that is not a condition says where it stops making sense") {
  CHECK(problem("") == "2:9: error: expected a condition, found nothing");
  CHECK(problem("1 <") == "2:12: error: expected a value, but the condition ends here");
  CHECK(problem("(1") == "2:11: error: expected ')', but the condition ends here");
  CHECK(problem("1 2") == "2:11: error: expected the end of the condition, found 2");
  CHECK(problem("1 = 2") == "2:11: error: expected the end of the condition, found =; compare with ==");
  CHECK(problem("'a") == "2:9: error: the quote that opens here is never closed");
  CHECK(problem("'\\q'") == "2:9: error: '\\q' is not an escape; write \\\\ for a backslash");
  CHECK(problem("10x < 5") == "2:9: error: '10x' is neither a number nor a duration such as 250ms");
  CHECK(problem("1 @ 2") == "2:11: error: '@' has no meaning here");
  CHECK(problem("true ? 1") == "2:17: error: expected ':', but the condition ends here");
  CHECK(problem("and true") == "2:9: error: expected a value, found and");
  CHECK(problem("'a' matches '('") == "2:21: error: '(' without its ')' (character 1 of the pattern)");
  CHECK(problem("'a' matches 5") == "2:21: error: matches needs a pattern in quotes");
  CHECK(problem("versions[0].'x'") == "2:21: error: expected a field's name, found 'x'");
}

TEST_CASE("a value of the wrong type is an error that names the column") {
  CHECK_THROWS_WITH(
      value_of("1 + 2 < 'a'"),
      "condition '1 + 2 < 'a'', column 7: '<' needs two numbers or two texts, found a number and text 'a'");
  CHECK_THROWS_WITH(value_of("Metric('x') > 5"),
                    "condition 'Metric('x') > 5', column 13: '>' needs two numbers or two texts, "
                    "found nothing and a number; give what is missing a value with ??");
  CHECK_THROWS_WITH(value_of("1 and true"),
                    "condition '1 and true', column 1: 'and' needs true or false, found a number");
  CHECK_THROWS_WITH(value_of("1 / 0"), "condition '1 / 0', column 3: division by zero");
  CHECK_THROWS_WITH(value_of("1 % 0"), "condition '1 % 0', column 3: division by zero");
  CHECK_THROWS_WITH(
      value_of("1.5 % 2"),
      "condition '1.5 % 2', column 5: '%' needs two whole numbers, found a number and a number");
  CHECK_THROWS_WITH(value_of("9223372036854775807 + 1"),
                    "condition '9223372036854775807 + 1', column 21: the result of '+' does not fit 64 bits");
  CHECK_THROWS_WITH(value_of("'a' in 'abc'"),
                    "condition ''a' in 'abc'', column 5: 'in' needs a list, or a text and a map, found "
                    "text 'a' in text 'abc'; write 'text contains part' for texts");
  CHECK_THROWS_WITH(value_of("versions[2]"),
                    "condition 'versions[2]', column 9: the list has no item 2; it has 2");
  CHECK_THROWS_WITH(value_of("versions[0].nmae"),
                    "condition 'versions[0].nmae', column 12: a map has no 'nmae'; did you mean 'name'?");
  CHECK_THROWS_WITH(value_of("-'a'"), "condition '-'a'', column 1: '-' needs a number, found text 'a'");
  CHECK_THROWS_WITH(holds("1 + 1"),
                    "condition '1 + 1', column 3: 'the condition' needs true or false, found a number");
  CHECK_THROWS_WITH(value_of("true and SLOsBy(9)"),
                    "condition 'true and SLOsBy(9)', column 10: there is no version 9");
  CHECK(value_of("(-9223372036854775807 - 1) % -1") == Value(0));
}

TEST_CASE("length and depth of a condition are bounded") {
  CHECK(problem(std::string(100, '(')).find("nested more than 64 levels deep") != std::string::npos);
  CHECK(problem(std::string(100, '-')).find("nested more than 64 levels deep") != std::string::npos);
  CHECK(problem(std::string(100, '!')).find("nested more than 64 levels deep") != std::string::npos);
  std::string sum = "1";
  for (int i = 0; i < 1000; ++i) sum += "+1";
  CHECK(problem(sum).find("the condition is too long") != std::string::npos);
  CHECK(problem(std::string(20'000, ' ')) ==
        "2:9: error: a condition of 20000 bytes; at most 16384 are read");
}

TEST_CASE("the literals beside functions are known with their places") {
  Problems problems("f");
  const auto expression = Expression::parse(
      "SLOsBy(\"c\") and Metric(\"a/b\", 1) > 2 or \"x\" == WinnerFound() or "
      "WinnerFound() in [\"y\", 3] or Result.NumLoops == 7",
      {2, 9}, vocabulary(), problems);
  REQUIRE(expression);
  std::string found;
  for (const FunctionLiteral& literal : expression->function_literals())
    found += literal.function + (literal.argument ? std::to_string(*literal.argument) : "=") + " " +
             std::to_string(literal.position.column) + "; ";
  CHECK(found == "SLOsBy0 16; Metric0 32; Metric1 39; WinnerFound= 49; WinnerFound= 91; WinnerFound= 96; ");
}
