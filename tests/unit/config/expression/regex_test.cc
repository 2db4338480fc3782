#include "config/expression/regex.h"

#include <catch2/catch.hpp>

#include "base/error.h"

using iter8::config::Pattern;

namespace {

Pattern pattern(std::string_view text) {
  std::string problem;
  auto compiled = Pattern::compile(text, problem);
  if (!compiled) throw std::runtime_error(problem);
  return *compiled;
}

bool found(std::string_view text, std::string_view in) {
  return pattern(text).found_in(in);
}

std::string replaced(std::string_view text, std::string_view in, std::string_view by) {
  return pattern(text).replaced(in, by, 1000);
}

std::string regex_problem(std::string_view text) {
  std::string why;
  CHECK_FALSE(Pattern::compile(text, why));
  return why;
}

}  // namespace

TEST_CASE("a pattern is found anywhere unless it is anchored") {
  CHECK(found("b", "abc"));
  CHECK_FALSE(found("^b", "abc"));
  CHECK(found("^a.c$", "abc"));
  CHECK_FALSE(found("^a.c$", "a\nc"));
  CHECK(found("(?s)^a.c$", "a\nc"));
  CHECK(found("(?m)^c$", "a\nc"));
  CHECK(found("", ""));
}

TEST_CASE("classes, escapes and repetitions mean what they do in RE2") {
  CHECK(found(R"(^v\d+\.\d+\.\d+$)", "v1.20.3"));
  CHECK_FALSE(found(R"(^v\d+\.\d+\.\d+$)", "v1.20"));
  CHECK(found("^[^a-c]+$", "xyz"));
  CHECK_FALSE(found("^[^a-c]+$", "xbz"));
  CHECK(found("^[]a-]+$", "]-a"));
  CHECK(found(R"(^[\w-]+$)", "a-b_1"));
  CHECK(found("^a{2,3}$", "aaa"));
  CHECK_FALSE(found("^a{2,3}$", "aaaa"));
  CHECK(found("^a{2,}$", "aaaa"));
  CHECK(found("^a{x$", "a{x"));
  CHECK(found(R"(\bfoo\b)", "a foo b"));
  CHECK_FALSE(found(R"(\bfoo\b)", "afoob"));
  CHECK(found("^(?:ab|cd)*$", "abcdab"));
  CHECK(found("(?i)HELLO", "say hello"));
  CHECK(found(R"(^\x41\x{e4}$)", "Aä"));
  CHECK(found("^.$", "ä"));
  CHECK(found("^(a|b|)$", ""));
}

TEST_CASE("matches are leftmost, and greedy unless lazy") {
  CHECK(replaced("a+", "baaac", "x") == "bxc");
  CHECK(replaced("a+?", "baaac", "x") == "bxxxc");
  CHECK(replaced("a*?", "aa", "x") == "xaxax");
  CHECK(replaced("a*", "baac", "x") == "xbxcx");
  CHECK(replaced("a|ab", "ab", "x") == "xb");
}

TEST_CASE("groups stand in the replacement") {
  CHECK(replaced("(\\w+)@(\\w+)", "me@home you@work", "$2 at ${1}!") == "home at me! work at you!");
  CHECK(replaced("(?P<name>b)", "abc", "[${name}$$]") == "a[b$]c");
  CHECK(replaced("(a)|(b)", "ab", "<$1$2>") == "<a><b>");
  CHECK_THROWS_WITH(replaced("(a)", "a", "$1x"),
                    "the pattern has no group '1x'; write ${1} for the first and $$ for a dollar");
}

TEST_CASE("a pattern that is none says where") {
  CHECK(regex_problem("(a") == "'(' without its ')' (character 3 of the pattern)");
  CHECK(regex_problem("a)") == "')' without its '(' (character 2 of the pattern)");
  CHECK(regex_problem("*a") == "nothing stands before the repetition (character 1 of the pattern)");
  CHECK(regex_problem("a**") == "a repetition of a repetition; use a group (character 3 of the pattern)");
  CHECK(regex_problem("[a") == "'[' without its ']' (character 3 of the pattern)");
  CHECK(regex_problem("[b-a]") == "a range that ends before it begins (character 5 of the pattern)");
  CHECK(regex_problem("(?=a)").starts_with("only (?:…)"));
  CHECK(regex_problem(R"((a)\1)").starts_with("'\\1' is not supported"));
  CHECK(regex_problem("\\").starts_with("nothing follows"));
  CHECK(regex_problem("a{2,1}").starts_with("a repetition that ends"));
}

TEST_CASE("no pattern takes exponential time or unbounded memory") {
  CHECK_FALSE(found("^(a+)+$", std::string(5000, 'a') + "b"));
  CHECK_FALSE(found("^(a|aa)*$", std::string(5000, 'a') + "b"));
  CHECK(found("(a*)*", "b"));
  std::string nested;
  for (int i = 0; i < 100; ++i) nested += "(?:";
  CHECK(regex_problem("((a{100}){100}){100}") == "the pattern's repetitions make it too large");
  CHECK(regex_problem(nested).starts_with("nested too deeply"));
  CHECK(regex_problem(std::string(2000, 'a')).starts_with("longer than 1000 bytes"));
  CHECK_THROWS_AS(found("(a?){300}b", std::string(1'000'000, 'a')), iter8::base::Error);
  CHECK_THROWS_AS(pattern("a").replaced("aaaa", "xxxx", 10), iter8::base::Error);
}
