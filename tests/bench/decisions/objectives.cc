// E3, the hybrid budgets of section 2.0, and E12: one version against a limit.
#include <algorithm>
#include <cmath>

#include "experiments.h"
#include "stats/posterior/planning.h"

namespace iter8::bench {
namespace {

using stats::Counts;
using stats::Decision;
using stats::Evidence;
using stats::Look;
using stats::Mode;
using stats::Side;

constexpr double kLimit = 0.01;
constexpr double kNever = 1e18;
const double kBound = std::log(20.0);

/// Units at which the e-process decides in the right direction, looking every 100 up to 20 000.
Observed units_to_verdict(Chance& chance, double p) {
  Counts counts;
  for (double n = 100; n <= 20'000; n += 100) {
    counts = counts + chance.counts(100, p);
    const Evidence found = evidence(counts, Side::at_most, kLimit);
    if ((p < kLimit ? found.log_pass : found.log_fail) >= kBound) return {n};
  }
  return {kNever};
}

Observed on_the_limit(Chance& chance) {
  Counts counts;
  Observed wrong(3, 0.0);
  for (double n = 100; n <= 20'000; n += 100) {
    counts = counts + chance.counts(100, kLimit);
    const Evidence found = evidence(counts, Side::at_most, kLimit);
    if (found.log_pass >= kBound) wrong[0] = 1;
    if (found.log_fail >= kBound) wrong[1] = 1;
    if (found.p_pass <= 0.05) wrong[2] = 1;
  }
  return wrong;
}

/// Decided by anytime, hybrid and one fixed look, within a budget.
Observed within_budget(Chance& chance, double p, double budget) {
  Counts counts;
  Observed passed(3, 0.0);
  for (double n = 100; n <= budget; n += 100) {
    counts = counts + chance.counts(100, p);
    const Evidence found = evidence(counts, Side::at_most, kLimit);
    const Look look = n >= budget ? Look::last : Look::interim;
    if (decision_of(found, {.mode = Mode::anytime}) == Decision::pass) passed[0] = 1;
    if (decision_of(found, {.mode = Mode::hybrid, .look = look}) == Decision::pass) passed[1] = 1;
    if (look == Look::last && decision_of(found, {.mode = Mode::fixed}) == Decision::pass) passed[2] = 1;
  }
  return passed;
}

struct Coverage {
  double mean = 0;
  double least = 1;
};

template <typename IntervalOf>
Coverage coverage(IntervalOf interval_of) {
  constexpr int kUnits = 100;
  constexpr int kPoints = 2000;
  std::vector<stats::Interval> intervals;
  for (int x = 0; x <= kUnits; ++x) intervals.push_back(interval_of(Counts{static_cast<double>(x), kUnits}));
  Coverage result;
  for (int point = 0; point < kPoints; ++point) {
    const double p = 0.0005 + (0.5 - 0.0005) * point / (kPoints - 1);
    double covered = 0;
    for (int x = 0; x <= kUnits; ++x) {
      const auto& interval = intervals[static_cast<std::size_t>(x)];
      if (p < interval.lower || p > interval.upper) continue;
      covered += std::exp(std::lgamma(kUnits + 1) - std::lgamma(x + 1) - std::lgamma(kUnits - x + 1) +
                          x * std::log(p) + (kUnits - x) * std::log1p(-p));
    }
    result.mean += covered / kPoints;
    result.least = std::min(result.least, covered);
  }
  return result;
}

}  // namespace

void objective_verdicts(Report& report, int runs) {
  report.begin("E3  An error rate against a limit of 1 %, looks every 100 requests up to 20 000");
  struct Row {
    double p, fixed, median, eighty;
  };
  const std::vector<Row> rows{{0, 300, 400, 400},        {0.002, 630, 700, 1100},
                              {0.005, 1950, 2100, 3920}, {0.007, 6000, 7200, 13300},
                              {0.015, 3100, 3100, 6000}, {0.02, 910, 900, 1700},
                              {0.03, 310, 300, 600},     {0.05, 110, 100, 200}};
  for (const Row& row : rows) {
    const auto found =
        simulated(runs, 20, [p = row.p](Chance& chance) { return units_to_verdict(chance, p); });
    char rate[32];
    std::snprintf(rate, sizeof rate, "true rate %g: ", row.p);
    report.add({rate + std::string("median requests"), median_of(found[0]), row.median, Bound::within_tenth,
                0, " "});
    report.add(
        {rate + std::string("80 % of runs"), percentile_of(found[0], 0.8), row.eighty, Bound::shown, 0, " "});
    report.add({rate + std::string("one look, power 80 %, exact"),
                stats::units_to_decide(row.p, kLimit, 0.05, 0.8), row.fixed, Bound::shown, 0, " "});
  }
  const auto wrong = simulated(runs, 21, on_the_limit);
  report.add(
      {"exactly on the limit: false pass, 200 looks", 100 * mean_of(wrong[0]), 3.9, Bound::at_most, 5});
  report.add(
      {"exactly on the limit: false fail, 200 looks", 100 * mean_of(wrong[1]), 2.1, Bound::at_most, 5});
  report.add({"exactly on the limit: exact test at each look passes", 100 * mean_of(wrong[2]), 28});
}

void hybrid_budgets(Report& report, int runs) {
  report.begin("2.0 Decided within a budget, limit 1 %");
  const std::vector<std::pair<std::pair<double, double>, std::vector<double>>> rows{
      {{0.005, 2000}, {48, 71, 79}}, {{0.007, 6000}, {41, 68, 81}}};
  for (const auto& [setting, want] : rows) {
    const auto [p, budget] = setting;
    const auto passed = simulated(
        runs, 22, [p = p, budget = budget](Chance& chance) { return within_budget(chance, p, budget); });
    const std::string at = p < 0.006 ? ", rate 0.005, 2000 requests" : ", rate 0.007, 6000 requests";
    report.add({"anytime" + at, 100 * mean_of(passed[0]), want[0]});
    report.add({"hybrid" + at, 100 * mean_of(passed[1]), want[1], Bound::within_tenth});
    report.add({"one fixed look" + at, 100 * mean_of(passed[2]), want[2]});
  }
}

void interval_coverage(Report& report) {
  report.begin("E12 Exact coverage of 95 % intervals, n = 100, p from 0.0005 to 0.5");
  const Coverage exact = coverage([](const Counts& counts) { return clopper_pearson(counts, 0.95); });
  const Coverage bayes = coverage([](const Counts& counts) { return credible_interval(counts, 0.95); });
  report.add({"Clopper-Pearson, mean", 100 * exact.mean, 97.6});
  report.add({"Clopper-Pearson, least", 100 * exact.least, 95.1, Bound::at_least, 95});
  report.add({"Jeffreys, mean", 100 * bayes.mean, 95.5});
  report.add({"Jeffreys, least", 100 * bayes.least, 88.0, Bound::at_least, 87});
}

}  // namespace iter8::bench
