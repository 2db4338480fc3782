#include "experiment/catalog.h"

#include <algorithm>

namespace iter8::experiment {

const TaskKind* Catalog::find(std::string_view name) const {
  for (const TaskKind& kind : kinds) {
    if (kind.name == name) return &kind;
    if (std::find(kind.aliases.begin(), kind.aliases.end(), name) != kind.aliases.end()) return &kind;
  }
  return nullptr;
}

std::vector<std::string> Catalog::names() const {
  std::vector<std::string> names;
  for (const TaskKind& kind : kinds) {
    names.push_back(kind.name);
    names.insert(names.end(), kind.aliases.begin(), kind.aliases.end());
  }
  return names;
}

}  // namespace iter8::experiment
