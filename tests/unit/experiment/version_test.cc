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

TEST_CASE("A name that is not a version, and a number behind the last, are none") {
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

TEST_CASE("versions that the file does not name go by their numbers") {
  const std::vector<Version> named = {{.name = "stable"}};
  CHECK(versions_or_numbered(named, 3).size() == 1);
  CHECK(versions_or_numbered({}, 0).size() == 1);

  const std::vector<Version> numbered = versions_or_numbered({}, 2);
  REQUIRE(numbered.size() == 2);
  CHECK(numbered[1].name == "1");
  REQUIRE(numbered[1].find("name"));
  CHECK(*numbered[1].find("name")->text() == "1");
}
