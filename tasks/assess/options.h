#pragma once

#include <array>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "config/options/fields.h"
#include "config/options/located.h"
#include "experiment/assessment.h"
#include "verdict/criteria.h"

namespace iter8::tasks::assess {

using verdict::ObjectiveOptions;
using verdict::RewardOptions;

/// The objectives in any of their spellings: [{metric, upper, lower}], [{metric, upperLimit, lowerLimit}] or
/// {upper: [{metric, limit}], lower: [{metric, limit}]}.
struct ObjectiveList {
  std::vector<ObjectiveOptions> items;
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

/// The `with` of an assess task, as written; criteria_of() makes of it what the task works with.
struct AssessOptions {
  ObjectiveList slos;
  std::optional<RewardOptions> reward;
  RewardList rewards;
  CriteriaOptions criteria;
  std::optional<verdict::Pattern> pattern;
  std::vector<config::Located<std::string>> indicators;
  std::optional<verdict::EvidenceMode> evidence;
  verdict::Alpha alpha;
  verdict::OnInconclusive on_inconclusive = verdict::OnInconclusive::fail;
  std::optional<verdict::NoData> no_data;
  std::int64_t min_samples = 0;
  std::optional<base::Duration> stall;
  std::optional<double> stop_on_loss;
  bool cutoff_on_violation = true;
  bool judge_baseline = false;
  std::optional<verdict::ScoreOptions> score;
  std::optional<config::Located<std::string>> history;
};

const config::Fields<CriteriaOptions>& fields_of(const CriteriaOptions*);
const config::Fields<AssessOptions>& fields_of(const AssessOptions*);

/// All spellings brought together, metrics under canonical names.
verdict::Criteria criteria_of(const AssessOptions& options);

}  // namespace iter8::tasks::assess

namespace iter8::verdict {

// The field tables of the criteria stand here, beside those of the other options; argument lookup finds them
// by the criteria's namespace.
const config::Fields<ObjectiveOptions>& fields_of(const ObjectiveOptions*);
const config::Fields<RewardOptions>& fields_of(const RewardOptions*);
const config::Fields<ScoreOptions>& fields_of(const ScoreOptions*);

}  // namespace iter8::verdict

namespace iter8::config {

template <>
struct Choices<verdict::Pattern> {
  static constexpr std::array names{
      std::pair{"canary", verdict::Pattern::canary}, std::pair{"ab", verdict::Pattern::ab},
      std::pair{"abn", verdict::Pattern::abn},       std::pair{"conformance", verdict::Pattern::conformance},
      std::pair{"Canary", verdict::Pattern::canary}, std::pair{"A/B", verdict::Pattern::ab},
      std::pair{"A/B/N", verdict::Pattern::abn},     std::pair{"Conformance", verdict::Pattern::conformance},
  };
};

template <>
struct Choices<verdict::NoData> {
  static constexpr std::array names{std::pair{"fail", verdict::NoData::fail},
                                    std::pair{"inconclusive", verdict::NoData::inconclusive},
                                    std::pair{"pass", verdict::NoData::pass}};
};

template <>
struct Choices<verdict::EvidenceMode> {
  static constexpr std::array names{std::pair{"point", verdict::EvidenceMode::point},
                                    std::pair{"fixed", verdict::EvidenceMode::fixed},
                                    std::pair{"anytime", verdict::EvidenceMode::anytime},
                                    std::pair{"hybrid", verdict::EvidenceMode::hybrid}};
};

template <>
struct Choices<verdict::OnInconclusive> {
  static constexpr std::array names{std::pair{"fail", verdict::OnInconclusive::fail},
                                    std::pair{"pass", verdict::OnInconclusive::pass},
                                    std::pair{"point", verdict::OnInconclusive::point}};
};

template <>
struct Codec<verdict::Limit> {
  static Schema schema();
  static bool read(const Node& node, Problems& problems, verdict::Limit& limit);
  static std::string written(const verdict::Limit& limit) { return verdict::to_text(limit); }
};

/// A number for both, or {pass: …, fail: …}.
template <>
struct Codec<verdict::Alpha> {
  static Schema schema();
  static bool read(const Node& node, Problems& problems, verdict::Alpha& alpha);
  static std::string written(const verdict::Alpha& alpha) { return base::shortest(alpha.pass); }
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
