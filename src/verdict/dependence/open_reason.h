#pragma once

#include "stats/dependence/clustered_evidence.h"
#include "verdict/dependence/dependent_evidence.h"

namespace iter8::verdict {

/// What the outcomes of all requests say whatever the pauses were. `alike`: all had the same one, so that
/// even a short run tells a version that always fails. `refuting`: one of them cannot be where the limit is
/// met, as an error where none is allowed.
enum class Outcomes { alike, refuting, mixed };

/// Takes the evidence back where the load was too short, the requests too few or the noise too slow to tell
/// chance from a pause, and says why and how long a run would have to be. Before the fourth second nothing
/// is decided at any time. Evidence against a version is left where its outcomes are not mixed.
void restrain(DependentEvidence& finding, const MetricSlices& slices,
              const stats::ClusteredEstimate& estimate, const stats::Rule& rule, Outcomes outcomes);

}  // namespace iter8::verdict
