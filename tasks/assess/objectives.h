#pragma once

#include <optional>
#include <string>

#include "experiment/assessment.h"
#include "experiment/result/result.h"
#include "tasks/assess/criteria.h"

namespace iter8::tasks::assess {

/// Judges one objective for every version by its latest recorded value: at most the upper limit and at least
/// the lower one, both included. A relative limit is a change of the baseline's value and holds for the
/// baseline itself. A version without a value gets the verdict of `no_data`, else `error`, and a reason that
/// names the metric.
experiment::Objective judged(const ObjectiveOptions& options, const Criteria& criteria,
                             const experiment::Result& result);

/// The version that a relative limit is relative to; nothing for the previous run. Throws base::Error for an
/// unknown name.
std::optional<std::size_t> reference_of(const ObjectiveOptions& options, const experiment::Result& result);
inline constexpr std::string_view kPreviousRun = "previous";

/// "http/latency-p95 (msec) <= 100": for plans and messages.
std::string described(const ObjectiveOptions& options);

}  // namespace iter8::tasks::assess
