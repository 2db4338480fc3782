#include "experiment/version.h"

#include <algorithm>
#include <cmath>

#include "base/number.h"

namespace iter8::experiment {

const config::Value* Version::find(std::string_view key) const {
  for (const auto& [name_of_value, value] : values)
    if (name_of_value == key) return &value;
  return nullptr;
}

std::vector<Version> versions_or_numbered(const std::vector<Version>& versions, std::size_t count) {
  if (!versions.empty()) return versions;
  std::vector<Version> numbered;
  for (std::size_t i = 0; i < std::max<std::size_t>(1, count); ++i) {
    const std::string name = std::to_string(i);
    numbered.push_back({.name = name, .values = {{"name", config::Value(name)}}});
  }
  return numbered;
}

std::vector<int> initial_traffic(const std::vector<Version>& versions) {
  std::vector<int> traffic;
  int sum = 0;
  for (const Version& version : versions) {
    const config::Value* weight = version.find("weight");
    const std::optional<double> number = weight ? weight->number() : std::nullopt;
    if (!number || *number < 0 || *number > 100 || *number != std::floor(*number)) return {};
    traffic.push_back(static_cast<int>(*number));
    sum += traffic.back();
  }
  return sum == 100 ? traffic : std::vector<int>{};
}

std::optional<std::size_t> find_version(const std::vector<std::string>& names,
                                        std::string_view name_or_number) {
  const auto named = std::find(names.begin(), names.end(), name_or_number);
  if (named != names.end()) return static_cast<std::size_t>(named - names.begin());

  const std::optional<long long> number = base::parse_integer(name_or_number);
  if (!number || *number < 0 || static_cast<std::size_t>(*number) >= names.size()) return std::nullopt;
  return static_cast<std::size_t>(*number);
}

}  // namespace iter8::experiment
