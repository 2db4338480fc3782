#include <cmath>

#include <catch2/catch.hpp>

#include "tests/unit/config/reading.h"

using iter8::config::document;
using iter8::config::plain_scalar;
using iter8::config::Position;
using iter8::config::position_in;
using iter8::config::to_printable_value;
using iter8::config::to_value;
using iter8::config::Value;

TEST_CASE("plain scalars have the types of YAML's core schema") {
  CHECK(plain_scalar("~").is_null());
  CHECK(plain_scalar("Null").is_null());
  CHECK(plain_scalar("TRUE") == Value(true));
  CHECK(plain_scalar("false") == Value(false));
  CHECK(plain_scalar("yes") == Value("yes"));
  CHECK(plain_scalar("on") == Value("on"));
  CHECK(plain_scalar("-12") == Value(-12));
  CHECK(plain_scalar("+12") == Value(12));
  CHECK(plain_scalar("0x1F") == Value(31));
  CHECK(plain_scalar("0o17") == Value(15));
  CHECK(plain_scalar("0x") == Value("0x"));
  CHECK(plain_scalar("1.5e3") == Value(1500.0));
  CHECK(plain_scalar(".5") == Value(0.5));
  CHECK(plain_scalar("5.") == Value(5.0));
  CHECK(plain_scalar(".") == Value("."));
  CHECK(plain_scalar("1.2.3") == Value("1.2.3"));
  CHECK(plain_scalar("1e") == Value("1e"));
  CHECK(plain_scalar("nan") == Value("nan"));
  CHECK(std::isnan(*plain_scalar(".nan").real()));
  CHECK(*plain_scalar("-.inf").real() == -INFINITY);
}

TEST_CASE("an integer beyond 64 bits is a number") {
  CHECK(plain_scalar("9223372036854775807").integer());
  CHECK(plain_scalar("9223372036854775808").real());
  CHECK(*plain_scalar("1e999").real() == INFINITY);
  CHECK(*plain_scalar("1e-999").real() == 0);
}

TEST_CASE("quoted scalars are text") {
  const Value value = to_value(document("{a: '8', b: 8, c: [true, 'true', ~]}"));
  CHECK(*value.find("a") == Value("8"));
  CHECK(*value.find("b") == Value(8));
  CHECK(*value.find("c") == Value(Value::List{true, "true", Value()}));
}

TEST_CASE("a printable value is what was written") {
  const Value value =
      to_printable_value(document("{a: 1.20, b: 007, c: 0x10, d: 12, e: 1.5, f: 1e3, g: true}"));
  CHECK(value ==
        Value(Value::Map{
            {"a", "1.20"}, {"b", "007"}, {"c", "0x10"}, {"d", 12}, {"e", 1.5}, {"f", "1e3"}, {"g", true}}));
}

TEST_CASE("numbers are equal by value whatever their kind") {
  CHECK(Value(1) == Value(1.0));
  CHECK_FALSE(Value(1) == Value("1"));
  CHECK_FALSE(Value(0) == Value(false));
  CHECK_FALSE(Value() == Value(false));
}

TEST_CASE("a node is described by what was found") {
  const auto described = [](std::string_view yaml) {
    return document("a: " + std::string(yaml)).entries[0].value.described();
  };
  CHECK(described("") == "nothing");
  CHECK(described("abc") == "text 'abc'");
  CHECK(described("'8'") == "text '8'");
  CHECK(described("8") == "number 8");
  CHECK(described(".inf") == "number .inf");
  CHECK(described("true") == "true");
  CHECK(described("''") == "empty text");
  CHECK(described("[1]") == "a list");
  CHECK(described("{b: 1}") == "a map");
  CHECK(described(R"("\e[31m")") == "text '\\x1b[31m'");
}

TEST_CASE("a place inside a text counts characters and lines") {
  const auto at = [](std::string_view text, std::size_t offset) {
    const Position position = position_in({3, 5}, text, offset);
    return std::pair(position.line, position.column);
  };
  CHECK(at("abc", 2) == std::pair(3, 7));
  CHECK(at("äbc", 2) == std::pair(3, 6));
  CHECK(at("a\nbc", 3) == std::pair(4, 6));
}
