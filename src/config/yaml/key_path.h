#pragma once

#include <string>

#include "config/yaml/node.h"

namespace iter8::config {

/// Where in the document a position is, as `--set` writes paths: "tasks[0].with.qps", with a backslash before
/// a dot or bracket that is part of a key. Empty for the whole document and for a position that is nowhere.
std::string key_path(const Node& document, Position position);

}  // namespace iter8::config
