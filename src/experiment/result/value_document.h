#pragma once

#include <vector>

#include <nlohmann/json.hpp>

#include "config/value/value.h"
#include "experiment/version.h"

namespace iter8::experiment {

/// The same value as JSON; maps keep their order.
nlohmann::ordered_json to_json(const config::Value& value);

/// The versions with all their values, `[{"name": …, …}]`: what scripts and plugins receive.
nlohmann::ordered_json to_json(const std::vector<Version>& versions);

}  // namespace iter8::experiment
