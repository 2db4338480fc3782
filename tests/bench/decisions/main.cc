// Simulations behind the promises of src/stats, with fixed seeds: how often each rule is wrong, and how soon
// it is right. usage: decisions_bench [RUNS]
#include <cmath>
#include <cstdio>
#include <cstdlib>

#include "experiments.h"

int main(int argc, char** argv) {
  using namespace iter8::bench;  // NOLINT: the table of contents
  const int runs = argc > 1 ? std::atoi(argv[1]) : 4000;
  if (runs < 1) {
    std::fprintf(stderr, "usage: decisions_bench [RUNS]\n");
    return 2;
  }
  Report report;
  std::printf("%d runs each; standard error of a share of 5 %%: %.2g %%\n", runs,
              100 * 0.218 / std::sqrt(runs));
  false_winners(report, runs);
  canary_ramp(report, runs);
  objective_verdicts(report, runs);
  hybrid_budgets(report, runs);
  comparison_speed(report, runs);
  margins(report, runs);
  rare_events(report, runs);
  means(report, runs);
  autocorrelation(report, runs);
  bandits(report, runs);
  traffic_splits(report, runs);
  interval_coverage(report);
  speed(report);
  std::printf("\n%s\n", report.missed() == 0 ? "all figures hold" : "figures missed");
  return report.missed() == 0 ? 0 : 1;
}
