#pragma once

#include "simulation/simulation.h"

namespace iter8::bench {

void equal_versions(Report& report, int runs);         // compared, one look
void equal_versions_judged(Report& report, int runs);  // through src/verdict
void power(Report& report, int runs);                  // of versions that differ
void looks_at_any_time(Report& report, int runs);
void fixed_limits(Report& report, int runs);  // errors and means of one version at their limit

/// The greatest share of `runs` that chance explains (99 %) when the true one is `alpha`, in percent; with a
/// fifth on top of alpha, which is what approximations may cost.
double tolerated(double alpha, double runs);

constexpr double kAlphas[] = {0.05, 0.01, 0.001};

}  // namespace iter8::bench
