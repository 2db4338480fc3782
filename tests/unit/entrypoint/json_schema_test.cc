#include "entrypoint/json_schema.h"

#include <catch2/catch.hpp>

#include "entrypoint/schema_text.h"

using namespace iter8;
using config::FieldDoc;
using config::Schema;
using entrypoint::json_schema;
using Json = nlohmann::ordered_json;

namespace {

Schema object_with(std::vector<FieldDoc> fields) {
  return {.type = Schema::Type::object, .choices = {}, .inner = {}, .fields = std::move(fields)};
}

}  // namespace

TEST_CASE("an object lists its fields with older spellings, and takes no others") {
  const Schema schema = object_with(
      {{.name = "url", .aliases = {}, .doc = "Where", .fallback = "", .required = true, .schema = {}},
       {.name = "qps",
        .aliases = {"rps"},
        .doc = "Rate",
        .fallback = "8",
        .required = false,
        .schema = {.type = Schema::Type::number}}});
  const Json json = json_schema(schema);
  CHECK(json["additionalProperties"] == false);
  CHECK(json["required"] == Json::array({"url"}));
  CHECK(json["properties"]["qps"]["default"] == "8");
  CHECK(json["properties"]["rps"]["description"] == "Rate");
}

TEST_CASE("a reference to the environment may stand for a number") {
  const Json json = json_schema(Schema{.type = Schema::Type::integer});
  CHECK(json["anyOf"][0]["type"] == "integer");
  CHECK(json["anyOf"][1]["pattern"] == "\\$\\{.+\\}");
}

TEST_CASE("the whole schema knows every task by all its names, and plugins") {
  experiment::Catalog catalog;
  catalog.kinds.push_back(
      {.name = "http", .aliases = {"collect-fortio-metrics"}, .options = object_with({})});
  const Json json = json_schema(catalog);
  CHECK(json["$schema"] == "https://json-schema.org/draft/2020-12/schema");

  const Json& step = json["$defs"]["step"];
  CHECK(step["properties"]["task"]["anyOf"][0]["enum"] == Json::array({"http", "collect-fortio-metrics"}));
  CHECK(step["properties"]["task"]["anyOf"][1]["pattern"] == "^x-");
  CHECK(step["allOf"][0]["then"]["properties"]["with"]["type"] == "object");
}

TEST_CASE("a type is told in a few words, nested fields below theirs") {
  const Schema list{.type = Schema::Type::list,
                    .choices = {},
                    .inner = {object_with({{.name = "lower",
                                            .aliases = {},
                                            .doc = "First status",
                                            .fallback = "",
                                            .required = false,
                                            .schema = {.type = Schema::Type::integer}}})},
                    .fields = {}};
  CHECK(entrypoint::type_text(list) == "list of map");
  const std::string text = entrypoint::fields_text(object_with({{.name = "errorRanges",
                                                                 .aliases = {"ranges"},
                                                                 .doc = "Errors",
                                                                 .fallback = "",
                                                                 .required = true,
                                                                 .schema = list}}));
  CHECK(text ==
        "  errorRanges  (list of map, required)\n      Errors\n      also: ranges\n      lower  (whole "
        "number)\n"
        "          First status\n");
}
