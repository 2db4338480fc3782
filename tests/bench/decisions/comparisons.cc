// E1, E2, E4, E5, E6: a candidate beside its baseline.
#include <algorithm>
#include <cmath>

#include "experiments.h"
#include "stats/evidence/multiplicity.h"
#include "stats/evidence/strata.h"
#include "stats/posterior/posterior.h"
#include "stats/posterior/ranking.h"

namespace iter8::bench {
namespace {

using stats::Counts;
using stats::CountsBlock;
using stats::Evidence;
using stats::ProportionStrata;

const double kBound = std::log(20.0);          // one side at 5 %
const double kTwoSidedBound = std::log(40.0);  // either side at 5 % together
constexpr double kNever = 1e18;

double z_of(const Counts& a, const Counts& b) {
  const double p = (a.events + b.events) / (a.total + b.total);
  const double variance = p * (1 - p) * (1 / a.total + 1 / b.total);
  return variance > 0 ? (b.events / b.total - a.events / a.total) / std::sqrt(variance) : 0;
}

/// P(win) by the normal approximation of both posteriors: what is shown of rules that are not ours.
double naive_probability(const Counts& a, const Counts& b) {
  const auto mean = [](const Counts& c) { return (c.events + 0.5) / (c.total + 1); };
  const auto variance = [&](const Counts& c) { return mean(c) * (1 - mean(c)) / (c.total + 2); };
  return 0.5 * std::erfc(-(mean(b) - mean(a)) / std::sqrt(2 * (variance(a) + variance(b))));
}

double share(const std::vector<double>& flags) {
  return 100 * mean_of(flags);
}

Observed peeked(Chance& chance, double p, int looks, double units) {
  ProportionStrata state;
  Counts a;
  Counts b;
  Observed wrong(5, 0.0);
  for (int look = 0; look < looks; ++look) {
    const CountsBlock block{.baseline = chance.counts(units, p), .candidate = chance.counts(units, p)};
    a = a + block.baseline;
    b = b + block.candidate;
    state = next_state(state, block);
    const double win = naive_probability(a, b);
    const Evidence found = evidence(state);
    wrong[0] = std::max(wrong[0], std::abs(z_of(a, b)) > 1.96 ? 1.0 : 0.0);
    wrong[1] = std::max(wrong[1], std::max(win, 1 - win) > 0.95 ? 1.0 : 0.0);
    wrong[2] = std::max(wrong[2], std::max(win, 1 - win) > 0.99 ? 1.0 : 0.0);
    wrong[3] = std::max(wrong[3], std::max(found.log_pass, found.log_fail) >= kTwoSidedBound ? 1.0 : 0.0);
  }
  wrong[4] = std::abs(z_of(a, b)) > 1.96 ? 1 : 0;
  return wrong;
}

/// Whether the winner rule ever names one of five identical versions, and whether any ever beats the
/// baseline.
Observed five_identical(Chance& chance) {
  constexpr std::size_t kVersions = 5;
  std::vector<std::vector<ProportionStrata>> pairs(kVersions, std::vector<ProportionStrata>(kVersions));
  const std::vector<std::size_t> all{0, 1, 2, 3, 4};
  Observed wrong(2, 0.0);
  std::vector<std::vector<double>> strength(kVersions, std::vector<double>(kVersions, 0.0));
  for (int look = 0; look < 100; ++look) {
    std::vector<Counts> counts;
    for (std::size_t i = 0; i < kVersions; ++i) counts.push_back(chance.counts(200, 0.05));
    for (std::size_t i = 0; i < kVersions; ++i) {
      for (std::size_t j = i + 1; j < kVersions; ++j) {
        pairs[i][j] = next_state(pairs[i][j], {.baseline = counts[i], .candidate = counts[j]});
        const Evidence found = evidence(pairs[i][j]);
        strength[j][i] = found.log_fail - kBound;
        strength[i][j] = found.log_pass - kBound;
      }
    }
    if (stats::winner(strength, all)) wrong[0] = 1;
    const double needed = std::log(static_cast<double>(kVersions - 1));
    for (std::size_t j = 1; j < kVersions; ++j)
      if (strength[j][0] >= needed) wrong[1] = 1;
  }
  return wrong;
}

/// 5 % for 20 looks, 20 % for 20, 50 % for 20; the baseline's rate drifts from 3 % to 9 %.
Observed ramp(Chance& chance, double lift) {
  constexpr int kLooks = 60;
  constexpr double kUnits = 600;
  ProportionStrata exact;
  ProportionStrata gaussian{.margin = {.ratio = 1, .difference = 1e-12}, .width = stats::kMixtureWidth};
  Counts a;
  Counts b;
  Observed found{0, 0, 0, kNever};
  for (int look = 0; look < kLooks; ++look) {
    const int step = look / 20;
    const double weight = step == 0 ? 0.05 : step == 1 ? 0.2 : 0.5;
    const double p = 0.03 + 0.06 * look / (kLooks - 1);
    const CountsBlock block{.step = step,
                            .baseline = chance.counts(kUnits * (1 - weight), p),
                            .candidate = chance.counts(kUnits * weight, p * (1 + lift))};
    a = a + block.baseline;
    b = b + block.candidate;
    exact = next_state(exact, block);
    gaussian = next_state(gaussian, block);
    const Evidence by_exact = evidence(exact);
    const Evidence by_gaussian = evidence(gaussian);
    if (std::max(by_exact.log_pass, by_exact.log_fail) >= kTwoSidedBound) {
      found[0] = 1;
      found[3] = std::min(found[3], look + 1.0);
    }
    if (std::max(by_gaussian.log_pass, by_gaussian.log_fail) >= kTwoSidedBound) found[1] = 1;
  }
  found[2] = std::abs(z_of(a, b)) > 1.96 ? 1 : 0;
  return found;
}

/// Units a version at which either side is decided at 5 % in all; kNever beyond 200 000.
Observed units_to_winner(Chance& chance, double p, double q, double units) {
  ProportionStrata state;
  for (double n = units; n <= 200'000; n += units) {
    state = next_state(state, {.baseline = chance.counts(units, p), .candidate = chance.counts(units, q)});
    const Evidence found = evidence(state);
    if (std::max(found.log_pass, found.log_fail) >= kTwoSidedBound) return {n};
  }
  return {kNever};
}

/// First look with a false pass, with a false fail (1 or 0), and the look of a pass.
Observed at_margin(Chance& chance, double ratio, double p, double q, double units, double weight) {
  ProportionStrata state{.margin = {.ratio = ratio}};
  Observed found{0, 0, kNever};
  for (int look = 1; look <= 200; ++look) {
    state = next_state(state, {.baseline = chance.counts(units * (1 - weight), p),
                               .candidate = chance.counts(units * weight, q)});
    const Evidence now = evidence(state);
    if (now.log_fail >= kBound) found[1] = 1;
    if (now.log_pass < kBound) continue;
    found[0] = 1;
    found[2] = std::min(found[2], static_cast<double>(look));
  }
  return found;
}

Observed rare(Chance& chance, double times) {
  ProportionStrata state;
  Observed found(2, 0.0);
  for (int look = 0; look < 60; ++look) {
    state = next_state(
        state, {.baseline = chance.counts(950, 0.002), .candidate = chance.counts(50, 0.002 * times)});
    const Evidence now = evidence(state);
    if (std::max(now.log_pass, now.log_fail) >= kTwoSidedBound) found[0] = 1;
    if (now.log_fail >= kBound) found[1] = 1;
  }
  return found;
}

}  // namespace

void false_winners(Report& report, int runs) {
  report.begin("E1  False winners: two identical versions, 200 looks of 100 units each");
  const std::vector<std::vector<double>> wanted{{43.7, 65.5, 22.0, 2.8, 4.9},
                                                {38.7, 58.2, 16.8, 1.8, stats::kNan}};
  for (int i = 0; i < 2; ++i) {
    const double p = i == 0 ? 0.05 : 0.01;
    const auto& want = wanted[static_cast<std::size_t>(i)];
    const auto wrong = simulated(runs, 1, [p](Chance& chance) { return peeked(chance, p, 200, 100); });
    const std::string at = ", p = " + std::string(i == 0 ? "0.05" : "0.01");
    report.add({"a z test at each look" + at, share(wrong[0]), want[0]});
    report.add({"P(win) > 0.95 at each look" + at, share(wrong[1]), want[1]});
    report.add({"P(win) > 0.99 at each look" + at, share(wrong[2]), want[2]});
    report.add({"evidence of iter8" + at, share(wrong[3]), want[3], Bound::at_most, 5});
    report.add({"one z test at the end" + at, share(wrong[4]), want[4]});
  }
  const auto five = simulated(runs, 2, five_identical);
  report.add({"five identical versions, 100 looks: a winner is named", share(five[0]), 0, Bound::at_most, 5});
  report.add(
      {"five identical versions, 100 looks: any beats the baseline", share(five[1]), 1.8, Bound::at_most, 5});
}

void canary_ramp(Report& report, int runs) {
  report.begin("E2  Canary ramp 5-20-50 %, a baseline drifting from 3 % to 9 %, 60 looks of 600 units");
  const auto same = simulated(runs, 3, [](Chance& chance) { return ramp(chance, 0); });
  report.add({"no difference: pooled z test at the end", share(same[2]), 99.8});
  report.add({"no difference: evidence of iter8, exact", share(same[0]), 2.9, Bound::at_most, 5});
  report.add({"no difference: evidence of iter8, Gaussian", share(same[1]), 2.6, Bound::at_most, 5});
  const auto better = simulated(runs, 4, [](Chance& chance) { return ramp(chance, 0.3); });
  report.add({"30 % better: decided", share(better[0]), 99.1, Bound::at_least, 95});
  report.add({"30 % better: median look of 60", median_of(better[3]), 37, Bound::shown, 0, " "});
}

void comparison_speed(Report& report, int runs) {
  report.begin("E4  Units a version until a winner");
  const auto near =
      simulated(runs, 5, [](Chance& chance) { return units_to_winner(chance, 0.05, 0.06, 100); });
  report.add({"0.05 and 0.06: median", median_of(near[0]), 8500, Bound::within_tenth, 0, " "});
  report.add({"0.05 and 0.06: mean", mean_of(near[0]), 9835, Bound::shown, 0, " "});
  const auto far =
      simulated(runs, 6, [](Chance& chance) { return units_to_winner(chance, 0.05, 0.075, 100); });
  report.add({"0.05 and 0.075: median", median_of(far[0]), 1600, Bound::within_tenth, 0, " "});
  report.add({"0.05 and 0.075: mean", mean_of(far[0]), 1823, Bound::shown, 0, " "});
}

void margins(Report& report, int runs) {
  report.begin("E5  Margins: candidate <= ratio * baseline, exactly on the margin; 200 looks of 400 units");
  const std::vector<std::pair<double, std::vector<double>>> ratios{{1.1, {2.2, 2.2}}, {1.2, {2.1, 3.1}}};
  for (const auto& [ratio, want] : ratios) {
    const auto found = simulated(
        runs, 7, [r = ratio](Chance& chance) { return at_margin(chance, r, 0.05, 0.05 * r, 400, 0.5); });
    const std::string at = ", ratio " + std::string(ratio < 1.15 ? "1.1" : "1.2");
    report.add({"false pass" + at, share(found[0]), want[0], Bound::at_most, 5});
    report.add({"false fail" + at, share(found[1]), want[1], Bound::at_most, 5});
  }
  const auto thin =
      simulated(runs, 8, [](Chance& chance) { return at_margin(chance, 1.2, 0.002, 0.0024, 5000, 0.05); });
  report.add({"false pass, p = 0.002, 5 % canary", share(thin[0]), 0.5, Bound::at_most, 5});
  report.add({"false fail, p = 0.002, 5 % canary", share(thin[1]), 4.2, Bound::at_most, 5});
  const auto same =
      simulated(runs, 9, [](Chance& chance) { return at_margin(chance, 1.2, 0.05, 0.05, 400, 0.5); });
  report.add({"identical versions, ratio 1.2: passed by the end", share(same[0]), 99.9, Bound::at_least, 99});
  report.add({"identical versions, ratio 1.2: median look", median_of(same[2]), 39, Bound::at_most, 43, " "});
}

void rare_events(Report& report, int runs) {
  report.begin("E6  Rare events: p = 0.002, 5 % canary, 60 looks of 1000 requests");
  const auto same = simulated(runs, 10, [](Chance& chance) { return rare(chance, 1); });
  report.add({"identical: decided, either side", share(same[0]), 0.6, Bound::at_most, 5});
  report.add({"identical: decided worse, one side", share(same[1]), 1.1, Bound::at_most, 5});
  const auto worse = simulated(runs, 11, [](Chance& chance) { return rare(chance, 3); });
  report.add({"3 times worse: found, either side", share(worse[0]), 79, Bound::shown});
  report.add({"3 times worse: found, one side", share(worse[1]), 90, Bound::shown});
}

}  // namespace iter8::bench
