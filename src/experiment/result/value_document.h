#pragma once

#include <vector>

#include <nlohmann/json.hpp>

#include "config/value/value.h"
#include "experiment/version.h"

namespace iter8::experiment {

/// The same value as JSON; maps keep their order.
nlohmann::ordered_json to_json(const config::Value& value);

/// The same document as a value for templates; maps keep their order. The inverse of to_json.
config::Value to_value(const nlohmann::ordered_json& document);

/// The versions with all their values, `[{"name": …, …}]`: what scripts and plugins receive.
nlohmann::ordered_json to_json(const std::vector<Version>& versions);

}  // namespace iter8::experiment
