#pragma once

#include <optional>
#include <vector>

#include "experiment/assessment.h"
#include "experiment/result/result.h"
#include "stats/evidence/evidence.h"
#include "stats/evidence/mismatch.h"
#include "verdict/criteria.h"
#include "verdict/evidence_store.h"
#include "verdict/objective_case.h"

namespace iter8::verdict {

/// What the looks before a look left to it. A plain value, empty before the first look. A run that is
/// resumed, and the earlier runs of a history, are brought back by judging their looks once more, in order.
struct PastLooks {
  EvidenceStore store;                            // all data up to the latest look
  std::optional<EvidenceStore> this_run;          // the part of them that no earlier run measured
  std::optional<PreviousRun> previous_run;        // nothing = there was none
  std::vector<std::vector<stats::Track>> tracks;  // what was decided when, by objective, by version
  stats::SplitState split;                        // of the traffic against its weights
  double planned_samples = 0;                 // that the declared looks take, a version; 0 = not known yet
  std::optional<experiment::Winner> winner;   // the first certified one
  std::vector<experiment::Warning> warnings;  // about the past itself; the next assessment shows them
};

struct Judgement {
  experiment::Assessment
      assessment;   // complete; its `looks` hold this look only, none where all are bare numbers
  PastLooks looks;  // for the look after this one
};

/// The one verdict: judges every objective for every version once, by the rule of the objective (point,
/// fixed, anytime or hybrid), then the rewards, the winner, the recommended weights and the whole. `result`
/// is read up to `at`'s iteration by evidence, and by its latest values for bare numbers.
///
/// A pure function: no clock, no file, no randomness, and the same looks in the same order give the same
/// verdicts. Throws base::Error for a relativeTo that names no version of the result.
Judgement judge(const Criteria& criteria, const experiment::Result& result, const LookAt& at, PastLooks past);

}  // namespace iter8::verdict
