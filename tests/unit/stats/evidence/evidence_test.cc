#include "stats/evidence/evidence.h"

#include <cmath>
#include <vector>

#include <catch2/catch.hpp>

#include "stats/math/estimate.h"

namespace iter8::stats {
namespace {

Question failing(double p) {
  return {.evidence = {.p_fail = p}};
}

TEST_CASE("fixed decides by p-values, anytime by e-values") {
  const Evidence mixed{.log_pass = std::log(19.0), .p_pass = 0.04};
  CHECK(decision_of(mixed, {.mode = Mode::fixed}) == Decision::pass);
  CHECK(decision_of(mixed, {.mode = Mode::anytime}) == Decision::undecided);
  CHECK(decision_of({.log_pass = std::log(20.01)}, {.mode = Mode::anytime}) == Decision::pass);
  CHECK(decision_of({.log_fail = std::log(20.01)}, {.mode = Mode::anytime}) == Decision::fail);
}

TEST_CASE("hybrid spends half of alpha on the looks and half on the last one") {
  const Evidence by_e{.log_pass = std::log(40.01)};
  const Evidence by_p{.p_pass = 0.024};
  for (const Look look : {Look::interim, Look::last})
    CHECK(decision_of(by_e, {.mode = Mode::hybrid, .look = look}) == Decision::pass);
  CHECK(decision_of({.log_pass = std::log(39.9)}, {.mode = Mode::hybrid}) == Decision::undecided);
  CHECK(decision_of(by_p, {.mode = Mode::hybrid, .look = Look::interim}) == Decision::undecided);
  CHECK(decision_of(by_p, {.mode = Mode::hybrid, .look = Look::last}) == Decision::pass);
  CHECK(decision_of({.p_pass = 0.026}, {.mode = Mode::hybrid}) == Decision::undecided);
}

TEST_CASE("the alphas of pass and fail are apart") {
  const Rule rule{.alpha_pass = 0.001, .alpha_fail = 0.2};
  CHECK(decision_of({.p_pass = 0.01}, rule) == Decision::undecided);
  CHECK(decision_of({.p_fail = 0.1}, rule) == Decision::fail);
}

TEST_CASE("nonsense levels and numbers decide nothing") {
  for (const double alpha : {0.0, -1.0, 1.0, kNan})
    CHECK(decision_of({.p_pass = 0}, {.alpha_pass = alpha, .alpha_fail = alpha}) == Decision::undecided);
  CHECK(decision_of({.log_pass = kNan, .p_pass = kNan}, {}) == Decision::undecided);
  CHECK(decision_of({.p_pass = 0, .invalid_reason = InvalidReason::no_data}, {}) == Decision::undecided);
}

TEST_CASE("several objectives: passes need no correction, fails are Holm's") {
  const std::vector<Question> three{failing(0.03), failing(0.01), failing(0.5)};
  CHECK(decisions_of(three) == std::vector{Decision::undecided, Decision::fail, Decision::undecided});
  const std::vector<Question> stepped{failing(0.024), failing(0.01), failing(0.5)};
  CHECK(decisions_of(stepped) == std::vector{Decision::fail, Decision::fail, Decision::undecided});
  const Question passing{.evidence = {.p_pass = 0.049}};
  CHECK(decisions_of(std::vector{passing, passing, passing}) ==
        std::vector{Decision::pass, Decision::pass, Decision::pass});
  CHECK(decisions_of(std::vector<Question>{}).empty());
}

TEST_CASE("two limits of one metric: pass needs both, fail needs one") {
  const Evidence upper{.log_pass = 5, .log_fail = -9, .p_pass = 0.001, .p_fail = 1};
  const Evidence lower{.log_pass = -7, .log_fail = 6, .p_pass = 1, .p_fail = 0.002};
  const Evidence both = both_of(upper, lower);
  CHECK(both.log_pass == -7);
  CHECK(both.log_fail == Approx(6 - std::log(2.0)).margin(1e-5));
  CHECK(both.p_pass == 1);
  CHECK(both.p_fail == Approx(0.004));
  CHECK(both_of(upper, {.invalid_reason = InvalidReason::no_data}).invalid_reason == InvalidReason::no_data);
}

TEST_CASE("a track keeps the first decision and the strongest evidence") {
  Track track;
  track = next_state(track, {.log_pass = 1}, Decision::undecided);
  track = next_state(track, {.log_pass = 4}, Decision::pass);
  track = next_state(track, {.log_pass = 2, .log_fail = 3}, Decision::fail);
  track = next_state(track, {.invalid_reason = InvalidReason::no_data}, Decision::undecided);
  CHECK(track.looks == 4);
  CHECK(track.decision == Decision::pass);
  CHECK(track.decided_at == 2);
  CHECK(track.log_pass == 4);
  CHECK(track.log_fail == 3);
  CHECK(always_valid_p(track.log_pass) == Approx(std::exp(-4)));
  CHECK(always_valid_p(-3) == 1);
}

TEST_CASE("every invalid_reason has a code and a sentence") {
  for (const InvalidReason invalid_reason :
       {InvalidReason::no_data, InvalidReason::non_finite, InvalidReason::negative,
        InvalidReason::events_above_total, InvalidReason::no_variance, InvalidReason::too_few,
        InvalidReason::limit_out_of_range, InvalidReason::mismatched}) {
    CHECK_FALSE(code_of(invalid_reason).empty());
    CHECK(sentence_of(invalid_reason).size() > 10);
  }
}

TEST_CASE(
    "a list of better candidates is longer than that of Bonferroni, and shorter than that of no correction") {
  // e-BH of 4 at 5 %: k candidates need e >= 80/k each.
  const auto with_e = [](double e) { return Evidence{.log_pass = std::log(e)}; };
  const std::vector<Evidence> candidates{with_e(45), with_e(3), with_e(41), with_e(30)};
  const std::vector<Decision> expected{Decision::pass, Decision::undecided, Decision::pass, Decision::pass};
  CHECK(decisions_by_fdr(candidates, {.mode = Mode::anytime}) == expected);
  const std::vector<Evidence> weaker{with_e(39), with_e(3), with_e(41), with_e(20)};
  CHECK(decisions_by_fdr(weaker, {.mode = Mode::anytime}) == std::vector(4, Decision::undecided));
}

TEST_CASE("at one planned look a list is by p-values, and hybrid takes half of alpha for each") {
  const auto with_p = [](double p) { return Evidence{.p_pass = p}; };
  const std::vector<Evidence> candidates{with_p(0.02), with_p(0.04), with_p(0.9)};
  const std::vector<Decision> none(3, Decision::undecided);
  CHECK(decisions_by_fdr(candidates, {.mode = Mode::fixed}) == none);
  const std::vector<Evidence> clearer{with_p(0.02), with_p(0.03), with_p(0.9)};
  const std::vector<Decision> two{Decision::pass, Decision::pass, Decision::undecided};
  CHECK(decisions_by_fdr(clearer, {.mode = Mode::fixed}) == two);
  CHECK(decisions_by_fdr(clearer, {.mode = Mode::hybrid}) == none);
  CHECK(decisions_by_fdr(clearer, {.mode = Mode::anytime}) == none);
  Evidence refused = with_p(0);
  refused.invalid_reason = InvalidReason::negative;
  CHECK(decisions_by_fdr(std::vector{refused}, {.mode = Mode::fixed}) == std::vector{Decision::undecided});
}

}  // namespace
}  // namespace iter8::stats
