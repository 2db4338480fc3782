#include "experiment/result/value_document.h"

namespace iter8::experiment {

using Json = nlohmann::ordered_json;

Json to_json(const config::Value& value) {
  if (const bool* boolean = value.boolean()) return *boolean;
  if (const std::int64_t* integer = value.integer()) return *integer;
  if (const double* real = value.real()) return *real;
  if (const std::string* text = value.text()) return *text;
  if (const config::Value::List* list = value.list()) {
    Json array = Json::array();
    for (const config::Value& item : *list) array.push_back(to_json(item));
    return array;
  }
  if (const config::Value::Map* map = value.map()) {
    Json object = Json::object();
    for (const auto& [key, item] : *map) object[key] = to_json(item);
    return object;
  }
  return nullptr;
}

config::Value to_value(const Json& document) {
  if (document.is_boolean()) return document.get<bool>();
  if (document.is_number_integer()) return document.get<std::int64_t>();
  if (document.is_number()) return document.get<double>();
  if (document.is_string()) return document.get<std::string>();
  if (document.is_array()) {
    config::Value::List list;
    for (const Json& item : document) list.push_back(to_value(item));
    return list;
  }
  if (document.is_object()) {
    config::Value::Map map;
    for (const auto& [key, item] : document.items()) map.emplace_back(key, to_value(item));
    return map;
  }
  return {};
}

Json to_json(const std::vector<Version>& versions) {
  Json array = Json::array();
  for (const Version& version : versions) {
    Json object = to_json(config::Value(version.values));
    if (!object.contains("name")) object["name"] = version.name;
    array.push_back(std::move(object));
  }
  return array;
}

}  // namespace iter8::experiment
