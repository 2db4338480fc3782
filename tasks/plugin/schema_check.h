#pragma once

#include <nlohmann/json.hpp>

#include "config/yaml/node.h"
#include "config/yaml/problems.h"

namespace iter8::tasks::plugin {

/// Reports where `node` does not fit the JSON Schema, each problem at its own position. Understood are type,
/// properties, required, additionalProperties, enum, items, minimum and maximum; other keywords are left to
/// the plugin.
void check_schema(const nlohmann::ordered_json& schema, const config::Node& node, config::Problems& problems);

}  // namespace iter8::tasks::plugin
