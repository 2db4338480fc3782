#pragma once

#include <array>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "config/options/fields.h"
#include "config/options/located.h"
#include "experiment/assessment.h"
#include "tasks/assess/limit.h"

namespace iter8::tasks::assess {

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

}  // namespace iter8::tasks::assess

namespace iter8::config {

template <>
struct Choices<tasks::assess::Pattern> {
  static constexpr std::array names{
      std::pair{"canary", tasks::assess::Pattern::canary},
      std::pair{"ab", tasks::assess::Pattern::ab},
      std::pair{"abn", tasks::assess::Pattern::abn},
      std::pair{"conformance", tasks::assess::Pattern::conformance},
      std::pair{"Canary", tasks::assess::Pattern::canary},
      std::pair{"A/B", tasks::assess::Pattern::ab},
      std::pair{"A/B/N", tasks::assess::Pattern::abn},
      std::pair{"Conformance", tasks::assess::Pattern::conformance},
  };
};

template <>
struct Choices<tasks::assess::NoData> {
  static constexpr std::array names{std::pair{"fail", tasks::assess::NoData::fail},
                                    std::pair{"inconclusive", tasks::assess::NoData::inconclusive},
                                    std::pair{"pass", tasks::assess::NoData::pass}};
};

template <>
struct Choices<tasks::assess::EvidenceMode> {
  static constexpr std::array names{std::pair{"point", tasks::assess::EvidenceMode::point},
                                    std::pair{"fixed", tasks::assess::EvidenceMode::fixed},
                                    std::pair{"anytime", tasks::assess::EvidenceMode::anytime},
                                    std::pair{"hybrid", tasks::assess::EvidenceMode::hybrid}};
};

template <>
struct Choices<tasks::assess::OnInconclusive> {
  static constexpr std::array names{std::pair{"fail", tasks::assess::OnInconclusive::fail},
                                    std::pair{"pass", tasks::assess::OnInconclusive::pass},
                                    std::pair{"point", tasks::assess::OnInconclusive::point}};
};

/// A number for both, or {pass: …, fail: …}.
template <>
struct Codec<tasks::assess::Alpha> {
  static Schema schema();
  static bool read(const Node& node, Problems& problems, tasks::assess::Alpha& alpha);
  static std::string written(const tasks::assess::Alpha& alpha) { return base::shortest(alpha.pass); }
};

template <>
struct Choices<experiment::Direction> {
  static constexpr std::array names{
      std::pair{"high", experiment::Direction::high}, std::pair{"low", experiment::Direction::low},
      std::pair{"High", experiment::Direction::high}, std::pair{"Low", experiment::Direction::low}};
};

template <>
struct Codec<tasks::assess::ObjectiveList> {
  static Schema schema();
  static bool read(const Node& node, Problems& problems, tasks::assess::ObjectiveList& list);
  static std::string written(const tasks::assess::ObjectiveList&) { return {}; }
};

template <>
struct Codec<tasks::assess::RewardList> {
  static Schema schema();
  static bool read(const Node& node, Problems& problems, tasks::assess::RewardList& list);
  static std::string written(const tasks::assess::RewardList&) { return {}; }
};

}  // namespace iter8::config
