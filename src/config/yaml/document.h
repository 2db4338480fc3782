#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include "config/yaml/node.h"
#include "config/yaml/problems.h"

namespace iter8::config {

/// What a document may cost at most, so that a YAML bomb is an error and not a hang.
struct DocumentLimits {
  std::size_t bytes = 4 * 1024 * 1024;
  std::size_t nodes = 200'000;  // after aliases are expanded
  std::size_t depth = 64;
};

/// Reads one YAML document (JSON is YAML). Aliases are expanded, merge keys (<<) are applied, duplicate keys,
/// a second document, unknown tags and anything over the limits are problems. Nothing when there was an
/// error.
std::optional<Node> parse_document(std::string_view yaml, Problems& problems,
                                   const DocumentLimits& limits = {});

}  // namespace iter8::config
