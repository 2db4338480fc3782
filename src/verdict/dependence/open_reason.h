#pragma once

#include "stats/dependence/clustered_evidence.h"
#include "verdict/dependence/dependent_evidence.h"

namespace iter8::verdict {

/// Whether all requests had the same outcome: then even a short run says something.
enum class Outcomes { alike, mixed };

/// Takes the evidence back where the load was too short, the requests too few or the noise too slow to tell
/// chance from a pause, and says why and how long a run would have to be. Before the fourth second nothing
/// is decided at any time.
void restrain(DependentEvidence& finding, const MetricSlices& slices,
              const stats::ClusteredEstimate& estimate, const stats::Rule& rule, Outcomes outcomes);

}  // namespace iter8::verdict
