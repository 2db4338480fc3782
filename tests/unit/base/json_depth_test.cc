#include "base/json_depth.h"

#include <string>

#include <catch2/catch.hpp>

using iter8::base::json_depth;

TEST_CASE("levels of lists and objects are counted") {
  CHECK(json_depth("") == 0);
  CHECK(json_depth("1") == 0);
  CHECK(json_depth("[]") == 1);
  CHECK(json_depth(R"([{}, [[1]], {"a": 2}])") == 3);
  CHECK(json_depth(std::string(100'000, '[') + std::string(100'000, ']')) == 100'000);
}

TEST_CASE("brackets in texts open nothing") {
  CHECK(json_depth(R"("[[[")") == 0);
  CHECK(json_depth(R"({"[": "]{\"[["})") == 1);
  CHECK(json_depth(R"(["\\", [1]])") == 2);
}

TEST_CASE("what is not JSON is not taken for flatter than a parser would find it") {
  CHECK(json_depth("[[[") == 3);
  CHECK(json_depth("]]][[") == 2);
  CHECK(json_depth("[\"") == 1);
  CHECK(json_depth("[\"\\") == 1);
}

TEST_CASE("a NUL is found wherever it stands") {
  using namespace std::string_literals;
  CHECK_FALSE(iter8::base::has_nul("[1]"));
  CHECK(iter8::base::has_nul("[1]\0 and more"s));
  CHECK(iter8::base::has_nul("\0[1]"s));
}
