#include "stats/evidence/mismatch.h"

#include <cmath>
#include <vector>

#include <catch2/catch.hpp>

#include "stats/evidence/evidence.h"
#include "stats/math/estimate.h"

namespace iter8::stats {
namespace {

const std::vector<double> kHalves{50, 50};

TEST_CASE("traffic that follows its weights is not a mismatch, traffic that does not is one") {
  CHECK(split_of(next_state({}, kHalves, std::vector{5050.0, 4950.0})) == Split::as_weighted);
  CHECK(split_of(next_state({}, kHalves, std::vector{5500.0, 4500.0})) == Split::mismatch);
  CHECK(split_of({}) == Split::as_weighted);
}

// R: chisq.test(c(100, 230, 670), p = c(.1, .2, .7)).
TEST_CASE("the chi-square test agrees with R") {
  CHECK(chi_square_p(std::vector{1.0, 2.0, 7.0}, std::vector{100.0, 230.0, 670.0}) ==
        Approx(0.05541).margin(1e-4));
  CHECK(chi_square_p(std::vector{0.0, 1.0}, std::vector{0.0, 10.0}) == 1);
}

TEST_CASE("a version without weight that has traffic is certain evidence") {
  const SplitState state = next_state({}, std::vector{100.0, 0.0}, std::vector{10.0, 1.0});
  CHECK(log_evidence(state) == kLogCertain);
  CHECK(chi_square_p(std::vector{100.0, 0.0}, std::vector{10.0, 1.0}) == 0);
  CHECK(split_of(next_state({}, std::vector{100.0, 0.0}, std::vector{10.0, 0.0})) == Split::as_weighted);
}

// A weight of 2.2e-308 beside 100 made the evidence a NaN (found by fuzzing).
TEST_CASE("a weight that is next to none counts as none") {
  const SplitState state = next_state({}, std::vector{100.0, 2.3e-308}, std::vector{10.0, 0.0});
  CHECK(log_evidence(state) == log_evidence(next_state({}, std::vector{100.0, 0.0}, std::vector{10.0, 0.0})));
  CHECK(log_evidence(next_state({}, std::vector{100.0, 2.3e-308}, std::vector{10.0, 1.0})) == kLogCertain);
  CHECK(invalid_reason_of(std::vector{1e308, 1e308}, std::vector{1.0, 1.0}) == InvalidReason::non_finite);
}

// A count near the largest number made the evidence a NaN (found by fuzzing).
TEST_CASE("counts near the largest number are certain evidence") {
  CHECK(log_evidence(next_state({}, std::vector{0.5, 42.0, 96.0}, std::vector{68.0, 1.79769e308, 1e-284})) ==
        kLogCertain);
}

TEST_CASE("each step of the weights is judged against its own weights") {
  SplitState ramp;
  for (int look = 0; look < 10; ++look)
    ramp = next_state(ramp, std::vector{95.0, 5.0}, std::vector{950.0, 50.0});
  const double first = log_evidence(ramp);
  for (int look = 0; look < 10; ++look) ramp = next_state(ramp, kHalves, std::vector{500.0, 500.0});
  CHECK(ramp.log_closed == first);
  CHECK(split_of(ramp) == Split::as_weighted);
  const SplitState pooled = next_state({}, kHalves, std::vector{14'500.0, 5'500.0});
  CHECK(split_of(pooled) == Split::mismatch);
}

TEST_CASE("lists that do not fit and hostile numbers are refused and change nothing") {
  const SplitState state = next_state({}, kHalves, std::vector{10.0, 10.0});
  for (const auto& counts : std::vector<std::vector<double>>{{1}, {1, kNan}, {-1, 2}, {kInfinity, 1}}) {
    CHECK(invalid_reason_of(kHalves, counts));
    CHECK(std::isnan(chi_square_p(kHalves, counts)));
    CHECK(next_state(state, kHalves, counts).counts == state.counts);
  }
  CHECK(invalid_reason_of(std::vector{0.0, 0.0}, std::vector{1.0, 1.0}) == InvalidReason::no_data);
}

}  // namespace
}  // namespace iter8::stats
