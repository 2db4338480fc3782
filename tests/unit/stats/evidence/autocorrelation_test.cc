#include "stats/evidence/autocorrelation.h"

#include <cmath>
#include <random>
#include <vector>

#include <catch2/catch.hpp>

namespace iter8::stats {
namespace {

std::vector<double> noise(std::size_t n, double phi = 0) {
  std::mt19937_64 random(3);
  std::normal_distribution<double> normal;
  std::vector<double> values(n);
  double state = 0;
  for (double& value : values) value = state = phi * state + normal(random);
  return values;
}

TEST_CASE("a warm-up is cut, a steady series hardly") {
  std::vector<double> values = noise(1000);
  CHECK(warmup_length(values) <= 100);
  for (std::size_t i = 0; i < 100; ++i) values[i] += 20;
  CHECK(warmup_length(values) >= 100);
  CHECK(warmup_length(values) <= 200);
  CHECK(warmup_length(values) % 5 == 0);
}

TEST_CASE("at most half of a series is warm-up, and little data have none") {
  std::vector<double> rising(400);
  for (std::size_t i = 0; i < rising.size(); ++i) rising[i] = static_cast<double>(i);
  CHECK(warmup_length(rising) <= 200);
  CHECK(warmup_length(noise(19)) == 0);
  CHECK(warmup_length(std::vector<double>(100, kNan)) == 0);
}

TEST_CASE("independent values are not inflated, dependent ones are") {
  CHECK(batch_means(noise(20'000), 0.95).variance_inflation == Approx(1).margin(0.7));
  const BatchMeans dependent = batch_means(noise(20'000, 0.8), 0.95);
  CHECK(dependent.variance_inflation > 4);  // 9 in truth
  CHECK(dependent.effective < 5000);
  CHECK(dependent.freedom == 19);
  CHECK(dependent.interval.lower < dependent.mean);
}

TEST_CASE("series without information are refused") {
  CHECK(batch_means(noise(39), 0.95).invalid_reason == InvalidReason::too_few);
  CHECK(batch_means(std::vector<double>(100, 3.0), 0.95).invalid_reason == InvalidReason::no_variance);
  std::vector<double> broken = noise(100);
  broken[50] = kInfinity;
  CHECK(batch_means(broken, 0.95).invalid_reason == InvalidReason::non_finite);
  CHECK(moments_of_windows(noise(7)).invalid_reason == InvalidReason::too_few);
}

TEST_CASE("deflation never adds data") {
  CHECK(effective_sample(Counts{10, 100}, 2).total == 50);
  CHECK(effective_sample(Counts{10, 100}, 2).events == 5);
  CHECK(effective_sample(Counts{10, 100}, 0.5).total == 100);
  CHECK(effective_sample(Counts{10, 100}, kNan).total == 100);
  CHECK(effective_sample(Moments{100, 5, 2}, 4).count == 25);
}

TEST_CASE("window values become moments, fewer when they depend on each other") {
  const WindowMoments steady = moments_of_windows(noise(60));
  CHECK_FALSE(steady.invalid_reason);
  CHECK(steady.moments.count > 20);
  const WindowMoments slow = moments_of_windows(noise(60, 0.95));
  CHECK(slow.inflation > kInflationWarning);
  CHECK(slow.moments.count < 40);
}

TEST_CASE("a counter that falls was reset") {
  const Increase increase = increase_of(std::vector{10.0, 15.0, 3.0, 8.0});
  CHECK(increase.amount == 13);
  CHECK(increase.resets == 1);
  CHECK(increase_of(std::vector{4.0}).amount == 0);
  CHECK(std::isnan(increase_of(std::vector{1.0, kNan}).amount));
}

}  // namespace
}  // namespace iter8::stats
