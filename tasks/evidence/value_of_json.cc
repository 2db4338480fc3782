#include "tasks/evidence/value_of_json.h"

namespace iter8::tasks {

using config::Value;

Value value_of(const experiment::Json& document) {
  if (document.is_boolean()) return document.get<bool>();
  if (document.is_number_integer()) return document.get<std::int64_t>();
  if (document.is_number()) return document.get<double>();
  if (document.is_string()) return document.get<std::string>();
  if (document.is_array()) {
    Value::List list;
    for (const experiment::Json& item : document) list.push_back(value_of(item));
    return list;
  }
  if (document.is_object()) {
    Value::Map map;
    for (const auto& [key, item] : document.items()) map.emplace_back(key, value_of(item));
    return map;
  }
  return {};
}

}  // namespace iter8::tasks
