#pragma once

#include <string>
#include <utility>
#include <vector>

#include "config/yaml/node.h"

namespace iter8::experiment {

/// Applies each `--set PATH=VALUE` to a document. A path is written as `a.b[0].c`, with a backslash before a
/// dot or bracket that is part of a key. Missing maps, lists and keys are created; an index equal to a list's
/// length appends to it. In a file that is a bare list, `tasks[0]` means its first entry. A value has the
/// type it would have in YAML without quotes. Throws base::UsageError for a path that does not fit the
/// document.
void apply_overrides(config::Node& document,
                     const std::vector<std::pair<std::string, std::string>>& overrides);

}  // namespace iter8::experiment
