#include "stats/posterior/ranking.h"

#include <cmath>
#include <numeric>
#include <vector>

#include <catch2/catch.hpp>

namespace iter8::stats {
namespace {

std::vector<Contender> contenders(const std::vector<Counts>& counts) {
  std::vector<Contender> result;
  for (const Counts& each : counts) result.push_back({.posterior = *posterior_of(each)});
  return result;
}

double sum_of(const std::vector<double>& values) {
  return std::accumulate(values.begin(), values.end(), 0.0);
}

TEST_CASE("identical versions are best with the same probability") {
  for (const std::size_t versions : {1U, 2U, 3U, 10U}) {
    const Ranking ranking = ranking_of(contenders(std::vector<Counts>(versions, {30, 1000})), Better::higher);
    for (const double best : ranking.best)
      CHECK(best == Approx(1.0 / static_cast<double>(versions)).epsilon(1e-10));
    CHECK(ranking.none == 0);
  }
}

TEST_CASE("probabilities of being best and of each rank are whole, also for hostile counts") {
  for (const std::vector<Counts>& field : std::vector<std::vector<Counts>>{{{0, 1}, {1, 1}, {5, 9}},
                                                                           {{0, 1e9}, {12, 1e9}, {20, 1e9}},
                                                                           {{0.4, 20}, {0.7, 33}, {3.2, 41}},
                                                                           {{5e8, 1e9}, {1, 2}, {0, 5}}}) {
    for (const Better better : {Better::higher, Better::lower}) {
      const Ranking ranking = ranking_of(contenders(field), better);
      CHECK(sum_of(ranking.best) == Approx(1).epsilon(1e-9));
      CHECK(sum_of(ranking.among_first[1]) == Approx(2).epsilon(1e-9));
      for (const double within_all : ranking.among_first.back()) CHECK(within_all == Approx(1).epsilon(1e-9));
      for (std::size_t i = 0; i < field.size(); ++i) {
        CHECK(ranking.among_first[0][i] == Approx(ranking.best[i]).margin(1e-10));
        CHECK(ranking.expected_loss[i] >= -1e-12);
      }
    }
  }
}

TEST_CASE("best and worst change places with the direction") {
  const auto field = contenders({{30, 1000}, {45, 1000}});
  const Ranking high = ranking_of(field, Better::higher);
  const Ranking low = ranking_of(field, Better::lower);
  CHECK(high.best[0] == Approx(low.best[1]).epsilon(1e-10));
  CHECK(high.best[1] > 0.9);
}

TEST_CASE("a version that is hardly feasible hardly wins") {
  auto field = contenders({{30, 1000}, {60, 1000}});
  field[1].feasibility = 0.01;
  const Ranking ranking = ranking_of(field, Better::higher);
  CHECK(ranking.best[1] < 0.011);
  CHECK(ranking.best[0] > 0.98);
  field[0].feasibility = 0.5;
  const Ranking unsure = ranking_of(field, Better::higher);
  CHECK(unsure.none == Approx(0.5 * 0.99));
  CHECK(sum_of(unsure.best) + unsure.none == Approx(1).epsilon(1e-10));
}

TEST_CASE("mixed kinds and broken posteriors are refused") {
  std::vector<Contender> mixed = contenders({{1, 10}});
  mixed.push_back({.posterior = *posterior_of(Moments{10, 1, 1})});
  CHECK(ranking_of(mixed, Better::higher).invalid_reason == InvalidReason::mismatched);
  CHECK(ranking_of(std::vector<Contender>{}, Better::higher).invalid_reason == InvalidReason::no_data);
  CHECK(ranking_of(std::vector<Contender>{{.posterior = BetaPosterior{kNan, 1}}}, Better::higher)
            .invalid_reason);
  CHECK(ranking_of(std::vector<Contender>{{.posterior = StudentPosterior{0, -1, 3}}}, Better::higher)
            .invalid_reason);
  CHECK(ranking_of(std::vector<Contender>{{.posterior = StudentPosterior{1e9, 1e-9, 3}}}, Better::higher)
            .invalid_reason);
  CHECK(comparison_of(BetaPosterior{1e300, 1}, BetaPosterior{1, 1}, Better::higher, 0.95).invalid_reason);
  CHECK(ranking_of(std::vector<Contender>(65, contenders({{1, 10}}).front()), Better::higher).invalid_reason);
  std::vector<Contender> unsure = contenders({{1, 10}, {2, 10}});
  unsure[0].feasibility = kNan;
  CHECK(ranking_of(unsure, Better::higher).invalid_reason == InvalidReason::limit_out_of_range);
}

TEST_CASE("means are ranked by their t distributions") {
  const std::vector<Contender> field{{.posterior = *posterior_of(Moments{50, 10, 4})},
                                     {.posterior = *posterior_of(Moments{60, 11, 4})}};
  const Ranking ranking = ranking_of(field, Better::higher);
  CHECK(sum_of(ranking.best) == Approx(1).epsilon(1e-10));
  CHECK(ranking.best[1] > 0.98);
  CHECK(ranking.expected_loss[0] - ranking.expected_loss[1] == Approx(1).epsilon(1e-8));
}

TEST_CASE("a comparison agrees with its mirror image") {
  const Posterior a = *posterior_of(Counts{50, 1000});
  const Posterior b = *posterior_of(Counts{66, 1000});
  const Comparison up = comparison_of(a, b, Better::higher, 0.95);
  const Comparison down = comparison_of(a, b, Better::lower, 0.95);
  CHECK(up.probability_beats + down.probability_beats == Approx(1).epsilon(1e-11));
  CHECK(up.lift == Approx(66.5 / 50.5 - 1));
  CHECK(up.lift_interval.lower < up.lift);
  CHECK(up.lift_interval.upper > up.lift);
  CHECK(down.expected_loss - up.expected_loss == Approx(16.0 / 1001).epsilon(1e-8));
  CHECK(probability_at_most(a, b, 1 + up.lift_interval.upper, 0) == Approx(0.975).epsilon(1e-9));
}

TEST_CASE("a lift needs a baseline that is clearly positive") {
  const Comparison unclear = comparison_of(*posterior_of(Moments{50, 0.1, 4}),
                                           *posterior_of(Moments{50, 1, 4}), Better::higher, 0.95);
  CHECK(unclear.probability_beats > 0.9);
  CHECK(std::isnan(unclear.lift));
  CHECK(std::isnan(unclear.lift_interval.lower));
  const Comparison negative = comparison_of(*posterior_of(Moments{500, 5, 4}),
                                            *posterior_of(Moments{500, -1, 4}), Better::higher, 0.95);
  CHECK(negative.lift == Approx(-1.2));
  CHECK(negative.lift_interval.upper < -1.1);
}

TEST_CASE("rates have posteriors, too") {
  const Comparison rates = comparison_of(*posterior_of(EventRate{100, 50}), *posterior_of(EventRate{140, 50}),
                                         Better::higher, 0.9);
  CHECK(rates.probability_beats > 0.99);
  CHECK(rates.lift_interval.lower > 0);
  CHECK(comparison_of(*posterior_of(EventRate{1, 5}), *posterior_of(Counts{1, 5}), Better::higher, 0.9)
            .invalid_reason == InvalidReason::mismatched);
  CHECK_FALSE(posterior_of(Counts{3, 2}));
  CHECK_FALSE(posterior_of(Moments{1, 1, 0}));
  CHECK_FALSE(posterior_of(EventRate{1, 0}));
}

}  // namespace
}  // namespace iter8::stats
