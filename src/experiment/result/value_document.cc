#include "experiment/result/value_document.h"

#include "config/value/json_text.h"

namespace iter8::experiment {

using Json = nlohmann::ordered_json;

Json to_json(const config::Value& value) {
  return config::json_of(value);
}

config::Value to_value(const Json& document) {
  return config::value_of(document);
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
