#include "base/environment.h"

#include <string_view>

#include <unistd.h>

namespace iter8::base {

Environment Environment::of_process() {
  Environment environment;
  for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
    const std::string_view text(*entry);
    const std::size_t equals = text.find('=');
    if (equals == std::string_view::npos || equals == 0) continue;
    environment.variables_.emplace(text.substr(0, equals), text.substr(equals + 1));
  }
  return environment;
}

std::optional<std::string> Environment::get(const std::string& name) const {
  const auto found = variables_.find(name);
  if (found == variables_.end()) return std::nullopt;
  return found->second;
}

bool Environment::has(const std::string& name) const {
  const auto found = variables_.find(name);
  return found != variables_.end() && !found->second.empty();
}

std::vector<std::string> Environment::entries() const {
  std::vector<std::string> list;
  list.reserve(variables_.size());
  for (const auto& [name, value] : variables_) list.push_back(name + "=" + value);
  return list;
}

std::vector<std::string> Environment::names() const {
  std::vector<std::string> list;
  list.reserve(variables_.size());
  for (const auto& [name, value] : variables_) list.push_back(name);
  return list;
}

}  // namespace iter8::base
