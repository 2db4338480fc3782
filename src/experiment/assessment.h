#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "experiment/verdict.h"

namespace iter8::experiment {

/// The rule that a verdict was reached by; docs/decisions.md. point: bare numbers were compared. fixed: exact
/// for one planned look. anytime: holds at every look. hybrid: as anytime, and uses up what is left of alpha
/// at the last declared look. none: bare numbers were compared because the data carry no sampling
/// information; no file asks for it.
enum class EvidenceMode { none, point, fixed, anytime, hybrid };

std::string_view to_text(EvidenceMode mode);

/// What `Objective::relative_to` holds for a limit that is relative to the run before.
inline constexpr std::string_view kPreviousRun = "previous";

/// The outcome of judging one objective for one version. Values are in the metric's unit. Fields that only
/// statistical evidence can fill stay empty with `point`.
struct ObjectiveCheck {
  std::optional<double> value;
  std::optional<double> limit;  // absolute, after a relative limit was resolved; the violated one of two
  bool satisfied = false;
  Verdict verdict = Verdict::error;
  std::optional<std::int64_t> samples;
  std::optional<double> probability;  // that the objective is met
  std::optional<std::pair<double, double>> interval;
  std::optional<double> log_evidence_pass;
  std::optional<double> log_evidence_fail;
  std::optional<double> needed;  // total samples that would probably decide it, if the data go on like this
  /// Where requests depend on their neighbours: how many independent ones they are worth, about how many
  /// stalls decided, and the longest stall in seconds that a pass excludes.
  std::optional<double> effective;
  std::optional<double> stalls;
  std::optional<double> excluded_stall;
  std::optional<double> needed_seconds;  // of load, beside `needed`
  int decided_at = 0;                    // the look that certified the verdict, from 1; 0 = none did
  EvidenceMode evidence = EvidenceMode::point;
  std::string reason;  // one sentence; never empty unless the verdict is pass
  /// false: a remark. The verdict does not depend on it: the baseline's where the candidates decide, and
  /// those of other candidates where one has won.
  bool gate = true;
};

/// An objective as the file states it (limits in the metric's unit, or relative to another version), with one
/// check for each version.
struct Objective {
  std::string metric;  // canonical
  std::optional<double> upper;
  std::optional<double> lower;
  std::optional<std::string> relative_upper;  // "+10%" of the baseline
  std::optional<std::string> relative_lower;
  int line = 0;             // of the experiment file, for annotations
  int task_line = 0;        // of the assess task that judges it: two tasks may share one text (an alias)
  std::string relative_to;  // a version's name or kPreviousRun; empty = the baseline
  std::optional<double> confidence;  // of this objective, where the file gives one
  /// The accepted probabilities of a wrong pass and of a wrong fail, where evidence judged it; nothing in
  /// results of older versions.
  std::optional<std::pair<double, double>> alpha = {};
  bool gate = true;   // false: judged and shown, but nothing depends on it
  bool key = false;   // with a score: a version that fails this objective fails as a whole
  double weight = 1;  // in the score
  std::vector<ObjectiveCheck> versions;
};

enum class Direction { high, low };

std::string_view to_text(Direction direction);

/// The value of one reward for one version. What only statistical evidence can fill stays empty with `point`.
/// A lift is the change against the baseline as a share: 0.1 is 10 % more.
struct RewardCheck {
  std::optional<double> value;
  bool is_awaited = false;  // no value yet, and the file says that this leaves the verdict open
  std::optional<std::pair<double, double>> interval;
  std::optional<double> probability_best;
  std::optional<double> expected_loss;
  std::optional<double> lift;
  std::optional<std::pair<double, double>> lift_interval;
  std::optional<double> probability_beats_baseline;
};

/// A metric to maximise or minimise, which decides between versions that satisfy all objectives.
struct Reward {
  std::string metric;
  Direction direction = Direction::high;
  std::vector<RewardCheck> versions;
  std::vector<std::size_t> best;  // versions with the best value; several = a tie
  EvidenceMode evidence = EvidenceMode::point;
};

/// How the versions compare in a metric that is judged or shown without being a reward; no verdict depends on
/// it. Chances are there where a direction is known.
struct MetricComparison {
  std::string metric;
  std::optional<Direction> direction;
  std::vector<RewardCheck> versions;
};

/// The choice between the versions, and why. `best` are those with the best reward, winner or not.
struct Winner {
  bool found = false;
  std::optional<std::size_t> version;
  std::vector<std::size_t> best;
  std::size_t recommended = 0;  // the winner, else the baseline
  std::string reason;
};

/// A machine-readable code (srm, too-few, missing-metric, …) and a plain sentence, for readers and programs
/// outside: no verdict depends on a warning.
struct Warning {
  std::string code;
  std::string message;
};

/// The evidence of one objective for one version at one look: natural logarithms of e-values against a
/// violated (`log_pass`) and against a met limit (`log_fail`). Above log(1/alpha) they certify the verdict.
struct LookEvidence {
  double log_pass = 0;
  double log_fail = 0;
};

/// What an assess task with statistical evidence concluded from the data up to one iteration.
struct Look {
  int line = 0;  // of the assess task in the experiment file: distinguishes several of them
  int iteration = 0;
  Verdict verdict = Verdict::inconclusive;
  std::optional<std::size_t> winner;
  std::vector<std::vector<LookEvidence>> objectives;  // by objective, by version
};

/// The weighted share of satisfied objectives of one version, percent; undecided ones count half.
struct Score {
  double value = 0;
  Verdict verdict = Verdict::inconclusive;
};

/// What one execution of `assess` decided.
struct Assessment {
  Verdict verdict = Verdict::skipped;
  std::string pattern;  // canary, ab, abn, conformance
  std::vector<Objective> objectives;
  std::vector<Reward> rewards;
  std::optional<Winner> winner;
  std::vector<int> weights;   // recommended split in percent, by version, summing to 100; empty = none
  std::vector<Score> scores;  // by version, where the file asks for scores, which then decide
  std::vector<std::string> indicators;  // metrics to show, not judged
  std::vector<MetricComparison> comparisons;
  std::vector<Look> looks;
  std::vector<Warning> warnings;
};

/// Whether the verdict depends on this objective of this version.
bool gates(const Objective& objective, std::size_t version);

/// P(`version` satisfies every objective that gates), as if they were independent. Nothing without objectives
/// that gate, and where the data of one carry no probability.
std::optional<double> probability_all_met(const Assessment& assessment, std::size_t version);

/// Whether `version` satisfies every objective that gates or, where the file asks for scores, reaches its
/// score.
bool satisfies_all(const Assessment& assessment, std::size_t version);

}  // namespace iter8::experiment
