#include "stats/evidence/proportion.h"

#include <cmath>
#include <vector>

#include <catch2/catch.hpp>

namespace iter8::stats {
namespace {

constexpr Rule kFixed{};
constexpr Rule kAnytime{.mode = Mode::anytime};

double clean_evidence(double n, double limit) {
  return evidence({0, n}, Side::at_most, limit).log_pass;
}

TEST_CASE("299 clean requests are the fewest that certify 1 % in one look, 377 at any look") {
  CHECK(decision_of(evidence({0, 298}, Side::at_most, 0.01), kFixed) == Decision::undecided);
  CHECK(decision_of(evidence({0, 299}, Side::at_most, 0.01), kFixed) == Decision::pass);
  CHECK(decision_of(evidence({0, 376}, Side::at_most, 0.01), kAnytime) == Decision::undecided);
  CHECK(decision_of(evidence({0, 377}, Side::at_most, 0.01), kAnytime) == Decision::pass);
}

// ibetac underflows there, and a log1p(-ibeta) in its place would certify a fail.
TEST_CASE("no errors in 4500 requests, or in a billion, never certify a fail") {
  for (const double n : {1.0, 100.0, 4500.0, 1e6, 1e9}) {
    for (const double limit : {1e-9, 1e-4, 0.01, 0.3, 0.5, 0.7, 0.999}) {
      CAPTURE(n, limit);
      const Evidence found = evidence({0, n}, Side::at_most, limit);
      CHECK(found.log_fail <= 0);
      CHECK(std::isfinite(found.log_fail));
      CHECK(found.log_pass > 0);
      CHECK(found.p_fail == 1);
    }
  }
  CHECK(clean_evidence(1e9, 0.01) > clean_evidence(1e6, 0.01));
}

TEST_CASE("pass and fail are never both favoured") {
  for (const double n : {1.0, 7.0, 300.0, 12345.0, 1e6, 1e9}) {
    for (const double share : {0.0, 1e-6, 0.004, 0.01, 0.011, 0.2, 0.5, 0.9, 1.0}) {
      for (const double limit : {0.001, 0.01, 0.5, 0.51, 0.95}) {
        const Counts counts{std::round(share * n), n};
        CAPTURE(counts.events, n, limit);
        const Evidence found = evidence(counts, Side::at_most, limit);
        CHECK(std::min(found.log_pass, found.log_fail) <= 0);
        CHECK(std::isfinite(found.log_pass));
        CHECK(std::isfinite(found.log_fail));
        const Evidence mirror = evidence(counts, Side::at_least, limit);
        CHECK(mirror.log_pass == found.log_fail);
        CHECK(mirror.p_fail == found.p_pass);
      }
    }
  }
}

// E[e] over the next unit must not exceed e for any true proportion on the wrong side of the limit.
TEST_CASE("the evidence is a supermartingale on the other side of the limit") {
  for (const double limit : {0.01, 0.2, 0.5, 0.8}) {
    for (const double n : {1.0, 10.0, 200.0}) {
      for (double x = 0; x <= n; x += std::max(1.0, std::floor(n / 7))) {
        CAPTURE(limit, n, x);
        const Evidence now = evidence({x, n}, Side::at_most, limit);
        const Evidence with = evidence({x + 1, n + 1}, Side::at_most, limit);
        const Evidence without = evidence({x, n + 1}, Side::at_most, limit);
        // E[e after] / e now.
        const auto growth = [&](double p, double Evidence::*log_e) {
          return p * std::exp(with.*log_e - now.*log_e) + (1 - p) * std::exp(without.*log_e - now.*log_e);
        };
        // The clamp at the estimate only ever lowers the evidence, so it is compared where it is not in
        // force.
        if (now.log_pass > 0)
          for (const double p : {limit, (1 + limit) / 2, 1.0})
            CHECK(growth(p, &Evidence::log_pass) <= 1 + 1e-9);
        if (now.log_fail > 0)
          for (const double p : {limit, limit / 2, 0.0}) CHECK(growth(p, &Evidence::log_fail) <= 1 + 1e-9);
      }
    }
  }
}

TEST_CASE("a limit of zero fails with the first error and is never certified") {
  const Evidence clean = evidence({0, 1e6}, Side::at_most, 0);
  CHECK(decision_of(clean, kFixed) == Decision::undecided);
  CHECK(decision_of(clean, kAnytime) == Decision::undecided);
  const Evidence one = evidence({1, 1e6}, Side::at_most, 0);
  CHECK(decision_of(one, kFixed) == Decision::fail);
  CHECK(decision_of(one, kAnytime) == Decision::fail);
  CHECK(upper_bound({0, 1000}, 0.05) == Approx(1 - std::pow(0.05, 1e-3)).epsilon(1e-12));
}

TEST_CASE("a limit that every proportion meets passes, one that none meets fails by the first miss") {
  CHECK(decision_of(evidence({5, 9}, Side::at_most, 1), kFixed) == Decision::pass);
  CHECK(decision_of(evidence({5, 9}, Side::at_least, 0), kAnytime) == Decision::pass);
  CHECK(decision_of(evidence({9, 9}, Side::at_least, 1), kAnytime) == Decision::undecided);
  CHECK(decision_of(evidence({8, 9}, Side::at_least, 1), kAnytime) == Decision::fail);
}

TEST_CASE("data that contradict themselves are refused and decide nothing") {
  const std::vector<std::pair<Counts, InvalidReason>> wrong{{{3, 2}, InvalidReason::events_above_total},
                                                            {{-1, 2}, InvalidReason::negative},
                                                            {{0, 0}, InvalidReason::no_data},
                                                            {{kNan, 2}, InvalidReason::non_finite},
                                                            {{0, kNan}, InvalidReason::non_finite},
                                                            {{0, kInfinity}, InvalidReason::non_finite},
                                                            {{0, -2}, InvalidReason::negative}};
  for (const auto& [counts, invalid_reason] : wrong) {
    CAPTURE(counts.events, counts.total);
    const Evidence found = evidence(counts, Side::at_most, 0.5);
    CHECK(found.invalid_reason == invalid_reason);
    for (const Mode mode : {Mode::fixed, Mode::anytime, Mode::hybrid})
      CHECK(decision_of(found, {.mode = mode}) == Decision::undecided);
    CHECK(std::isnan(estimate_of(counts)));
    CHECK(std::isnan(probability(counts, Side::at_most, 0.5)));
    CHECK(std::isnan(upper_bound(counts, 0.05)));
    CHECK(std::isnan(credible_interval(counts, 0.95).lower));
    CHECK(std::isnan(confidence_sequence(counts, 0.05).upper));
  }
  for (const double limit : {-0.1, 1.1, kNan, kInfinity})
    CHECK(evidence({0, 1000}, Side::at_most, limit).invalid_reason == InvalidReason::limit_out_of_range);
}

TEST_CASE("intervals contain the estimate and end at 0 and 1 where the data do") {
  CHECK(credible_interval({0, 50}, 0.95).lower == 0);
  CHECK(credible_interval({50, 50}, 0.95).upper == 1);
  for (const double x : {1.0, 25.0, 49.0}) {
    const Interval sequence = confidence_sequence({x, 50}, 0.05);
    const Interval exact = clopper_pearson({x, 50}, 0.95);
    const Interval bayes = credible_interval({x, 50}, 0.95);
    CHECK(sequence.lower < exact.lower);
    CHECK(exact.lower < bayes.lower);
    CHECK(bayes.lower < x / 50);
    CHECK(x / 50 < bayes.upper);
    CHECK(bayes.upper < exact.upper);
    CHECK(exact.upper < sequence.upper);
  }
}

TEST_CASE("a confidence sequence keeps its digits for rare events of a billion units") {
  const Interval rare = confidence_sequence({12, 1e9}, 0.05);
  CHECK(rare.lower > 1e-9);
  CHECK(rare.lower < 12e-9);
  CHECK(rare.upper > 12e-9);
  CHECK(rare.upper < 50e-9);
}

}  // namespace
}  // namespace iter8::stats
