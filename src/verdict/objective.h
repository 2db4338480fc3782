#pragma once

#include "experiment/assessment.h"
#include "stats/evidence/evidence.h"
#include "verdict/objective_case.h"

namespace iter8::verdict {

/// The check of one objective for one version, by the rule that the case names:
///   point, none   the latest value is at most the upper limit and at least the lower one, both included
///   fixed, anytime, hybrid   the decision that `track` holds; undecided is inconclusive until the last look,
///   where onInconclusive may turn it into a pass or into a comparison of bare numbers
/// Without a value, or without the value that a relative limit is relative to: the verdict of noData, else
/// error; inconclusive where the file says so of the metric (onNoData), and where the value is one of the run
/// before, which the first run has none of. With fewer samples than minSamples, with traffic that is not
/// split as promised, or with too many latencies that are not known (see latency_doubt.h) or those of
/// failures (see fast_failures.h), nothing passes; with a generator that did not run (see generator_doubt.h),
/// nothing fails either.
///
/// A pure function. `track` holds the decisions up to and including this look; it is not read for point and
/// none.
experiment::ObjectiveCheck judge_objective(const ObjectiveCase& each, const stats::Track& track);

}  // namespace iter8::verdict
