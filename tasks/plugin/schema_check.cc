#include "tasks/plugin/schema_check.h"

#include <algorithm>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "base/number.h"
#include "base/text.h"
#include "config/value/value.h"
#include "experiment/result/value_document.h"

namespace iter8::tasks::plugin {

namespace {

using config::Node;
using config::Problems;
using Json = nlohmann::ordered_json;

/// `value` of a keyword when it has the type that the keyword asks for.
const Json* keyword(const Json& schema, const char* name) {
  if (!schema.is_object()) return nullptr;
  const auto found = schema.find(name);
  return found == schema.end() ? nullptr : &*found;
}

bool is_of_type(const Node& node, const std::string& type) {
  if (type == "object") return node.kind == Node::Kind::map;
  if (type == "array") return node.kind == Node::Kind::sequence;
  if (type == "null") return node.kind == Node::Kind::null;
  if (node.kind != Node::Kind::scalar) return false;
  const config::Value value = config::to_value(node);
  if (type == "string") return value.text() != nullptr;
  if (type == "boolean") return value.boolean() != nullptr;
  if (type == "integer") return value.integer() != nullptr;
  return type == "number" && value.number().has_value();
}

std::vector<std::string> types_of(const Json& schema) {
  std::vector<std::string> types;
  const Json* type = keyword(schema, "type");
  if (type && type->is_string()) types.push_back(type->get<std::string>());
  if (type && type->is_array())
    for (const Json& item : *type)
      if (item.is_string()) types.push_back(item.get<std::string>());
  return types;
}

/// False after reporting, as nothing below a value of the wrong type can be judged.
bool check_type(const Json& schema, const Node& node, Problems& problems) {
  const std::vector<std::string> types = types_of(schema);
  if (types.empty() ||
      std::any_of(types.begin(), types.end(), [&](const auto& type) { return is_of_type(node, type); }))
    return true;
  problems.error(node.position,
                 fmt::format("expected {}, found {}", base::join(types, " or "), node.described()));
  return false;
}

void check_enum(const Json& schema, const Node& node, Problems& problems) {
  const Json* choices = keyword(schema, "enum");
  if (!choices || !choices->is_array()) return;
  const Json value = experiment::to_json(config::to_value(node));
  if (std::find(choices->begin(), choices->end(), value) != choices->end()) return;
  std::vector<std::string> words;
  for (const Json& choice : *choices)
    words.push_back(choice.is_string() ? choice.get<std::string>() : choice.dump());
  problems.error(node.position, fmt::format("expected one of {}, found {}{}", base::join(words, ", "),
                                            node.described(), base::suggestion(node.text, words)));
}

void check_range(const Json& schema, const Node& node, Problems& problems) {
  const auto value = config::to_value(node).number();
  const Json* least = keyword(schema, "minimum");
  const Json* most = keyword(schema, "maximum");
  if (value && least && least->is_number() && *value < least->get<double>())
    problems.error(node.position,
                   fmt::format("must be at least {}, found {}", least->dump(), node.described()));
  if (value && most && most->is_number() && *value > most->get<double>())
    problems.error(node.position,
                   fmt::format("must be at most {}, found {}", most->dump(), node.described()));
}

void check_items(const Json& schema, const Node& node, Problems& problems) {
  const Json* items = keyword(schema, "items");
  if (!items || !items->is_object()) return;
  for (const Node& item : node.items) check_schema(*items, item, problems);
}

void check_required(const Json& schema, const Node& node, Problems& problems) {
  const Json* required = keyword(schema, "required");
  if (!required || !required->is_array()) return;
  for (const Json& key : *required)
    if (key.is_string() && !node.find(key.get<std::string>()))
      problems.error(node.position, "missing key '" + key.get<std::string>() + "'");
}

void check_properties(const Json& schema, const Node& node, Problems& problems) {
  static const Json none = Json::object();
  const Json* given = keyword(schema, "properties");
  const Json& properties = given && given->is_object() ? *given : none;
  const Json* others = keyword(schema, "additionalProperties");
  std::vector<std::string> names;
  for (const auto& [name, property] : properties.items()) names.push_back(name);

  for (const Node::Entry& entry : node.entries) {
    const auto property = properties.find(entry.key);
    if (property != properties.end()) {
      check_schema(*property, entry.value, problems);
    } else if (others && others->is_object()) {
      check_schema(*others, entry.value, problems);
    } else if (others && others->is_boolean() && !others->get<bool>()) {
      problems.objection(entry.position,
                         fmt::format("unknown key '{}', expected one of {}{}", base::printable(entry.key),
                                     base::join(names, ", "), base::suggestion(entry.key, names)));
    }
  }
}

}  // namespace

void check_schema(const Json& schema, const Node& node, Problems& problems) {
  if (!check_type(schema, node, problems)) return;
  check_enum(schema, node, problems);
  switch (node.kind) {
    case Node::Kind::map:
      check_required(schema, node, problems);
      check_properties(schema, node, problems);
      break;
    case Node::Kind::sequence:
      check_items(schema, node, problems);
      break;
    case Node::Kind::scalar:
      check_range(schema, node, problems);
      break;
    case Node::Kind::null:
      break;
  }
}

}  // namespace iter8::tasks::plugin
