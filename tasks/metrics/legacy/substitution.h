#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace iter8::tasks::metrics::legacy {

using Substitutes = std::vector<std::pair<std::string, std::string>>;

/// `$name` and `${name}` replaced; `$$` is a dollar, and what has no substitute stays as it is.
std::string substitute(std::string_view text, const Substitutes& substitutes);

}  // namespace iter8::tasks::metrics::legacy
