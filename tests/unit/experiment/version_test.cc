#include "experiment/version.h"

#include <catch2/catch.hpp>

#include "experiment/verdict.h"

using namespace iter8::experiment;

TEST_CASE("A version is found by its name before its number") {
  const std::vector<std::string> names{"stable", "0", "candidate"};
  CHECK(find_version(names, "candidate") == 2U);
  CHECK(find_version(names, "0") == 1U);
  CHECK(find_version(names, "2") == 2U);
}

TEST_CASE("A name that is no version, and a number behind the last, are none") {
  const std::vector<std::string> names{"stable", "candidate"};
  CHECK_FALSE(find_version(names, "Stable"));
  CHECK_FALSE(find_version(names, "2"));
  CHECK_FALSE(find_version(names, "-1"));
  CHECK_FALSE(find_version(names, ""));
}

TEST_CASE("Of two verdicts the worse one stands for the whole") {
  CHECK(combined(Verdict::pass, Verdict::fail) == Verdict::fail);
  CHECK(combined(Verdict::fail, Verdict::error) == Verdict::fail);
  CHECK(combined(Verdict::inconclusive, Verdict::error) == Verdict::error);
  CHECK(combined(Verdict::pass, Verdict::inconclusive) == Verdict::inconclusive);
  CHECK(combined(Verdict::skipped, Verdict::pass) == Verdict::pass);
}

TEST_CASE("A verdict reads back from its word") {
  for (const Verdict verdict :
       {Verdict::pass, Verdict::fail, Verdict::inconclusive, Verdict::error, Verdict::skipped})
    CHECK(parse_verdict(to_text(verdict)) == verdict);
  CHECK_FALSE(parse_verdict("passed"));
}
