#include "entrypoint/json_schema.h"

#include "experiment/file/file_format.h"

namespace iter8::entrypoint {

namespace {

using config::FieldDoc;
using config::Schema;
using Json = nlohmann::ordered_json;
using Type = Schema::Type;

/// Whether a place is below `versions` or `with`, where references to the environment are replaced.
enum class References { replaced, left };

Json schema_of(const Schema& schema, References references);

/// Where references are replaced, one may stand for a number or a boolean, too.
Json or_reference(Json schema, References references) {
  if (references == References::left) return schema;
  return {{"anyOf", Json::array({std::move(schema), Json{{"type", "string"}, {"pattern", "\\$\\{.+\\}"}}})}};
}

/// A text of this form, or with references from which it is made.
Json text_schema(const std::string& pattern, References references) {
  const std::string whole = "^(" + pattern + ")$";
  return {{"type", "string"}, {"pattern", references == References::left ? whole : whole + "|\\$\\{.+\\}"}};
}

/// As base::parse_duration() reads it; a bare number has no unit, so that only 0 is one.
Json duration_schema(References references) {
  return {{"anyOf", Json::array({Json{{"const", 0}},
                                 text_schema("[-+]?(0|(([0-9]+\\.?[0-9]*|\\.[0-9]+)(ns|us|µs|μs|ms|s|m|h))+)",
                                             references)})}};
}

Json alternatives(const std::vector<Schema>& schemas, References references) {
  Json list = Json::array();
  for (const Schema& schema : schemas) list.push_back(schema_of(schema, references));
  if (list.empty()) return true;
  return list.size() == 1 ? list[0] : Json{{"anyOf", list}};
}

Json property(const FieldDoc& field, References references) {
  Json schema = schema_of(field.schema, references);
  if (!schema.is_object()) schema = Json::object();
  schema["description"] = field.doc;
  if (!field.fallback.empty()) schema["default"] = field.fallback;
  return schema;
}

Json object_schema(const std::vector<FieldDoc>& fields, References references) {
  Json properties = Json::object();
  Json required = Json::array();
  for (const FieldDoc& field : fields) {
    properties[field.name] = property(field, references);
    for (const std::string& alias : field.aliases) properties[alias] = property(field, references);
    // `required` cannot express that one of several spellings must be present; loading checks that.
    if (field.required && field.aliases.empty()) required.push_back(field.name);
  }
  Json schema{{"type", "object"}, {"properties", std::move(properties)}, {"additionalProperties", false}};
  if (!required.empty()) schema["required"] = std::move(required);
  return schema;
}

Json schema_of(const Schema& schema, References references) {
  switch (schema.type) {
    case Type::any:
      return true;
    case Type::boolean:
      return or_reference({{"type", "boolean"}}, references);
    case Type::integer:
      return or_reference({{"type", "integer"}}, references);
    case Type::number:
      return or_reference({{"type", "number"}}, references);
    case Type::text:
      if (!schema.pattern.empty()) return text_schema(schema.pattern, references);
      return {{"type", Json::array({"string", "number", "boolean"})}};
    case Type::choice:
      return or_reference({{"enum", schema.choices}}, references);
    case Type::duration:
      return duration_schema(references);
    case Type::list:
      return {{"type", "array"}, {"items", alternatives(schema.inner, references)}};
    case Type::map:
      return {{"type", "object"}, {"additionalProperties", alternatives(schema.inner, references)}};
    case Type::object:
      return object_schema(schema.fields, references);
    case Type::one_of:
      break;
  }
  return alternatives(schema.inner, references);
}

/// What `with` may hold: the options of today, and those that only older files have.
Json options_schema(const experiment::TaskKind& kind) {
  Json schema = json_schema(kind.options);
  if (!kind.older_options) return schema;
  const Json older = json_schema(*kind.older_options);
  for (const auto& [name, property] : older["properties"].items()) {
    if (schema["properties"].contains(name)) continue;
    schema["properties"][name] = property;
    schema["properties"][name]["deprecated"] = true;
  }
  return schema;
}

Json step_schema(const experiment::Catalog& catalog) {
  Json step = object_schema(experiment::step_fields().docs(), References::left);
  Json names = Json::array();
  Json rules = Json::array();
  for (const experiment::TaskKind& kind : catalog.kinds) {
    Json own = Json::array({kind.name});
    for (const std::string& alias : kind.aliases) own.push_back(alias);
    for (const Json& name : own) names.push_back(name);
    Json is_kind{{"properties", {{"task", {{"enum", own}}}}}, {"required", Json::array({"task"})}};
    rules.push_back(
        {{"if", std::move(is_kind)}, {"then", {{"properties", {{"with", options_schema(kind)}}}}}});
  }
  step["properties"]["task"] = {
      {"description", "Name of the task"},
      {"anyOf", Json::array({Json{{"enum", names}}, Json{{"type", "string"}, {"pattern", "^x-"}}})}};
  step["properties"]["run"] = {{"type", "string"}, {"description", "A shell script, instead of a task"}};
  step["properties"]["if"] = {{"type", Json::array({"string", "boolean"})},
                              {"description", "Condition; the task is skipped when it is false"}};
  step["anyOf"] =
      Json::array({Json{{"required", Json::array({"task"})}}, Json{{"required", Json::array({"run"})}}});
  step["allOf"] = std::move(rules);
  return step;
}

Json experiment_schema() {
  Json schema = object_schema(experiment::file_fields().docs(), References::left);
  Json& properties = schema["properties"];
  for (const char* section : {"setup", "tasks", "finally", "spec"})
    properties[section] = {{"$ref", "#/$defs/steps"}, {"description", properties[section]["description"]}};
  properties["tasks"]["minItems"] = 1;
  properties["loop"] = object_schema(experiment::loop_fields().docs(), References::left);
  properties["metadata"] = object_schema(experiment::metadata_fields().docs(), References::left);
  schema["patternProperties"] = {{"^x-", {{"description", "The author's own: a place for anchors"}}}};
  const Json named{{"type", "object"}, {"required", Json::array({"name"})}};
  properties["versions"] = {{"description", properties["versions"]["description"]},
                            {"type", "array"},
                            {"minItems", 1},
                            {"items", {{"anyOf", Json::array({Json{{"type", "string"}}, named})}}}};
  schema["anyOf"] =
      Json::array({Json{{"required", Json::array({"tasks"})}}, Json{{"required", Json::array({"spec"})}}});
  return schema;
}

}  // namespace

Json json_schema(const Schema& schema) {
  return schema_of(schema, References::replaced);
}

Json json_schema(const experiment::Catalog& catalog) {
  return {{"$schema", "https://json-schema.org/draft/2020-12/schema"},
          {"title", "iter8 experiment"},
          {"anyOf", Json::array({Json{{"$ref", "#/$defs/experiment"}},
                                 Json{{"$ref", "#/$defs/steps"}, {"minItems", 1}}})},
          {"$defs",
           {{"experiment", experiment_schema()},
            {"steps", {{"type", "array"}, {"items", {{"$ref", "#/$defs/step"}}}}},
            {"step", step_schema(catalog)}}}};
}

}  // namespace iter8::entrypoint
