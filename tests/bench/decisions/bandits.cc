// E10: what learning costs, and how fast the answers come.
#include <algorithm>
#include <cmath>
#include <ctime>

#include "experiments.h"
#include "stats/evidence/quantile.h"
#include "stats/evidence/strata.h"
#include "stats/posterior/planning.h"
#include "stats/posterior/weights.h"

namespace iter8::bench {
namespace {

using stats::Allocation;
using stats::Better;
using stats::Contender;
using stats::Counts;

stats::Ranking ranking_of(const std::vector<Counts>& counts) {
  std::vector<Contender> contenders;
  for (const Counts& each : counts)
    contenders.push_back(
        {.posterior = stats::BetaPosterior{.a = 0.5 + each.events, .b = 0.5 + each.total - each.events}});
  return ranking_of(contenders, Better::higher);
}

/// Lost conversions in 40 rounds of 1000, and whether the best version is named at the end.
Observed played(Chance& chance, Allocation allocation, const std::vector<double>& rates) {
  std::vector<Counts> counts(rates.size());
  const auto best = std::ranges::max_element(rates) - rates.begin();
  const std::vector<stats::Eligibility> standings(rates.size(), stats::Eligibility::eligible);
  double regret = 0;
  for (int round = 0; round < 40; ++round) {
    const stats::Ranking ranking = allocation == Allocation::uniform ? stats::Ranking{} : ranking_of(counts);
    const std::vector<int> percents = weights(shares(allocation, ranking, rates.size()), standings, {}, {});
    for (std::size_t i = 0; i < rates.size(); ++i) {
      const double units = 10.0 * percents[i];
      counts[i] = counts[i] + chance.counts(units, rates[i]);
      regret += units * (rates[static_cast<std::size_t>(best)] - rates[i]);
    }
  }
  const std::vector<double> at_end = ranking_of(counts).best;
  return {regret, std::ranges::max_element(at_end) - at_end.begin() == best ? 1.0 : 0.0};
}

/// Processor time, which a busy machine does not stretch as it does the clock's.
template <typename Work>
double milliseconds(int times, Work work) {
  double sum = 0;
  const std::clock_t start = std::clock();
  for (int i = 0; i < times; ++i) sum += work();
  const double spent = 1000.0 * static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
  return std::isnan(sum) ? stats::kNan : spent / times;
}

/// Five versions, ten objectives (five error rates, four percentiles of 1000 buckets, one mean), two rewards:
/// everything that one look of a loop computes.
double whole_assessment() {
  double sum = 0;
  std::vector<stats::Cell> cells;
  for (int i = 0; i < 1000; ++i)
    cells.push_back({.lower = i * 0.5, .upper = i * 0.5 + 0.5, .count = 20.0 + i % 7});
  for (int version = 0; version < 5; ++version) {
    for (int objective = 0; objective < 5; ++objective) {
      const Counts counts{.events = 100.0 + version + objective, .total = 20'000};
      sum += evidence(counts, stats::Side::at_most, 0.01).p_pass +
             probability(counts, stats::Side::at_most, 0.01);
      sum += credible_interval(counts, 0.95).upper + confidence_sequence(counts, 0.05).upper;
      sum += stats::clean_units_missing(counts, 0.01, 0.05, stats::Mode::fixed);
    }
    for (const double quantile : {0.5, 0.9, 0.95, 0.99}) {
      const stats::Exceedances above = exceedances(cells, 480);
      sum += evidence(above, quantile, stats::Side::at_most).p_pass +
             probability(above, quantile, stats::Side::at_most);
      sum += quantile_interval(cells, quantile, 0.95).upper + quantile_sequence(cells, quantile, 0.05).upper;
    }
    const stats::Moments moments{.count = 20'000, .mean = 100, .variance = 400, .skewness = 1.2};
    sum += evidence(moments, stats::Side::at_most, 101, stats::kPlannedUnits).p_pass +
           credible_interval(moments, 0.95).upper;
  }
  for (int reward = 0; reward < 2; ++reward) {
    std::vector<Counts> counts;
    for (int version = 0; version < 5; ++version)
      counts.push_back({.events = 1000.0 + 20 * version, .total = 20'000});
    sum += ranking_of(counts).best[0];
    for (std::size_t i = 0; i < counts.size(); ++i) {
      for (std::size_t j = i + 1; j < counts.size(); ++j)
        sum +=
            evidence(stats::next_state({}, stats::CountsBlock{.baseline = counts[i], .candidate = counts[j]}))
                .log_fail;
      if (i > 0)
        sum += comparison_of(*posterior_of(counts[0]), *posterior_of(counts[i]), Better::higher, 0.95)
                   .lift_interval.upper;
    }
  }
  return std::isfinite(sum) ? 1 : 0;
}

}  // namespace

void bandits(Report& report, int runs) {
  report.begin("E10 Bandits: 40 rounds of 1000, rates 0.05, 0.055, 0.06, 0.045");
  struct Row {
    const char* name;
    Allocation allocation;
    double regret, named;
  };
  const std::vector<Row> rows{{"uniform", Allocation::uniform, 300, 94},
                              {"thompson", Allocation::thompson, 101, 96},
                              {"top-two", Allocation::top_two, 167, 98},
                              {"first two ranks", Allocation::top_ranks, 166, 97}};
  const std::vector<double> rates{0.05, 0.055, 0.06, 0.045};
  for (const Row& row : rows) {
    const auto found =
        simulated(runs, 40, [&](Chance& chance) { return played(chance, row.allocation, rates); });
    report.add({std::string(row.name) + ": lost conversions", mean_of(found[0]), row.regret,
                Bound::within_tenth, 0, " "});
    report.add({std::string(row.name) + ": best version named", 100 * mean_of(found[1]), row.named,
                Bound::at_least, row.named - 2});
  }
}

void speed(Report& report) {
  report.begin("Speed (processor time)");
  std::vector<Counts> ten;
  for (int i = 0; i < 10; ++i) ten.push_back({.events = 1000.0 + 15 * i, .total = 20'000});
  report.add({"P(best), ranks and losses of 10 versions",
              milliseconds(200, [&] { return ranking_of(ten).best[0]; }), stats::kNan, Bound::at_most, 1,
              "ms"});
  report.add({"assessment of 5 versions, 10 objectives, 2 rewards", milliseconds(100, whole_assessment),
              stats::kNan, Bound::at_most, 5, "ms"});
}

}  // namespace iter8::bench
