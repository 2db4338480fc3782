#pragma once

#include <array>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "config/fields.h"
#include "config/located.h"
#include "experiment/assessment.h"
#include "tasks/assess/limit.h"

namespace iter8::tasks {

/// How a winner is found; see winner.h.
enum class Pattern { canary, ab, abn, conformance };

/// What an objective comes to for a version that has no value of its metric.
enum class NoData { fail, inconclusive, pass };

/// How sure a verdict must be. point compares bare numbers; fixed is exact for one planned look; anytime
/// holds at every look; hybrid does too and uses up what is left at the last declared look.
/// docs/decisions.md.
enum class EvidenceMode { point, fixed, anytime, hybrid };
std::string_view to_text(EvidenceMode mode);

/// What an undecided objective comes to at the last look: nothing changes (gates count it as not passed and
/// exit with a code of its own), it passes, or the bare numbers are compared.
enum class OnInconclusive { fail, pass, point };

/// Accepted probabilities of a wrong pass and of a wrong fail.
struct Alpha {
  double pass = 0.05;
  double fail = 0.05;
};

/// Percent of the weighted objectives that make a pass, and a warning (inconclusive) instead of a fail.
struct ScoreOptions {
  double pass = 90;
  double warning = 75;
};

/// One objective of the file.
struct ObjectiveOptions {
  config::Located<std::string> metric;
  std::optional<Limit> upper;
  std::optional<Limit> lower;
  std::optional<config::Located<std::string>> relative_to;  // a version, or "previous"
  std::optional<double> confidence;
  std::optional<EvidenceMode> evidence;
  std::optional<NoData> no_data;
  double weight = 1;
  bool key = false;
  bool gate = true;
};

/// The objectives in any of their spellings: [{metric, upper, lower}], [{metric, upperLimit, lowerLimit}] or
/// {upper: [{metric, limit}], lower: [{metric, limit}]}.
struct ObjectiveList {
  std::vector<ObjectiveOptions> items;
};

/// One business metric that versions compete in.
struct RewardOptions {
  config::Located<std::string> metric;
  experiment::Direction direction = experiment::Direction::high;
  std::optional<double> mde;  // smallest effect of interest, as a share of the baseline
};

/// The rewards as [{metric, direction}] or {max: [metric], min: [metric]}.
struct RewardList {
  std::vector<RewardOptions> items;
};

/// The older `criteria` block.
struct CriteriaOptions {
  std::optional<config::Located<std::string>> request_count;
  ObjectiveList objectives;
  RewardList rewards;
  std::vector<config::Located<std::string>> indicators;
};

/// The `with` of an assess task, as written; see Criteria for what the task works with.
struct AssessOptions {
  ObjectiveList slos;
  std::optional<RewardOptions> reward;
  RewardList rewards;
  CriteriaOptions criteria;
  std::optional<Pattern> pattern;
  std::vector<config::Located<std::string>> indicators;
  std::optional<EvidenceMode> evidence;
  Alpha alpha;
  OnInconclusive on_inconclusive = OnInconclusive::fail;
  std::optional<NoData> no_data;
  std::int64_t min_samples = 0;
  std::optional<double> stop_on_loss;  // share of the baseline's reward
  bool cutoff_on_violation = true;
  std::optional<ScoreOptions> score;
  std::optional<config::Located<std::string>> history;
};

const config::Fields<ObjectiveOptions>& fields_of(const ObjectiveOptions*);
const config::Fields<RewardOptions>& fields_of(const RewardOptions*);
const config::Fields<CriteriaOptions>& fields_of(const CriteriaOptions*);
const config::Fields<ScoreOptions>& fields_of(const ScoreOptions*);
const config::Fields<AssessOptions>& fields_of(const AssessOptions*);

}  // namespace iter8::tasks

namespace iter8::config {

template <>
struct Choices<tasks::Pattern> {
  static constexpr std::array names{
      std::pair{"canary", tasks::Pattern::canary}, std::pair{"ab", tasks::Pattern::ab},
      std::pair{"abn", tasks::Pattern::abn},       std::pair{"conformance", tasks::Pattern::conformance},
      std::pair{"Canary", tasks::Pattern::canary}, std::pair{"A/B", tasks::Pattern::ab},
      std::pair{"A/B/N", tasks::Pattern::abn},     std::pair{"Conformance", tasks::Pattern::conformance},
  };
};

template <>
struct Choices<tasks::NoData> {
  static constexpr std::array names{std::pair{"fail", tasks::NoData::fail},
                                    std::pair{"inconclusive", tasks::NoData::inconclusive},
                                    std::pair{"pass", tasks::NoData::pass}};
};

template <>
struct Choices<tasks::EvidenceMode> {
  static constexpr std::array names{
      std::pair{"point", tasks::EvidenceMode::point}, std::pair{"fixed", tasks::EvidenceMode::fixed},
      std::pair{"anytime", tasks::EvidenceMode::anytime}, std::pair{"hybrid", tasks::EvidenceMode::hybrid}};
};

template <>
struct Choices<tasks::OnInconclusive> {
  static constexpr std::array names{std::pair{"fail", tasks::OnInconclusive::fail},
                                    std::pair{"pass", tasks::OnInconclusive::pass},
                                    std::pair{"point", tasks::OnInconclusive::point}};
};

/// A number for both, or {pass: …, fail: …}.
template <>
struct Codec<tasks::Alpha> {
  static Schema schema();
  static bool read(const Node& node, Problems& problems, tasks::Alpha& alpha);
  static std::string written(const tasks::Alpha& alpha) { return base::shortest(alpha.pass); }
};

template <>
struct Choices<experiment::Direction> {
  static constexpr std::array names{
      std::pair{"high", experiment::Direction::high}, std::pair{"low", experiment::Direction::low},
      std::pair{"High", experiment::Direction::high}, std::pair{"Low", experiment::Direction::low}};
};

template <>
struct Codec<tasks::ObjectiveList> {
  static Schema schema();
  static bool read(const Node& node, Problems& problems, tasks::ObjectiveList& list);
  static std::string written(const tasks::ObjectiveList&) { return {}; }
};

template <>
struct Codec<tasks::RewardList> {
  static Schema schema();
  static bool read(const Node& node, Problems& problems, tasks::RewardList& list);
  static std::string written(const tasks::RewardList&) { return {}; }
};

}  // namespace iter8::config
