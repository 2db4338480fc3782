#include "stats/evidence/quantile.h"

#include <cmath>
#include <numeric>
#include <vector>

#include <catch2/catch.hpp>

namespace iter8::stats {
namespace {

std::vector<double> ramp_of(int n) {
  std::vector<double> values(static_cast<std::size_t>(n));
  std::iota(values.begin(), values.end(), 1.0);
  return values;
}

const std::vector<Cell> kBuckets{{0, 10, 900}, {10, 20, 90}, {20, 40, 10}};

TEST_CASE("cells of samples are their distinct values in order") {
  const std::vector<Cell> cells = cells_of(std::vector{3.0, 1.0, 3.0, 2.0});
  REQUIRE(cells.size() == 3);
  CHECK(cells[2].lower == 3);
  CHECK(cells[2].upper == 3);
  CHECK(cells[2].count == 2);
  CHECK(invalid_reason_of(cells_of(std::vector{1.0, kNan})) == InvalidReason::non_finite);
  CHECK(invalid_reason_of(cells_of(std::vector<double>{})) == InvalidReason::no_data);
}

TEST_CASE("values that share a bucket with the limit are possibly above it") {
  const Exceedances at_edge = exceedances(kBuckets, 20);
  CHECK(at_edge.surely == 10);
  CHECK(at_edge.possibly == 10);
  CHECK(at_edge.total == 1000);
  const Exceedances inside = exceedances(kBuckets, 15);
  CHECK(inside.surely == 10);
  CHECK(inside.possibly == 100);
  const std::vector<Cell> exact = cells_of(std::vector{1.0, 2.0, 3.0});
  CHECK(exceedances(exact, 2).surely == 1);
  CHECK(exceedances(exact, 2).possibly == 1);
}

TEST_CASE("a percentile objective is a proportion: 299 values below the limit certify p99") {
  CHECK(decision_of(evidence({0, 0, 298}, 0.99, Side::at_most), {}) == Decision::undecided);
  CHECK(decision_of(evidence({0, 0, 299}, 0.99, Side::at_most), {}) == Decision::pass);
  CHECK(decision_of(evidence({40, 40, 1000}, 0.99, Side::at_most), {}) == Decision::fail);
  CHECK(decision_of(evidence({40, 40, 1000}, 0.99, Side::at_least), {}) == Decision::pass);
  const Evidence as_share = evidence(Counts{3, 1000}, Side::at_most, 1 - 0.99);
  CHECK(evidence({3, 3, 1000}, 0.99, Side::at_most).log_pass == as_share.log_pass);
}

TEST_CASE("a bucket that is too wide for its limit decides nothing and says why") {
  const Exceedances wide{.surely = 1, .possibly = 60, .total = 1000};
  CHECK(decision_of(evidence(wide, 0.99, Side::at_most), {}) == Decision::undecided);
  CHECK(resolution(wide, 0.99, Side::at_most, {}) == Resolution::bucket_too_wide);
  const Exceedances fine{.surely = 1, .possibly = 2, .total = 1000};
  CHECK(resolution(fine, 0.99, Side::at_most, {}) == Resolution::enough);
  CHECK(decision_of(evidence(fine, 0.99, Side::at_most), {}) == Decision::pass);
  CHECK(probability(wide, 0.99, Side::at_most) < 0.5);
}

TEST_CASE("contradictory exceedances and buckets are refused") {
  CHECK(evidence({5, 3, 10}, 0.9, Side::at_most).invalid_reason == InvalidReason::unordered);
  CHECK(evidence({5, 30, 10}, 0.9, Side::at_most).invalid_reason == InvalidReason::events_above_total);
  CHECK(evidence({0, 0, 0}, 0.9, Side::at_most).invalid_reason == InvalidReason::no_data);
  CHECK(evidence({1, 1, 10}, 1, Side::at_most).invalid_reason == InvalidReason::limit_out_of_range);
  CHECK(evidence(exceedances(kBuckets, kNan), 0.9, Side::at_most).invalid_reason ==
        InvalidReason::non_finite);
  CHECK(invalid_reason_of(std::vector<Cell>{{0, 10, 1}, {5, 20, 1}}) == InvalidReason::unordered);
  CHECK(invalid_reason_of(std::vector<Cell>{{0, 10, -1}}) == InvalidReason::negative);
  CHECK(invalid_reason_of(std::vector<Cell>{{10, 0, 1}}) == InvalidReason::unordered);
  CHECK(std::isnan(quantile_of(std::vector<Cell>{{0, kNan, 1}}, 0.5)));
  CHECK_FALSE(invalid_reason_of(std::vector<Cell>{{0, 10, 1}, {10, kInfinity, 1}}));
}

TEST_CASE("a quantile is interpolated in its bucket, its interval is edges of buckets") {
  CHECK(quantile_of(kBuckets, 0.9) == Approx(10));
  CHECK(quantile_of(kBuckets, 0.945) == Approx(15));
  const Interval interval = quantile_interval(kBuckets, 0.9, 0.95);
  CHECK(interval.lower == 0);
  CHECK(interval.upper == 20);
}

// Ranks by scipy's binomial distribution; see tests/accuracy for more.
TEST_CASE("the interval of a quantile is bounded by order statistics, or open where data are few") {
  const std::vector<Cell> cells = cells_of(ramp_of(400));
  CHECK(quantile_interval(cells, 0.5, 0.95).lower == 180);
  CHECK(quantile_interval(cells, 0.5, 0.95).upper == 221);
  CHECK(std::isinf(quantile_interval(cells_of(ramp_of(100)), 0.99, 0.95).upper));
  CHECK(std::isinf(quantile_interval(cells_of(ramp_of(367)), 0.99, 0.95).upper));
  CHECK(std::isfinite(quantile_interval(cells_of(ramp_of(368)), 0.99, 0.95).upper));
}

TEST_CASE("the sequence of a quantile contains its interval") {
  for (const int n : {50, 400, 2000}) {
    const std::vector<Cell> cells = cells_of(ramp_of(n));
    const Interval fixed = quantile_interval(cells, 0.9, 0.95);
    const Interval sequence = quantile_sequence(cells, 0.9, 0.05);
    CHECK(sequence.lower <= fixed.lower);
    CHECK(sequence.upper >= fixed.upper);
  }
}

TEST_CASE("the band of the distribution function narrows with the data") {
  CHECK(distribution_band(1000, 100, 0.05) == Approx(0.08204769).epsilon(1e-5));
  CHECK(distribution_band(100'000, 100, 0.05) < 0.02);
  CHECK(std::isnan(distribution_band(10, 100, 0.05)));
}

TEST_CASE("equal distributions are below each other with probability one half") {
  const std::vector<Cell> cells = cells_of(ramp_of(500));
  CHECK(probability_below(cells, cells, 0.9, 1) == Approx(0.5).epsilon(1e-9));
  CHECK(probability_below(kBuckets, kBuckets, 0.9, 1) == Approx(0.5).epsilon(1e-9));
  CHECK(probability_below(cells, cells, 0.9, 1.3) > 0.999);
  CHECK(probability_below(cells, cells, 0.9, 0.7) < 0.001);
}

TEST_CASE("a version that is clearly slower is found, a margin that is clearly kept passes") {
  const std::vector<double> values = ramp_of(2000);
  std::vector<double> slower = values;
  for (double& value : slower) value *= 1.2;
  const std::vector<Cell> fast = cells_of(values);
  const std::vector<Cell> slow = cells_of(slower);
  for (const Mode mode : {Mode::fixed, Mode::anytime}) {
    CHECK(decision_of(quantile_comparison(fast, slow, 0.9, 1), {.mode = mode}) == Decision::fail);
    CHECK(decision_of(quantile_comparison(slow, fast, 0.9, 1), {.mode = mode}) == Decision::pass);
    CHECK(decision_of(quantile_comparison(fast, slow, 0.9, 1.5), {.mode = mode}) == Decision::pass);
    CHECK(decision_of(quantile_comparison(fast, fast, 0.9, 1), {.mode = mode}) == Decision::undecided);
  }
  CHECK(quantile_comparison(fast, slow, 0.9, 0).invalid_reason == InvalidReason::limit_out_of_range);
  CHECK(quantile_comparison(fast, {}, 0.9, 1).invalid_reason == InvalidReason::no_data);
}

}  // namespace
}  // namespace iter8::stats
