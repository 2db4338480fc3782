#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "config/options/located.h"
#include "experiment/assessment.h"
#include "stats/evidence/evidence.h"
#include "verdict/limit.h"

namespace iter8::verdict {

using experiment::EvidenceMode;

/// How a winner is found; see winner.h.
enum class Pattern { canary, ab, abn, conformance };

/// What an objective comes to for a version that has no value of its metric.
enum class NoData { fail, inconclusive, pass };

/// What to do with an objective that is undecided at the last look: nothing changes (gates count it as not
/// passed and exit with a code of its own), it passes, or the bare numbers are compared.
enum class OnInconclusive { fail, pass, point };

/// Whose objectives the verdict rests on where there are two versions or more: of every one (older files), of
/// the candidates, or of the candidates with the baseline's as gates beside them. verdicts.h has the rules.
enum class Judged { every_version, candidates, candidates_and_baseline };

/// Accepted probabilities of a wrong pass and of a wrong fail, each in (0, 1).
struct Alpha {
  double pass = 0.05;
  double fail = 0.05;
};

/// Percent of the weighted objectives that make a pass, and a warning (inconclusive) instead of a fail.
struct ScoreOptions {
  double pass = 90;
  double warning = 75;
};

/// One objective: at least one of the two limits is given.
struct ObjectiveOptions {
  config::Located<std::string> metric;
  std::optional<Limit> upper;
  std::optional<Limit> lower;
  std::optional<config::Located<std::string>> relative_to;  // a version, or experiment::kPreviousRun
  std::optional<double> confidence;                         // 1 - alpha, for both sides
  std::optional<EvidenceMode> evidence;                     // nothing: that of the criteria
  std::optional<NoData> no_data;                            // nothing: that of the criteria
  std::optional<base::Duration> stall;                      // nothing: that of the criteria
  double weight = 1;                                        // in the score
  bool key = false;
  bool gate = true;
};

/// One business metric that versions compete in.
struct RewardOptions {
  config::Located<std::string> metric;
  experiment::Direction direction = experiment::Direction::high;
  std::optional<double> mde;  // smallest effect of interest, as a share of the baseline
};

/// What one assess task judges by: all spellings of its options brought together, metrics under canonical
/// names. Complete and checked before the run; never changed by it.
struct Criteria {
  std::vector<ObjectiveOptions> objectives;
  std::vector<RewardOptions> rewards;  // the first one decides
  std::vector<config::Located<std::string>> indicators;
  std::optional<config::Located<std::string>>
      request_count;                     // the metric that says how many samples there are
  std::optional<Pattern> pattern;        // nothing: by versions and rewards
  std::optional<NoData> no_data;         // nothing: error
  std::optional<EvidenceMode> evidence;  // nothing: by the number of looks
  Alpha alpha;
  OnInconclusive on_inconclusive = OnInconclusive::fail;
  std::int64_t min_samples = 0;
  /// The longest stall of a version to reckon with: in its favour, load requests within one count as one.
  std::optional<base::Duration> stall;
  std::optional<double> stop_on_loss;  // share of the baseline's reward
  bool cutoff_on_violation = true;
  Judged judged = Judged::every_version;
  std::optional<ScoreOptions> score;
  std::string history;  // path as given; empty = none
};

/// The rule of objectives and rewards that name none: as given, else anytime with a history, hybrid in a
/// loop, fixed for one look.
EvidenceMode evidence_mode(const Criteria& criteria, int iterations);

/// As the statistics name it; only for fixed, anytime and hybrid.
stats::Mode stats_mode(EvidenceMode mode);

/// Whether anything is judged by more than bare numbers, so that looks and what they saw must be kept.
bool uses_evidence(const Criteria& criteria, int iterations);

/// As given, else by the number of versions and whether there is a reward.
Pattern pattern_of(const Criteria& criteria, std::size_t versions);
std::string_view to_text(Pattern pattern);

/// Why the pattern cannot be used with so many versions and rewards, or nothing.
std::optional<std::string> objection_to(Pattern pattern, std::size_t versions, std::size_t rewards);

/// "1ms <= http/latency-p95 <= 100": for plans and messages.
std::string description_of(const ObjectiveOptions& objective);

}  // namespace iter8::verdict
