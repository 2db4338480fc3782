#pragma once

#include <optional>
#include <string>
#include <vector>

#include "config/options/located.h"
#include "tasks/assess/options.h"

namespace iter8::tasks::assess {

/// What an assess task judges by: all spellings of its options brought together, metrics under canonical
/// names.
struct Criteria {
  std::vector<ObjectiveOptions> objectives;
  std::vector<RewardOptions> rewards;  // the first one decides
  std::vector<config::Located<std::string>> indicators;
  std::optional<config::Located<std::string>> request_count;
  std::optional<Pattern> pattern;
  std::optional<NoData> no_data;
  std::optional<EvidenceMode> evidence;  // nothing: by the number of looks
  Alpha alpha;
  OnInconclusive on_inconclusive = OnInconclusive::fail;
  std::int64_t min_samples = 0;
  std::optional<double> stop_on_loss;
  bool cutoff_on_violation = true;
  std::optional<ScoreOptions> score;
  std::string history;  // path as given; empty = none
};

Criteria criteria_of(const AssessOptions& options);

}  // namespace iter8::tasks::assess
