#pragma once

#include <string_view>

#include "config/yaml/node.h"
#include "config/yaml/problems.h"

namespace iter8::experiment {

/// Reports, once and without a word of its content, a file of another kind: nothing in it is, or nearly is, a
/// key or an entry of an experiment. False then.
bool check_shape(const config::Node& root, config::Problems& problems);

/// Whether what is wrong with a text that is not valid YAML is of use to somebody: it may have been meant as
/// an experiment, or it is empty, too long or holds bytes that are not text.
bool resembles_experiment(std::string_view text);

/// The problem of a file of another kind.
void report_other_kind(config::Problems& problems);

/// The document without the keys at its top that are the author's own (x-…): places for anchors.
config::Node without_own_keys(const config::Node& root);

}  // namespace iter8::experiment
