#include "stats/posterior/planning.h"

#include <cmath>

#include <catch2/catch.hpp>

#include "stats/math/estimate.h"

namespace iter8::stats {
namespace {

TEST_CASE("clean requests that certify 1 %: 299 in one look, 377 at any") {
  CHECK(clean_units(0.01, 0.05, Mode::fixed) == 299);
  CHECK(clean_units(0.01, 0.05, Mode::anytime) == 377);
  CHECK(clean_units(0.01, 0.05, Mode::hybrid) == 368);
  CHECK(clean_units(0.001, 0.05, Mode::fixed) == 2995);
  CHECK(clean_units(0.1, 0.05, Mode::fixed) == 29);
}

TEST_CASE("what is missing is what is needed less what is there") {
  CHECK(clean_units_missing({0, 100}, 0.01, 0.05, Mode::fixed) == 199);
  CHECK(clean_units_missing({}, 0.01, 0.05, Mode::fixed) == 299);
  CHECK(clean_units_missing({0, 1000}, 0.01, 0.05, Mode::fixed) == 0);
  const double more = clean_units_missing({2, 100}, 0.01, 0.05, Mode::fixed);
  CHECK(decision_of(evidence({2, 100 + more}, Side::at_most, 0.01), {}) == Decision::pass);
  CHECK(decision_of(evidence({2, 99 + more}, Side::at_most, 0.01), {}) == Decision::undecided);
}

TEST_CASE("units to decide reach the power that was asked for") {
  CHECK(units_to_decide(0, 0.01, 0.05, 0.8) == 299);
  CHECK(units_to_decide(0.02, 0.01, 0.05, 0.8) == Approx(910).epsilon(0.05));
  CHECK(std::isinf(units_to_decide(0.01, 0.01, 0.05, 0.8)));
  CHECK(typical_units_anytime(0.002, 0.01, 0.05) == Approx(750).epsilon(0.2));
  CHECK(units_to_compare(0.05, 0.2, 0.05, 0.8) == Approx(8158).epsilon(2e-3));
  CHECK(units_to_decide_mean({100, 10, 4}, 9, 0.05, 0.8) == 25);
}

TEST_CASE("quantiles need enough values for both ends") {
  CHECK(units_for_quantile_interval(0.99, 0.95) == 368);
  CHECK(units_for_quantile_bound(0.99, 0.95) == 299);
  CHECK(units_for_quantile_interval(0.5, 0.95) == 6);
}

TEST_CASE("nonsense plans are not numbers, hopeless ones infinite") {
  for (const double limit : {-0.1, 1.0, 2.0, kNan}) CHECK(std::isnan(clean_units(limit, 0.05, Mode::fixed)));
  for (const double alpha : {0.0, 1.0, kNan}) CHECK(std::isnan(clean_units(0.01, alpha, Mode::fixed)));
  CHECK(std::isinf(clean_units(0, 0.05, Mode::fixed)));
  CHECK(std::isnan(clean_units_missing({5, 3}, 0.01, 0.05, Mode::fixed)));
  CHECK(std::isnan(units_to_compare(0.5, 2, 0.05, 0.8)));
  CHECK(std::isnan(units_to_decide(kNan, 0.01, 0.05, 0.8)));
  CHECK(std::isnan(units_for_quantile_bound(1, 0.95)));
}

}  // namespace
}  // namespace iter8::stats
