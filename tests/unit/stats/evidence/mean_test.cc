#include "stats/evidence/mean.h"

#include <cmath>
#include <vector>

#include <catch2/catch.hpp>

namespace iter8::stats {
namespace {

const Moments kSample{.count = 400, .mean = 10, .variance = 4, .skewness = 0.1};

TEST_CASE("moments agree with a small sample computed by hand, and merge exactly") {
  const std::vector<double> values{2, 4, 4, 4, 5, 5, 7, 9};
  const Moments whole = moments_of(values);
  CHECK(whole.count == 8);
  CHECK(whole.mean == 5);
  CHECK(whole.variance == Approx(32.0 / 7).epsilon(1e-14));
  CHECK(*whole.skewness == Approx(0.65625).epsilon(1e-13));

  const std::span all(values);
  const Moments merged = moments_of(all.first(3)) + moments_of(all.subspan(3));
  CHECK(merged.mean == Approx(whole.mean).epsilon(1e-14));
  CHECK(merged.variance == Approx(whole.variance).epsilon(1e-14));
  const Moments halves = moments_of(all.first(4)) + moments_of(all.subspan(4));
  CHECK(*halves.skewness == Approx(0.65625).epsilon(1e-12));
}

TEST_CASE("sums that rounding alone made inconsistent count as equal values, worse ones are refused") {
  CHECK(moments_of_sums(3, 6, 14).variance == Approx(1));
  CHECK(invalid_reason_of(moments_of_sums(1000, 1000, 1000 - 1e-10)) == InvalidReason::no_variance);
  CHECK(invalid_reason_of(moments_of_sums(1000, 1000, 900)) == InvalidReason::negative);
  CHECK(invalid_reason_of(moments_of_sums(0, 0, 0)) == InvalidReason::no_data);
  CHECK(invalid_reason_of(moments_of_sums(kNan, 1, 1)) == InvalidReason::non_finite);
}

TEST_CASE("bad moments are refused and decide nothing") {
  const std::vector<std::pair<Moments, InvalidReason>> wrong{
      {{.count = 0}, InvalidReason::no_data},         {{1, 1, 0}, InvalidReason::too_few},
      {{10, 1, 0}, InvalidReason::no_variance},       {{10, 1, -1}, InvalidReason::negative},
      {{-10, 1, 1}, InvalidReason::negative},         {{10, kNan, 1}, InvalidReason::non_finite},
      {{10, 1, kInfinity}, InvalidReason::non_finite}};
  for (const auto& [moments, invalid_reason] : wrong) {
    CAPTURE(moments.count, moments.mean, moments.variance);
    const Evidence found = evidence(moments, Side::at_most, 100, kPlannedUnits);
    CHECK(found.invalid_reason == invalid_reason);
    CHECK(decision_of(found, {}) == Decision::undecided);
    CHECK(std::isnan(probability(moments, Side::at_most, 100)));
    CHECK(std::isnan(credible_interval(moments, 0.95).lower));
    CHECK(std::isnan(confidence_sequence(moments, 0.05, 5000).lower));
  }
  CHECK(evidence(kSample, Side::at_most, kNan, 5000).invalid_reason == InvalidReason::limit_out_of_range);
  CHECK(evidence(kSample, Side::at_most, 11, 0).invalid_reason == InvalidReason::limit_out_of_range);
}

TEST_CASE("a mean clearly below its limit passes and one clearly above fails") {
  for (const Mode mode : {Mode::fixed, Mode::anytime, Mode::hybrid}) {
    CHECK(decision_of(evidence(kSample, Side::at_most, 10.6, 5000), {.mode = mode}) == Decision::pass);
    CHECK(decision_of(evidence(kSample, Side::at_most, 9.4, 5000), {.mode = mode}) == Decision::fail);
    CHECK(decision_of(evidence(kSample, Side::at_least, 9.4, 5000), {.mode = mode}) == Decision::pass);
    CHECK(decision_of(evidence(kSample, Side::at_most, 10.01, 5000), {.mode = mode}) == Decision::undecided);
  }
}

TEST_CASE("anytime evidence about a mean waits for enough units for its skewness") {
  const Moments few{.count = 99, .mean = 10, .variance = 4};
  CHECK(monitoring_of(few) == Monitoring::too_early);
  CHECK(evidence(few, Side::at_most, 20, 5000).log_pass == 0);
  CHECK(evidence(few, Side::at_most, 20, 5000).p_pass < 1e-9);
  CHECK(monitoring_of({.count = 100, .mean = 10, .variance = 4}) == Monitoring::skew_unknown);
  CHECK(monitoring_of(kSample) == Monitoring::ready);
  CHECK(monitoring_of({.count = 400, .mean = 1, .variance = 4, .skewness = 3}) == Monitoring::too_early);
  CHECK(units_before_monitoring({.count = 400, .mean = 1, .variance = 4, .skewness = 3}) == 450);
}

TEST_CASE("the confidence sequence of a mean is the set that the mixture does not reject") {
  const Interval sequence = confidence_sequence(kSample, 0.05, 5000);
  const Interval fixed = credible_interval(kSample, 0.95);
  CHECK(sequence.lower < fixed.lower);
  CHECK(sequence.upper > fixed.upper);
  CHECK(std::isinf(confidence_sequence({.count = 2, .mean = 1, .variance = 1}, 0.05, 5000).upper));
}

TEST_CASE("evidence stays finite however far the mean is from the limit") {
  for (const double limit : {-1e300, -1e9, 1e9, 1e300}) {
    const Evidence found = evidence(kSample, Side::at_most, limit, 5000);
    CHECK(std::isfinite(found.log_pass));
    CHECK(std::isfinite(found.log_fail));
    CHECK(std::min(found.log_pass, found.log_fail) <= 0);
  }
}

}  // namespace
}  // namespace iter8::stats
