#include "stats/evidence/rate.h"

#include <cmath>
#include <vector>

#include <catch2/catch.hpp>

#include "stats/evidence/ratio.h"

namespace iter8::stats {
namespace {

TEST_CASE("a rate far from its limit is decided, one near it is not") {
  for (const Mode mode : {Mode::fixed, Mode::anytime}) {
    CHECK(decision_of(evidence(EventRate{50, 100}, Side::at_most, 1), {.mode = mode}) == Decision::pass);
    CHECK(decision_of(evidence(EventRate{200, 100}, Side::at_most, 1), {.mode = mode}) == Decision::fail);
    CHECK(decision_of(evidence(EventRate{200, 100}, Side::at_least, 1), {.mode = mode}) == Decision::pass);
    CHECK(decision_of(evidence(EventRate{100, 100}, Side::at_most, 1), {.mode = mode}) ==
          Decision::undecided);
  }
}

// A small proportion of many units is a rate.
TEST_CASE("a rate is the limit of rare proportions") {
  const Evidence rate = evidence(EventRate{20, 1e6}, Side::at_most, 4e-5);
  const Evidence proportion = evidence(Counts{20, 1e6}, Side::at_most, 4e-5);
  CHECK(rate.p_pass == Approx(proportion.p_pass).epsilon(1e-3));
  CHECK(rate.log_pass == Approx(proportion.log_pass).margin(1e-3));
  CHECK(evidence(EventRate{90, 1e6}, Side::at_most, 4e-5).log_fail ==
        Approx(evidence(Counts{90, 1e6}, Side::at_most, 4e-5).log_fail).margin(1e-2));
}

TEST_CASE("two rates are compared by their share of the events") {
  const ConditionalQuestion same = conditional_question({100, 50}, {100, 50}, 1);
  CHECK(same.limit == 0.5);
  CHECK(same.counts.total == 200);
  const ConditionalQuestion worse = conditional_question({100, 90}, {40, 10}, 1);
  CHECK(decision_of(evidence(worse.counts, Side::at_most, worse.limit), {}) == Decision::fail);
}

TEST_CASE("rates that cannot be are refused") {
  CHECK(evidence(EventRate{-1, 5}, Side::at_most, 1).invalid_reason == InvalidReason::negative);
  CHECK(evidence(EventRate{1, 0}, Side::at_most, 1).invalid_reason == InvalidReason::no_data);
  CHECK(evidence(EventRate{kNan, 5}, Side::at_most, 1).invalid_reason == InvalidReason::non_finite);
  CHECK(evidence(EventRate{1, 5}, Side::at_most, 0).invalid_reason == InvalidReason::limit_out_of_range);
  CHECK(std::isnan(probability(EventRate{1, 5}, Side::at_most, kNan)));
  CHECK(evidence(conditional_question({1, 0}, {1, 1}, 1).counts, Side::at_most, 0.5).invalid_reason);
}

const PairMoments kPair{.count = 500,
                        .mean_numerator = 50,
                        .mean_denominator = 5,
                        .variance_numerator = 400,
                        .variance_denominator = 4,
                        .covariance = 30};

TEST_CASE("a ratio is judged by its linearised mean") {
  CHECK(estimate_of(kPair) == 10);
  CHECK(linearized_moments(kPair, 10).mean == 0);
  CHECK(linearized_moments(kPair, 10).variance == Approx(400 - 600 + 400));
  CHECK(decision_of(evidence(kPair, Side::at_most, 10.6, kPlannedUnits), {}) == Decision::pass);
  CHECK(decision_of(evidence(kPair, Side::at_most, 9.4, kPlannedUnits), {}) == Decision::fail);
  CHECK(probability(kPair, Side::at_most, 10) == Approx(0.5));
  const Interval fieller = fieller_interval(kPair, 0.95);
  CHECK(probability(kPair, Side::at_most, fieller.lower) == Approx(0.025).epsilon(1e-6));
  CHECK(probability(kPair, Side::at_most, fieller.upper) == Approx(0.975).epsilon(1e-6));
  CHECK(standard_error(kPair) == Approx((fieller.upper - fieller.lower) / 2 / 1.965).epsilon(0.02));
}

TEST_CASE("sums of pairs give moments, and a denominator that may be 0 an open interval") {
  const std::vector<std::pair<double, double>> units{{2, 1}, {4, 3}, {9, 2}, {1, 2}};
  PairSums sums;
  for (const auto& [m, d] : units) {
    ++sums.count;
    sums.numerator += m;
    sums.denominator += d;
    sums.numerator_squares += m * m;
    sums.denominator_squares += d * d;
    sums.products += m * d;
  }
  const PairMoments pair = moments_of_sums(sums);
  CHECK(pair.mean_numerator == 4);
  CHECK(pair.variance_numerator == Approx(38.0 / 3));
  CHECK(pair.variance_denominator == Approx(2.0 / 3));
  CHECK(pair.covariance == Approx(2.0 / 3));
  PairMoments noisy = kPair;
  noisy.mean_denominator = 0.01;
  CHECK(std::isinf(fieller_interval(noisy, 0.95).upper));
}

TEST_CASE("pairs that cannot be are refused") {
  PairMoments wrong = kPair;
  wrong.covariance = 1000;
  CHECK(evidence(wrong, Side::at_most, 10, 5000).invalid_reason == InvalidReason::negative);
  wrong = kPair;
  wrong.mean_denominator = 0;
  CHECK(evidence(wrong, Side::at_most, 10, 5000).invalid_reason == InvalidReason::limit_out_of_range);
  wrong = kPair;
  wrong.variance_numerator = kNan;
  CHECK(std::isnan(estimate_of(wrong)));
  CHECK(std::isnan(fieller_interval(wrong, 0.95).lower));
  CHECK(invalid_reason_of(moments_of_sums({})) == InvalidReason::no_data);
}

}  // namespace
}  // namespace iter8::stats
