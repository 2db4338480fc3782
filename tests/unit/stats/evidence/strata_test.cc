#include "stats/evidence/strata.h"

#include <cmath>
#include <vector>

#include <catch2/catch.hpp>

#include "stats/evidence/conditional.h"
#include "stats/math/distributions.h"

namespace iter8::stats {
namespace {

CountsBlock block(Counts baseline, Counts candidate, int step = 0) {
  return {.step = step, .baseline = baseline, .candidate = candidate};
}

Decision anytime(const Evidence& found) {
  return decision_of(found, {.mode = Mode::anytime});
}

template <typename State, typename Block>
State after(State state, const Block& each, int looks) {
  for (int i = 0; i < looks; ++i) state = next_state(state, each);
  return state;
}

TEST_CASE("a better candidate is found from either side, an equal one is not") {
  const ProportionStrata better = after(ProportionStrata{}, block({50, 1000}, {75, 1000}), 10);
  CHECK(anytime(evidence(better)) == Decision::fail);  // the question is "at most the baseline"
  const ProportionStrata worse = after(ProportionStrata{}, block({75, 1000}, {50, 1000}), 10);
  CHECK(anytime(evidence(worse)) == Decision::pass);
  const ProportionStrata equal = after(ProportionStrata{}, block({50, 1000}, {50, 1000}), 10);
  CHECK(anytime(evidence(equal)) == Decision::undecided);
  CHECK(evidence(equal).log_pass < 0);
  CHECK(evidence(equal).log_fail < 0);
}

TEST_CASE("both directions are never favoured together") {
  for (const double x : {0.0, 1.0, 3.0, 20.0, 80.0}) {
    const Evidence found = evidence(next_state(ProportionStrata{}, block({10, 400}, {x, 100})));
    CHECK(std::min(found.log_pass, found.log_fail) <= 0);
  }
}

// The mean of the likelihood ratio over the hypergeometric distribution of the candidate's events is 1 at
// each node.
TEST_CASE("the exact form is a martingale whatever the true rate is") {
  constexpr double kBaseline = 30;
  constexpr double kCandidate = 20;
  constexpr double kEvents = 7;
  std::vector<double> means(2 * kHalfNodes - 1, 0.0);
  const auto choose = [](double n, double k) {
    return std::exp(std::lgamma(n + 1) - std::lgamma(k + 1) - std::lgamma(n - k + 1));
  };
  for (double x = 0; x <= kEvents; ++x) {
    const double chance =
        choose(kCandidate, x) * choose(kBaseline, kEvents - x) / choose(kBaseline + kCandidate, kEvents);
    const auto ratios = conditional_log_ratios({kEvents - x, kBaseline}, {x, kCandidate}, 0.4);
    for (std::size_t i = 0; i < means.size(); ++i) means[i] += chance * std::exp(ratios[i]);
  }
  for (const double mean : means) CHECK(mean == Approx(1).epsilon(1e-10));
}

TEST_CASE("the weights of the mixture sum to one") {
  double sum = mixture_grid().weights[0];
  for (std::size_t i = 1; i < kHalfNodes; ++i) sum += 2 * mixture_grid().weights[i];
  CHECK(sum == Approx(1).epsilon(1e-14));
}

TEST_CASE("a small effect of much data falls into no gap of the mixture") {
  ProportionStrata exact = after(ProportionStrata{}, block({4500, 50'000}, {4230, 50'000}), 4);
  const ProportionStrata gaussian = after(ProportionStrata{.margin = {.ratio = 1, .difference = 1e-12}},
                                          block({4500, 50'000}, {4230, 50'000}), 4);
  CHECK(evidence(exact).log_pass == Approx(evidence(gaussian).log_pass).margin(1));
  CHECK(anytime(evidence(exact)) == Decision::pass);
}

TEST_CASE("a stratum that tells nothing adds nothing") {
  for (const auto& [baseline, candidate] :
       std::vector<std::pair<Counts, Counts>>{{{0, 10}, {0, 10}}, {{10, 10}, {10, 10}}, {{3, 10}, {0, 0}}})
    for (const double ratio : conditional_log_ratios(baseline, candidate, 0.4)) CHECK(ratio == 0);
  const ProportionStrata none = after(ProportionStrata{}, block({5, 100}, {0, 0}), 5);
  CHECK(evidence(none).invalid_reason == InvalidReason::no_data);
}

TEST_CASE("a ramp with a drifting baseline does not mislead, and is reported as Simpson's paradox") {
  ProportionStrata state;
  state = after(state, block({285, 9500}, {14, 500}, 0), 10);    // 3 % and 2.8 %
  state = after(state, block({450, 5000}, {420, 5000}, 1), 10);  // 9 % and 8.4 %
  const double pooled_baseline = state.baseline.events / state.baseline.total;
  const double pooled_candidate = state.candidate.events / state.candidate.total;
  CHECK(pooled_candidate > 1.3 * pooled_baseline);  // it looks far worse
  CHECK(evidence(state).log_fail < 0);
  CHECK(evidence(state).log_pass > 0);
  CHECK(agreement(state) == Agreement::simpson);
}

TEST_CASE("blocks of different weights are never merged") {
  ProportionStrata state{.margin = {.ratio = 1.2}};
  state = next_state(state, block({2, 100}, {1, 100}, 0));
  CHECK(state.strata == 0);
  state = next_state(state, block({2, 100}, {1, 100}, 0));
  CHECK(state.strata == 1);
  state = next_state(state, block({2, 100}, {1, 100}, 0));
  state = next_state(state, block({2, 100}, {1, 100}, 1));
  CHECK(state.strata == 1);
  CHECK(state.open.baseline.total == 100);
  CHECK(state.baseline.total == 400);
}

TEST_CASE("margins: not worse by more than 20 % passes, 20 % better does not pass for free") {
  const ProportionStrata same =
      after(ProportionStrata{.margin = {.ratio = 1.2}}, block({50, 1000}, {50, 1000}), 20);
  CHECK(anytime(evidence(same)) == Decision::pass);
  const ProportionStrata worse =
      after(ProportionStrata{.margin = {.ratio = 1.2}}, block({50, 1000}, {90, 1000}), 20);
  CHECK(anytime(evidence(worse)) == Decision::fail);
  const ProportionStrata shifted =
      after(ProportionStrata{.margin = {.difference = 0.02}}, block({50, 1000}, {50, 1000}), 20);
  CHECK(anytime(evidence(shifted)) == Decision::pass);
  CHECK(evidence(ProportionStrata{.margin = {.ratio = 0}}).invalid_reason ==
        InvalidReason::limit_out_of_range);
  CHECK(evidence(ProportionStrata{.margin = {.ratio = kNan}}).invalid_reason ==
        InvalidReason::limit_out_of_range);
}

// R: fisher.test(matrix(c(9, 51, 3, 37), 2), alternative = "greater").
TEST_CASE("one look decides by Fisher's exact test") {
  const Evidence found = evidence(next_state(ProportionStrata{}, block({3, 40}, {9, 60})));
  CHECK(found.p_fail == Approx(0.2097).margin(1e-3));
  CHECK(found.p_pass + found.p_fail > 1);
}

// The tail of a binomial: of 20 events all are the candidate's with probability 0.75^20 where it may have
// three times as many.
TEST_CASE("one look at a ratio of rare events decides by the exact conditional test") {
  const auto found = [](const Counts& baseline, const Counts& candidate, double ratio) {
    return evidence(next_state(ProportionStrata{.margin = {.ratio = ratio}}, block(baseline, candidate)));
  };
  CHECK(found({0, 1000}, {20, 1000}, 3).p_fail == Approx(std::pow(0.75, 20)));
  CHECK(found({0, 1000}, {20, 1000}, 3).p_pass == Approx(1));
  CHECK(found({20, 1000}, {0, 1000}, 1.2).p_pass == Approx(std::pow(1 / 2.2, 20)));
  CHECK(found({0, 2000}, {3, 1000}, 3).p_fail ==
        Approx(std::pow(0.6, 3)));  // fewer events than a stratum closes with
  CHECK(found({0, 1000}, {0, 1000}, 3).p_fail == 1);
  CHECK(found({5, 1000}, {16, 1000}, 3).p_fail > 0.3);
}

TEST_CASE("common events keep the score test") {
  const Evidence common =
      evidence(next_state(ProportionStrata{.margin = {.ratio = 3}}, block({200, 1000}, {600, 1000})));
  CHECK(common.p_fail == Approx(0.5).margin(0.01));
}

TEST_CASE("rare events of several looks are decided by the exact test of all their strata") {
  const Evidence same_split =
      evidence(after(ProportionStrata{.margin = {.ratio = 3}}, block({0, 500}, {10, 500}), 2));
  CHECK(same_split.p_fail == Approx(std::pow(0.75, 20)));
  CHECK(same_split.p_pass == Approx(1));

  ProportionStrata two_splits = next_state(ProportionStrata{}, block({0, 100}, {2, 100}, 0));
  two_splits = next_state(two_splits, block({0, 300}, {2, 100}, 1));
  CHECK(evidence(two_splits).p_fail == Approx(0.5 * 0.5 * 0.25 * 0.25));

  // The last block is too small to be a stratum, and counts all the same.
  ProportionStrata open = after(ProportionStrata{.margin = {.ratio = 3}}, block({0, 500}, {10, 500}), 1);
  open = next_state(open, block({0, 500}, {1, 500}));
  CHECK(evidence(open).p_fail == Approx(std::pow(0.75, 11)));
}

TEST_CASE("events that are too many to list are judged by what holds at every look") {
  const Evidence many =
      evidence(after(ProportionStrata{.margin = {.ratio = 3}}, block({0, 5000}, {300, 5000}), 2));
  CHECK(many.p_fail == Approx(always_valid_p(many.log_fail)));
  const Evidence fractions =
      evidence(after(ProportionStrata{.margin = {.ratio = 3}}, block({0, 500}, {10.5, 500}), 2));
  CHECK(fractions.p_fail == Approx(always_valid_p(fractions.log_fail)));
}

// The rates of wrong answers, summed over all outcomes: a binomial given the sum is never too sure.
TEST_CASE("the conditional test of a ratio keeps its level, for common events too") {
  const double n = 60;
  for (const double ratio : {0.5, 1.2, 3.0})
    for (const double share : {0.01, 0.1, 0.3}) {
      double wrong_pass = 0;
      double wrong_fail = 0;
      for (double x = 0; x <= n; ++x)
        for (double y = 0; y <= n; ++y) {
          const double p = binomial_at_most(x, n, share) - (x > 0 ? binomial_at_most(x - 1, n, share) : 0);
          const double q =
              binomial_at_most(y, n, ratio * share) - (y > 0 ? binomial_at_most(y - 1, n, ratio * share) : 0);
          const FisherTails tails = ratio_tails({x, n}, {y, n}, ratio);
          wrong_pass += tails.few <= 0.05 ? p * q : 0;
          wrong_fail += tails.many <= 0.05 ? p * q : 0;
        }
      INFO(ratio << " " << share);
      CHECK(wrong_pass <= 0.05);
      CHECK(wrong_fail <= 0.05);
    }
}

// The sum over all tables would take a billion steps.
TEST_CASE("Fisher's test ends also for the largest counts, and agrees with the sum where it stops to sum") {
  CHECK(fisher_tails({4e14, 9e14}, {4e14 + 9.5e7, 9e14}).many == Approx(3.2992e-6).epsilon(1e-4));
  for (const double n : {7e8, 9e8}) {  // 8.75e7 and 1.125e8 is the variance
    const double z = 10'000 / std::sqrt(n / 8);
    CHECK(fisher_tails({n / 2, n}, {n / 2 + 20'000, n}).many ==
          Approx(0.5 * std::erfc(z / std::sqrt(2.0))).epsilon(1e-3));
  }
}

TEST_CASE("a block of more units than doubles count ends, and says nothing") {
  const double most = 9007199254740992;
  const Evidence found =
      evidence(next_state(ProportionStrata{}, {.baseline = {1, 1}, .candidate = {most, most}}));
  CHECK(found.log_pass <= 1e-9);
  CHECK(found.log_fail <= 1e-9);
}

TEST_CASE("a refused block leaves the state as it was") {
  const ProportionStrata state = next_state(ProportionStrata{}, block({5, 100}, {5, 100}));
  for (const CountsBlock& bad :
       {block({5, 4}, {1, 10}), block({kNan, 4}, {1, 10}), block({1, 4}, {-1, 10})}) {
    CHECK(invalid_reason_of(bad));
    CHECK(next_state(state, bad).baseline.total == state.baseline.total);
    CHECK(next_state(state, bad).strata == state.strata);
  }
}

TEST_CASE("a restored state goes on as if nothing had happened") {
  const ProportionStrata whole = after(ProportionStrata{}, block({50, 1000}, {60, 1000}), 6);
  ProportionStrata first = after(ProportionStrata{}, block({50, 1000}, {60, 1000}), 3);
  const ProportionStrata copy{.margin = first.margin,
                              .width = first.width,
                              .baseline = first.baseline,
                              .candidate = first.candidate,
                              .strata = first.strata,
                              .score = first.score,
                              .variance = first.variance,
                              .log_ratios = first.log_ratios,
                              .open = first.open,
                              .closed = first.closed};
  const ProportionStrata resumed = after(copy, block({50, 1000}, {60, 1000}), 3);
  CHECK(evidence(resumed).log_fail == evidence(whole).log_fail);
}

Moments moments(double count, double mean, double variance) {
  return {.count = count, .mean = mean, .variance = variance, .skewness = 0.2};
}

MomentsBlock values(double baseline, double candidate, int step = 0) {
  return {.step = step, .baseline = moments(200, baseline, 4), .candidate = moments(200, candidate, 4)};
}

TEST_CASE("means: a difference is found from either side, and a margin passes") {
  const MeanStrata higher = after(MeanStrata{}, values(10, 10.6), 10);
  CHECK(anytime(evidence(higher)) == Decision::fail);
  const MeanStrata lower = after(MeanStrata{}, values(10.6, 10), 10);
  CHECK(anytime(evidence(lower)) == Decision::pass);
  const MeanStrata within = after(MeanStrata{.margin = {.ratio = 1.1}}, values(10, 10.1), 10);
  CHECK(anytime(evidence(within)) == Decision::pass);
  const Interval sequence = confidence_sequence(higher, 0.05);
  CHECK(sequence.lower < 0.6);
  CHECK(sequence.upper > 0.6);
  CHECK(sequence.lower > 0);
}

TEST_CASE("means: too little, equal or wrong values decide nothing") {
  CHECK(evidence(MeanStrata{}).invalid_reason == InvalidReason::no_data);
  const MomentsBlock constant{.baseline = {500, 3, 0}, .candidate = {500, 4, 0}};
  CHECK(evidence(next_state(MeanStrata{}, constant)).invalid_reason == InvalidReason::no_variance);
  const MomentsBlock thin{.baseline = moments(20, 10, 4), .candidate = moments(20, 30, 4)};
  CHECK(evidence(next_state(MeanStrata{}, thin)).log_fail == 0);
  CHECK(evidence(next_state(MeanStrata{}, thin)).p_fail < 1e-6);
  CHECK(invalid_reason_of(MomentsBlock{.baseline = moments(10, kNan, 1), .candidate = moments(10, 1, 1)}));
  CHECK(invalid_reason_of(MomentsBlock{.baseline = moments(10, 1, -1), .candidate = moments(10, 1, 1)}));
  CHECK(evidence(MeanStrata{.planned = 0}).invalid_reason == InvalidReason::limit_out_of_range);
}

// Welch's t of R: t = 3.0, df = 398 for equal variances and sizes.
TEST_CASE("means: one look decides by Welch's t") {
  const Evidence found = evidence(next_state(MeanStrata{}, values(10, 10.6)));
  CHECK(found.p_fail == Approx(0.00143).margin(2e-5));
}

TEST_CASE("the width of the mixture follows the smallest effect of interest") {
  CHECK(mixture_width(0.1) == Approx(2 * std::log(1.1)));
  CHECK(mixture_width(-0.1) == Approx(-2 * std::log(0.9)));
}

}  // namespace
}  // namespace iter8::stats
