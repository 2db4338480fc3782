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

/// The versions of the file; where it names none, `count` of them (at least one) that go by their numbers.
std::vector<Version> versions_or_numbered(const std::vector<Version>& versions, std::size_t count);

/// The traffic split that the file gives: `weight` of every version, whole numbers from 0 that sum to 100.
/// Empty when it gives none.
std::vector<int> initial_traffic(const std::vector<Version>& versions);

/// The index of the version that `name_or_number` means: a name first, else a number from 0.
std::optional<std::size_t> find_version(const std::vector<std::string>& names,
                                        std::string_view name_or_number);

}  // namespace iter8::experiment
