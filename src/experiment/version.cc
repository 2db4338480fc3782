#include "experiment/version.h"

#include <algorithm>

#include "base/number.h"

namespace iter8::experiment {

const config::Value* Version::find(std::string_view key) const {
  for (const auto& [name_of_value, value] : values)
    if (name_of_value == key) return &value;
  return nullptr;
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
