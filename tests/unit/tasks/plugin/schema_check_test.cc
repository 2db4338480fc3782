#include "tasks/plugin/schema_check.h"

#include <catch2/catch.hpp>

#include "config/yaml/document.h"

using namespace iter8;

namespace {

/// The problems of the YAML under the schema, as text.
std::string problems_of(const std::string& schema, const std::string& yaml) {
  config::Problems problems("f");
  const auto node = config::parse_document(yaml, problems);
  REQUIRE(node);
  tasks::plugin::check_schema(nlohmann::ordered_json::parse(schema), *node, problems);
  return problems.to_text();
}

const std::string kSchema = R"({
  "type": "object",
  "properties": {
    "orders": {"type": "integer", "minimum": 1, "maximum": 100},
    "mode": {"enum": ["fast", "slow"]},
    "hosts": {"type": "array", "items": {"type": "string"}},
    "limit": {"type": ["number", "null"]}
  },
  "required": ["orders"],
  "additionalProperties": false
})";

}  // namespace

TEST_CASE("options that fit the schema have no problem") {
  CHECK(problems_of(kSchema, "{orders: 5, mode: slow, hosts: [a, b], limit: 1.5}").empty());
  CHECK(problems_of(kSchema, "{orders: 100}").empty());
  CHECK(problems_of("{}", "{anything: [1, 2]}").empty());
  CHECK(problems_of("true", "{anything: [1, 2]}").empty());
}

TEST_CASE("each mistake is reported at its own place") {
  const std::string problems =
      problems_of(kSchema, "orders: 0\nmode: fats\nhosts: [a, 3]\nlimit: high\nextra: 1\n");
  CHECK_THAT(problems, Catch::Contains("f:1:9: error: must be at least 1"));
  CHECK_THAT(problems, Catch::Contains("f:2:7: error: expected one of fast, slow"));
  CHECK_THAT(problems, Catch::Contains("did you mean 'fast'?"));
  CHECK_THAT(problems, Catch::Contains("f:3:12: error: expected string"));
  CHECK_THAT(problems, Catch::Contains("f:4:8: error: expected number or null"));
  CHECK_THAT(problems, Catch::Contains("f:5:1: error: unknown key 'extra'"));
}

TEST_CASE("a missing key and a wrong type are reported") {
  CHECK_THAT(problems_of(kSchema, "{mode: fast}"), Catch::Contains("missing key 'orders'"));
  CHECK_THAT(problems_of(kSchema, "{orders: 101}"), Catch::Contains("must be at most 100"));
  CHECK_THAT(problems_of(kSchema, "{orders: \"5\"}"), Catch::Contains("expected integer"));
  CHECK_THAT(problems_of(kSchema, "[1]"), Catch::Contains("expected object"));
}

TEST_CASE("additional properties may have a schema of their own") {
  const std::string schema = R"({"additionalProperties": {"type": "number"}})";
  CHECK(problems_of(schema, "{a: 1}").empty());
  CHECK_THAT(problems_of(schema, "{a: x}"), Catch::Contains("expected number"));
}

TEST_CASE("keywords of the wrong type are ignored") {
  CHECK(problems_of(R"({"type": 3, "properties": [], "required": "a", "enum": 1, "items": 2})", "{a: 1}")
            .empty());
}
