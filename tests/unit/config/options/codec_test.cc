#include <catch2/catch.hpp>

#include "tests/unit/config/reading.h"

using namespace std::chrono_literals;
using iter8::base::Duration;
using iter8::config::Codec;
using iter8::config::complaint;
using iter8::config::document;
using iter8::config::Node;
using iter8::config::Problems;
using iter8::config::problems_of;

namespace {

enum class Colour { red, green };

/// What reading `yaml` as a T gives, or its complaint.
template <typename T>
std::string read(const std::string& yaml) {
  const Node node = document("a: " + yaml).entries[0].value;
  Problems problems("f");
  T value{};
  const bool good = Codec<T>::read(node, problems, value);
  REQUIRE(good != problems.has_errors());
  return good ? Codec<T>::written(value) : problems_of(problems);
}

}  // namespace

template <>
struct iter8::config::Choices<Colour> {
  static constexpr std::array names{std::pair{"red", Colour::red}, std::pair{"green", Colour::green}};
};

TEST_CASE("a boolean is true or false and nothing else") {
  CHECK(read<bool>("true") == "true");
  CHECK(read<bool>("False") == "false");
  CHECK(read<bool>("yes") == "1:4: error: expected true or false, found text 'yes'");
  CHECK(read<bool>("'true'") == "1:4: error: expected true or false, found text 'true'");
  CHECK(read<bool>("1") == "1:4: error: expected true or false, found number 1");
  CHECK(read<bool>("") == "1:4: error: expected true or false, found nothing");
}

TEST_CASE("a whole number may be written with an exponent but has no fraction") {
  CHECK(read<std::int64_t>("100") == "100");
  CHECK(read<std::int64_t>("-0x10") == "1:4: error: expected a whole number, found text '-0x10'");
  CHECK(read<std::int64_t>("1e3") == "1000");
  CHECK(read<std::int64_t>("2.0") == "2");
  CHECK(read<std::int64_t>("1.5") == "1:4: error: expected a whole number, found number 1.5");
  CHECK(read<std::int64_t>("9223372036854775808") ==
        "1:4: error: expected a whole number of at most 64 bits, found number 9223372036854775808");
  CHECK(read<std::int64_t>(".inf") ==
        "1:4: error: expected a whole number of at most 64 bits, found number .inf");
  CHECK(read<std::int64_t>(".nan") == "1:4: error: expected a whole number, found number .nan");
  CHECK(read<std::int64_t>("[1]") == "1:4: error: expected a whole number, found a list");
}

TEST_CASE("a number is finite and not in quotes") {
  CHECK(read<double>("8") == "8");
  CHECK(read<double>("8.25") == "8.25");
  CHECK(read<double>("'8'") == "1:4: error: expected a number, found text '8'");
  CHECK(read<double>("1e999") == "1:4: error: expected a finite number, found number 1e999");
  CHECK(read<double>(".nan") == "1:4: error: expected a finite number, found number .nan");
  CHECK(read<double>("eight") == "1:4: error: expected a number, found text 'eight'");
}

TEST_CASE("text is any scalar as written") {
  CHECK(read<std::string>("1.20") == "1.20");
  CHECK(read<std::string>("true") == "true");
  CHECK(read<std::string>("{}") == "1:4: error: expected text, found a map");
}

TEST_CASE("a duration has a unit") {
  CHECK(read<Duration>("1m30s") == "1m30s");
  CHECK(read<Duration>("'250ms'") == "250ms");
  CHECK(read<Duration>("0") == "0s");
  CHECK(read<Duration>("10") ==
        "1:4: error: expected a duration with its unit, such as 10s, found number 10");
  CHECK(read<Duration>("soon") ==
        "1:4: error: expected a duration such as 10s, 250ms or 1m30s, found text 'soon'");
  CHECK(read<Duration>("[1s]") ==
        "1:4: error: expected a duration such as 10s, 250ms or 1m30s, found a list");
}

TEST_CASE("a choice names its words and the nearest one") {
  CHECK(read<Colour>("green") == "green");
  CHECK(read<Colour>("gren") ==
        "1:4: error: expected one of red, green, found text 'gren'; did you mean 'green'?");
  CHECK(read<Colour>("7") == "1:4: error: expected one of red, green, found number 7");
}

TEST_CASE("lists and maps report every wrong element") {
  CHECK(read<std::vector<double>>("[1, x, y]") ==
        "1:8: error: expected a number, found text 'x'\n1:11: error: expected a number, found text 'y'");
  CHECK(read<std::vector<double>>("5") == "1:4: error: expected a list, found number 5");
  using Headers = std::vector<std::pair<std::string, std::string>>;
  CHECK(read<Headers>("{a: [1], b: {}}") ==
        "1:8: error: expected text, found a list\n1:16: error: expected text, found a map");
  CHECK(read<std::vector<double>>("[1, 2.5]") == "[1, 2.5]");
}
