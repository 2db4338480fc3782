#pragma once

#include <optional>
#include <string>
#include <vector>

#include "config/options/fields.h"
#include "config/options/located.h"

namespace iter8::tasks::assess {

/// A metric's name, provider/name.
config::Check<config::Located<std::string>> metric_name();
config::Check<std::optional<config::Located<std::string>>> metric_name_if_given();
config::Check<std::vector<config::Located<std::string>>> metric_names();

/// A share or a probability that is neither 0 nor 1.
config::Check<double> proper_share();

}  // namespace iter8::tasks::assess
