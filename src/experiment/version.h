#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/value/value.h"

namespace iter8::experiment {

/// One version of the application under test. The first of an experiment is the baseline.
struct Version {
  std::string name;           // unique; its number ("0", "1", …) where the file gives none
  config::Value::Map values;  // every key of the file, `name` included; what templates see as .version

  const config::Value* find(std::string_view key) const;
};

/// The versions of the file or, if it names none, `count` versions (at least one) named by their numbers.
std::vector<Version> versions_or_numbered(const std::vector<Version>& versions, std::size_t count);

/// The traffic split that the file states: the `weight` of every version, whole numbers from 0 that sum to
/// 100. Empty when it states none.
std::vector<int> initial_traffic(const std::vector<Version>& versions);

/// The index of the version that `name_or_number` refers to: by name, otherwise by number from 0.
std::optional<std::size_t> find_version(const std::vector<std::string>& names,
                                        std::string_view name_or_number);

}  // namespace iter8::experiment
