#pragma once

#include "simulation/simulation.h"

namespace iter8::bench {

// The experiments, by the numbers of the reference.
void false_winners(Report& report, int runs);       // E1
void canary_ramp(Report& report, int runs);         // E2
void objective_verdicts(Report& report, int runs);  // E3
void hybrid_budgets(Report& report, int runs);      // 2.0
void comparison_speed(Report& report, int runs);    // E4
void margins(Report& report, int runs);             // E5
void rare_events(Report& report, int runs);         // E6
void means(Report& report, int runs);               // E7
void autocorrelation(Report& report, int runs);     // E8
void bandits(Report& report, int runs);             // E10
void traffic_splits(Report& report, int runs);      // E11
void interval_coverage(Report& report);             // E12
void speed(Report& report);

}  // namespace iter8::bench
