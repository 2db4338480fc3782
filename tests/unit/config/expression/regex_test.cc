#include "config/expression/regex.h"

#include <algorithm>
#include <ctime>

#include <catch2/catch.hpp>

#include "base/error.h"

using iter8::config::Regex;

namespace {

Regex regex(std::string_view pattern) {
  std::string problem;
  auto compiled = Regex::compile(pattern, problem);
  if (!compiled) throw std::runtime_error(problem);
  return std::move(*compiled);
}

bool found(std::string_view pattern, std::string_view in) {
  return regex(pattern).occurs_in(in);
}

std::string replaced(std::string_view pattern, std::string_view in, std::string_view by) {
  return regex(pattern).replace_all(in, by, 1000);
}

std::string regex_problem(std::string_view pattern) {
  std::string why;
  CHECK_FALSE(Regex::compile(pattern, why));
  return why;
}

/// The CPU time of one search, in seconds: the best of five, so that a busy machine does not count.
double search_seconds(const Regex& regex, const std::string& text) {
  double best = 1e9;
  for (int i = 0; i < 5; ++i) {
    const std::clock_t begin = std::clock();
    CHECK_FALSE(regex.occurs_in(text));
    best = std::min(best, static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC);
  }
  return best;
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

// Found by fuzzing: the whole match was taken for the group.
TEST_CASE("a number is that of a group, whatever a group is named") {
  CHECK(replaced("a(?P<0>b)(?P<1>c)", "abc", "<$0 $1 $2>") == "<abc b c>");
}

TEST_CASE("letters of every alphabet have two cases") {
  CHECK(found("(?i)É", "café"));
  CHECK(found("(?i)é", "CAFÉ"));
  CHECK(found("(?i)^straße$", "STRAßE"));
  CHECK_FALSE(found("É", "café"));
}

TEST_CASE("named classes, classes of Unicode and quoted parts are known") {
  CHECK(found("^[[:alpha:]]+$", "abc"));
  CHECK_FALSE(found("^[[:alpha:]]+$", "ab1"));
  CHECK(found(R"(^\pL+$)", "čaj"));
  CHECK(found(R"(^\p{Greek}$)", "λ"));
  CHECK(found(R"(^\Qa.b\E.$)", "a.b!"));
  CHECK_FALSE(found(R"(^\Qa.b\E$)", "axb"));
}

TEST_CASE("a pattern that is not valid says where") {
  CHECK(regex_problem("(a") == "'(' without its ')' (character 1 of the pattern)");
  CHECK(regex_problem("é(a)(b") == "'(' without its ')' (character 5 of the pattern)");
  CHECK(regex_problem("a)") == "')' without its '(' (character 2 of the pattern)");
  CHECK(regex_problem("*a") == "nothing stands before the repetition '*' (character 1 of the pattern)");
  CHECK(regex_problem("a**") == "'**' repeats a repetition; use a group (character 2 of the pattern)");
  CHECK(regex_problem("[**]a**") == "'**' repeats a repetition; use a group (character 6 of the pattern)");
  CHECK(regex_problem("a{2,}{3}") ==
        "'{2,}{3}' repeats a repetition; use a group (character 2 of the pattern)");
  CHECK(regex_problem("[a") == "'[' without its ']' (character 1 of the pattern)");
  CHECK(regex_problem("[b-a]") == "'b-a' is not a range or class of characters (character 2 of the pattern)");
  CHECK(regex_problem("(?=a)").starts_with("'(?=' is not supported: only (?:…)"));
  CHECK(regex_problem(R"((a)\1)") == R"('\1' is not supported (character 4 of the pattern))");
  CHECK(regex_problem("a\\") == "nothing follows the '\\' (character 2 of the pattern)");
  CHECK(regex_problem("a{2,1}").starts_with("'{2,1}' is not a repetition"));
  CHECK(regex_problem("a\xff") == "expected UTF-8 (character 2 of the pattern)");
}

TEST_CASE("no pattern takes exponential time or unbounded memory") {
  CHECK_FALSE(found("^(a+)+$", std::string(5000, 'a') + "b"));
  CHECK_FALSE(found("^(a|aa)*$", std::string(5000, 'a') + "b"));
  CHECK_FALSE(found("(a?){300}b", std::string(100'000, 'a')));
  CHECK(found("(a*)*", "b"));
  CHECK(regex_problem("((a{100}){100}){100}").starts_with("'{100}' is not a repetition"));
  CHECK(regex_problem("(\\pL{100}){10}") == "the pattern's repetitions make it too large");
  CHECK(regex_problem(std::string(2000, 'a')).starts_with("longer than 1000 bytes"));
  CHECK_THROWS_AS(regex("a").replace_all("aaaa", "xxxx", 10), iter8::base::Error);
}

// 1 MB takes about a millisecond; the bounds leave room for a slow machine, not for another order of growth.
TEST_CASE("a search is as fast as the text is long") {
  const Regex address = regex(R"([a-z]+@[a-z]+\.com$)");
  const double megabyte = search_seconds(address, std::string(1'000'000, 'x'));
  CHECK(megabyte < 0.05);
  CHECK(search_seconds(address, std::string(8'000'000, 'x')) < 8 * 4 * std::max(megabyte, 0.001));
}
