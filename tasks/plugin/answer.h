#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "experiment/task.h"

namespace iter8::tasks::plugin {

/// What a plugin wrote on standard output (protocol 1), read strictly: an unknown key or kind, a missing key,
/// a number out of its range or the name of an unknown version throws base::Error saying where
/// ("metrics[2].kind: …"). Metrics get the full name `plugin`/name.
experiment::Outcome parse_answer(std::string_view text, const std::string& plugin,
                                 const std::vector<std::string>& versions);

}  // namespace iter8::tasks::plugin
