#pragma once

#include <string>
#include <utility>
#include <vector>

#include "config/yaml/node.h"

namespace iter8::experiment {

/// Applies `--set PATH=VALUE` to a document: `a.b[0].c`, a backslash before a dot or bracket that belongs to
/// a key. What is missing on the way is created; a list grows by one at its end. In a file that is a bare
/// list, `tasks[0]` means its first entry. A value is what it would be in YAML without quotes. Throws
/// base::UsageError for a path that does not fit the document.
void apply_overrides(config::Node& document,
                     const std::vector<std::pair<std::string, std::string>>& overrides);

}  // namespace iter8::experiment
