#pragma once

#include <optional>
#include <string>
#include <vector>

#include "config/located.h"
#include "tasks/assess/options.h"

namespace iter8::tasks {

/// What an assess task judges by: all spellings of its options brought together, metrics under canonical
/// names.
struct Criteria {
  std::vector<ObjectiveOptions> objectives;
  std::vector<RewardOptions> rewards;  // the first one decides
  std::vector<config::Located<std::string>> indicators;
  std::optional<config::Located<std::string>> request_count;
  std::optional<Pattern> pattern;
  std::optional<NoData> no_data;
};

Criteria criteria_of(const AssessOptions& options);

}  // namespace iter8::tasks
