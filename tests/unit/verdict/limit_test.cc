#include "verdict/limit.h"

#include <catch2/catch.hpp>

using namespace iter8;
using namespace iter8::verdict;
using experiment::unit_of;

TEST_CASE("a limit is a number, a share, a time or a change of the baseline") {
  CHECK(in_unit(*parse_limit("100"), unit_of("msec")) == 100.0);
  CHECK(in_unit(*parse_limit("1e-3"), {}) == 0.001);
  CHECK(in_unit(*parse_limit("1%"), unit_of("share")) == 0.01);
  CHECK(in_unit(*parse_limit("250ms"), unit_of("msec")) == 250.0);
  CHECK(in_unit(*parse_limit("1.5s"), unit_of("msec")) == 1500.0);
  REQUIRE(parse_limit("+10%")->relative());
  CHECK(parse_limit("+10%")->relative()->change == Approx(0.1));
  CHECK(parse_limit("-5%")->relative()->change == Approx(-0.05));
}

TEST_CASE("a limit with a unit is converted into the metric's unit of the same kind, and into no other") {
  CHECK(in_unit(*parse_limit("250ms"), unit_of("s")) == 0.25);
  CHECK(in_unit(*parse_limit("250ms"), unit_of("usec")) == 250'000.0);
  CHECK(in_unit(*parse_limit("7%"), unit_of("percent")) == 7.0);
  for (const char* unit : {"", "requests", "percent"})
    CHECK_FALSE(in_unit(*parse_limit("250ms"), unit_of(unit)));
  for (const char* unit : {"", "requests", "msec"}) CHECK_FALSE(in_unit(*parse_limit("1%"), unit_of(unit)));
}

TEST_CASE("other texts are not limit") {
  const std::string text = GENERATE("", "%", "+%", "+-5%", "abc", "10 %", "nan", "inf", "-5ms", "+10", "5x");
  INFO(text);
  CHECK(parse_limit(text).has_value() == (text == "+10"));  // a plain number with its sign
}

TEST_CASE("a change moves away from the baseline whatever its sign") {
  CHECK(absolute_limit(*parse_limit("+10%")->relative(), 100) == Approx(110));
  CHECK(absolute_limit(*parse_limit("-10%")->relative(), 100) == Approx(90));
  CHECK(absolute_limit(*parse_limit("+10%")->relative(), -100) == Approx(-90));
}

TEST_CASE("limits are shown as they were written") {
  for (const std::string text : {"0.01", "7%", "250ms", "+10%", "-5%"})
    CHECK(to_text(*parse_limit(text)) == text);
}
