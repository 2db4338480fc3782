#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

#include "base/duration.h"
#include "load/schedule/profile.h"
#include "tasks/load/load_run.h"

namespace iter8::tasks {

namespace {

/// What a fast service may make of a closed loop: requests a second of one connection, and seconds for a
/// number of them.
constexpr double kFastRate = 10'000;
constexpr double kLongLoad = 60;
constexpr double kForever = std::numeric_limits<double>::infinity();

}  // namespace

experiment::PlannedLoad planned_load(const std::string& provider, const LoadOptions& options,
                                     load::Plan plan) {
  experiment::PlannedLoad planned{.provider = provider, .is_sequential = options.sequential};
  for (const StageOptions& stage : options.pace.stages) plan.stages.push_back({stage.duration, stage.rate});
  if (options.pace.trace) return planned;  // how many requests it asks for stands in a file
  if (plan.arrival == load::Arrival::closed) {
    planned.seconds = plan.duration ? base::to_seconds(*plan.duration) : kLongLoad;
    planned.requests = kFastRate * planned.seconds * plan.connections;
    if (plan.requests) planned.requests = std::min(*planned.requests, static_cast<double>(*plan.requests));
    return planned;
  }
  const load::Profile profile = load::Profile::of(plan);
  std::optional<double> seconds;
  if (plan.duration) seconds = base::to_seconds(*plan.duration);
  if (const auto end = profile.end()) seconds = std::min(seconds.value_or(kForever), base::to_seconds(*end));
  if (plan.requests)
    if (const auto time = profile.time_of(static_cast<double>(*plan.requests)))
      seconds = std::min(seconds.value_or(kForever), *time / 1e9);
  if (!seconds) return planned;
  planned.seconds = *seconds;
  planned.requests = std::round(profile.arrivals_until(base::from_seconds(*seconds)));
  return planned;
}

}  // namespace iter8::tasks
