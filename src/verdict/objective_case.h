#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "experiment/result/result.h"
#include "stats/evidence/evidence.h"
#include "verdict/criteria.h"
#include "verdict/evidence_store.h"
#include "verdict/objective_evidence.h"

namespace iter8::verdict {

/// When a look happens, and whether the declared looks end with it. A look is one run of the assess task: one
/// an iteration of the loop.
struct LookAt {
  int iteration = 1;
  int iterations = 1;  // declared
  stats::Look look = stats::Look::last;
  int line = 0;  // of the assess task in the file; kept with the look
};

/// One limit of an objective as one version meets it.
struct Bound {
  enum class State {
    open,     // nothing to violate; `reason` says why although a limit was given
    limited,  // `limit` in the metric's unit
    unknown,  // what it is relative to has no value
    awaited,  // the same, and that leaves the verdict open: as before the second run of "relativeTo:
              // previous"
    wrong,    // whatever the data, it cannot be judged
  };
  State state = State::open;
  double limit = 0;
  std::string reason;
};

/// What all data so far say about one objective and version, and the rule by which that decides.
struct EvidenceFacts {
  ObjectiveEvidence finding;
  MetricSource source;
  Bounds bounds;  // in the metric's unit, relative ones by the estimate of what they are relative to
  bool is_relative = false;
  stats::Rule rule;
  stats::Counts counts;  // of a proportion
  std::string unit;      // of the metric; empty = unknown
};

/// One objective and one version at one look: everything that its verdict depends on, as values. Filled in
/// once by objective_case() and judged once by judge_objective().
struct ObjectiveCase {
  /// The rule to judge by: as the criteria ask; point where evidence has no limit to test yet, or too few
  /// samples; none where the data carry no sampling information. `evidence` is there with fixed, anytime and
  /// hybrid, and only then.
  EvidenceMode mode = EvidenceMode::point;
  std::optional<EvidenceFacts> evidence;

  // By the latest recorded value: what bare numbers are compared by.
  std::optional<double> value;
  std::string missing;      // why there is no value
  bool is_awaited = false;  // there is none, and the file says that this leaves the verdict open
  std::string doubt;  // why the upper limit is not shown to be met although the data meet it; empty = nothing
  /// Why the data say nothing at all: then nothing passes and nothing fails; empty = nothing.
  std::string distrust;
  Bound upper;
  Bound lower;
  std::optional<std::int64_t> samples;  // behind the value, where something recorded says so
  std::optional<double> too_few;        // samples so far, where they are fewer than evidence may be based on
  std::string unit;                     // of the metric; empty = unknown

  // What the criteria and the look say.
  std::optional<NoData> no_data;
  std::int64_t min_samples = 0;
  OnInconclusive on_inconclusive = OnInconclusive::fail;
  int planned_look = 1;              // the iteration of the last declared look
  bool has_promised_traffic = true;  // false: a sample-ratio mismatch; then nothing passes
};

/// What the cases of one look are made from.
struct LookInputs {
  const Criteria& criteria;
  const experiment::Result& result;
  const LookAt& at;
  EvidenceStore& store;             // all data up to this look; not read for point
  const EvidenceStore* this_run;    // the part of this run; null = all of it
  const PreviousRun* previous_run;  // null = there was none
  double planned_samples;           // that the declared looks will take, a version
  bool has_promised_traffic;
};

/// Throws base::Error for a relativeTo that names no version.
ObjectiveCase objective_case(const LookInputs& look, const ObjectiveOptions& objective, std::size_t version);

}  // namespace iter8::verdict
