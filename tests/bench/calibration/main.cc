// Simulations behind what src/stats/dependence promises, with fixed seeds: how often equal versions are
// called different when requests depend on their neighbours. usage: calibration_bench [RUNS]
#include <cmath>
#include <cstdio>
#include <cstdlib>

#include "calibration/families.h"

int main(int argc, char** argv) {
  const int runs = argc > 1 ? std::atoi(argv[1]) : 4000;
  if (runs < 1) {
    std::fprintf(stderr, "usage: calibration_bench [RUNS]\n");
    return 2;
  }
  iter8::bench::Report report;
  std::printf("%d runs each; standard error of a share of 5 %%: %.2g %%\n", runs,
              100 * 0.218 / std::sqrt(runs));
  iter8::bench::equal_versions(report, runs);
  iter8::bench::equal_versions_judged(report, runs);
  iter8::bench::power(report, runs);
  iter8::bench::looks_at_any_time(report, runs);
  iter8::bench::fixed_limits(report, runs);
  std::printf("\n%s\n", report.missed() == 0 ? "all figures hold" : "figures missed");
  return report.missed() == 0 ? 0 : 1;
}
