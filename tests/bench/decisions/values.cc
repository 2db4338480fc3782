// E7, E8, E11: means, series that depend on their past, traffic splits.
#include <algorithm>
#include <cmath>

#include "experiments.h"
#include "stats/evidence/autocorrelation.h"
#include "stats/evidence/mean.h"
#include "stats/evidence/mismatch.h"

namespace iter8::bench {
namespace {

using stats::Interval;
using stats::Moments;
using stats::Side;

constexpr double kNever = 1e18;

using Draw = double (*)(Chance&);

double normal(Chance& chance) {
  return chance.normal();
}
double exponential(Chance& chance) {
  return chance.exponential();
}
double lognormal(Chance& chance) {
  return std::exp(chance.normal());
}
double wide_lognormal(Chance& chance) {
  return std::exp(1.5 * chance.normal());
}
double revenue(Chance& chance) {
  return chance.uniform() < 0.05 ? std::exp(chance.normal()) : 0;
}

struct Source {
  const char* name;
  Draw draw;
  double mean;
  double fixed;  // wanted coverage
  double gated;
};

const std::vector<Source>& sources() {
  static const std::vector<Source> table{{"normal", normal, 0, 95.0, stats::kNan},
                                         {"exponential", exponential, 1, 94.1, 96},
                                         {"lognormal(1)", lognormal, std::exp(0.5), 91.2, 95.5},
                                         {"lognormal(1.5)", wide_lognormal, std::exp(1.125), 84.6, 93.9},
                                         {"revenue", revenue, 0.05 * std::exp(0.5), 74.8, 97.5}};
  return table;
}

bool covers(const Interval& interval, double value) {
  return interval.lower <= value && value <= interval.upper;
}

/// Coverage of a t interval at n = 100, and of the confidence sequence at all looks from there to 10 000.
Observed coverage_of(Chance& chance, const Source& source) {
  std::vector<double> batch(100);
  Moments moments;
  Observed covered{0, 1};
  for (int look = 0; look < 100; ++look) {
    for (double& value : batch) value = source.draw(chance);
    moments = moments + stats::moments_of(batch);
    if (look == 0) covered[0] = covers(credible_interval(moments, 0.95), source.mean) ? 1 : 0;
    if (monitoring_of(moments) != stats::Monitoring::ready) continue;
    if (!covers(confidence_sequence(moments, 0.05, stats::kPlannedUnits), source.mean)) covered[1] = 0;
  }
  return covered;
}

std::vector<double> autoregressive(Chance& chance, double phi, std::size_t n) {
  std::vector<double> values(n);
  double state = chance.normal() / std::sqrt(1 - phi * phi);
  for (double& value : values) {
    value = state;
    state = phi * state + chance.normal();
  }
  return values;
}

/// Coverage of 0 by the naive t interval and by batch means; whether evidence at 50 looks, without and with
/// the correction, ever calls the mean positive.
Observed dependent(Chance& chance, double phi) {
  const std::vector<double> values = autoregressive(chance, phi, 5000);
  Observed found(4, 0.0);
  found[0] = covers(credible_interval(stats::moments_of(values), 0.95), 0) ? 1 : 0;
  found[1] = covers(stats::batch_means(values, 0.95).interval, 0) ? 1 : 0;
  for (std::size_t n = 1000; n <= values.size(); n += 100) {
    const std::span<const double> seen(values.data(), n);
    const Moments moments = stats::moments_of(seen);
    const double inflation = stats::batch_means(seen, 0.95).variance_inflation;
    const auto naive = evidence(moments, Side::at_most, 0, stats::kPlannedUnits);
    const auto corrected =
        evidence(effective_sample(moments, inflation), Side::at_most, 0, stats::kPlannedUnits);
    if (std::max(naive.log_pass, naive.log_fail) >= std::log(40.0)) found[2] = 1;
    if (std::max(corrected.log_pass, corrected.log_fail) >= std::log(40.0)) found[3] = 1;
  }
  return found;
}

/// Relative bias before and after the warm-up is cut, and the cut. 10 % of the mean is warm-up.
Observed warm_up(Chance& chance) {
  std::vector<double> values = autoregressive(chance, 0.5, 3000);
  for (std::size_t i = 0; i < values.size(); ++i)
    values[i] = 10 + values[i] + 20 * std::exp(-static_cast<double>(i) / 150);
  const std::size_t cut = stats::warmup_length(values);
  const double before = stats::moments_of(values).mean;
  const double after = stats::moments_of(std::span(values).subspan(cut)).mean;
  return {before / 10 - 1, after / 10 - 1, static_cast<double>(cut)};
}

/// Whether, and after how many users, the split is called wrong.
Observed mismatch(Chance& chance, double share) {
  stats::SplitState state;
  const std::vector<double> weights{50, 50};
  for (int look = 1; look <= 100; ++look) {
    const double first = chance.binomial(200, share);
    state = next_state(state, weights, std::vector<double>{first, 200 - first});
    if (split_of(state) == stats::Split::mismatch) return {1, look * 200.0};
  }
  return {0, kNever};
}

}  // namespace

void means(Report& report, int runs) {
  report.begin(
      "E7  Means: t interval at n = 100; confidence sequence, 100 to 10 000 in 100 looks, with the gate");
  for (const Source& source : sources()) {
    const auto covered = simulated(runs, 30, [&](Chance& chance) { return coverage_of(chance, source); });
    report.add({std::string(source.name) + ": t interval covers", 100 * mean_of(covered[0]), source.fixed});
    report.add({std::string(source.name) + ": sequence covers at all looks", 100 * mean_of(covered[1]),
                source.gated, Bound::at_least, source.draw == wide_lognormal ? 92.5 : 95});
  }
}

void autocorrelation(Report& report, int runs) {
  report.begin("E8  AR(1), n = 5000");
  const std::vector<std::pair<double, std::vector<double>>> rows{
      {0.5, {71.9, 93.7, 30.6, 2.5}}, {0.8, {49.0, 95.5, 81.3, 3.3}}, {0.95, {26.0, 94.9, 99.7, 4.5}}};
  for (const auto& [phi, want] : rows) {
    const auto found = simulated(runs, 31, [p = phi](Chance& chance) { return dependent(chance, p); });
    char at[32];
    std::snprintf(at, sizeof at, ", phi %g", phi);
    report.add({std::string("naive t interval covers") + at, 100 * mean_of(found[0]), want[0]});
    report.add(
        {std::string("20 batch means cover") + at, 100 * mean_of(found[1]), want[1], Bound::at_least, 93});
    report.add({std::string("evidence without correction is wrong") + at, 100 * mean_of(found[2]), want[2]});
    report.add({std::string("evidence with correction is wrong") + at, 100 * mean_of(found[3]), want[3],
                Bound::at_most, 5});
  }
  const auto cut = simulated(runs, 32, warm_up);
  report.add({"warm-up of 3000 values: bias of the mean", 100 * mean_of(cut[0]), 10});
  report.add({"warm-up of 3000 values: bias after MSER-5", 100 * mean_of(cut[1]), 1, Bound::at_most, 2});
  report.add({"warm-up of 3000 values: values cut", mean_of(cut[2]), 335, Bound::shown, 0, " "});
}

void traffic_splits(Report& report, int runs) {
  report.begin("E11 Sample-ratio mismatch, 100 looks of 200 users, alpha 1 %");
  const auto right = simulated(runs, 33, [](Chance& chance) { return mismatch(chance, 0.5); });
  report.add({"50/50 called wrong", 100 * mean_of(right[0]), 0.2, Bound::at_most, 1});
  const auto slight = simulated(runs, 34, [](Chance& chance) { return mismatch(chance, 0.52); });
  report.add({"52/48 found", 100 * mean_of(slight[0]), 98.7, Bound::at_least, 95});
  report.add({"52/48: median users", median_of(slight[1]), 7400, Bound::at_most, 8140, " "});
  const auto clear = simulated(runs, 35, [](Chance& chance) { return mismatch(chance, 0.55); });
  report.add({"55/45: median users", median_of(clear[1]), 1800, Bound::at_most, 1980, " "});
}

}  // namespace iter8::bench
