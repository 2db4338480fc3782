#pragma once

#include <vector>

#include "config/yaml/node.h"
#include "config/yaml/problems.h"
#include "experiment/version.h"

namespace iter8::experiment {

/// The entries of `versions`: maps with a unique name, or bare names. Reports every problem; the list holds
/// what could be read.
std::vector<Version> read_versions(const config::Node& list, config::Problems& problems);

/// Versions named by their numbers, for a file that names none.
std::vector<Version> numbered_versions(std::size_t count);

}  // namespace iter8::experiment
