#include "stats/posterior/weights.h"

#include <cmath>
#include <numeric>
#include <vector>

#include <catch2/catch.hpp>

namespace iter8::stats {
namespace {

constexpr Eligibility kIn = Eligibility::eligible;
constexpr Eligibility kOut = Eligibility::failed;

Ranking ranking_of(const std::vector<Counts>& counts) {
  std::vector<Contender> contenders;
  for (const Counts& each : counts) contenders.push_back({.posterior = *posterior_of(each)});
  return ranking_of(contenders, Better::higher);
}

TEST_CASE("largest remainders sum to the total and break ties by index") {
  CHECK(largest_remainder(std::vector{1.0, 1.0, 1.0}, 100) == std::vector{34, 33, 33});
  CHECK(largest_remainder(std::vector{0.335, 0.335, 0.33}, 100) == std::vector{34, 33, 33});
  CHECK(largest_remainder(std::vector{0.29, 0.71}, 100) == std::vector{29, 71});
  CHECK(largest_remainder(std::vector{5.0, 0.0}, 100) == std::vector{100, 0});
  for (const auto& wrong : std::vector<std::vector<double>>{{}, {0, 0}, {-1, 2}, {kNan, 1}, {kInfinity, 1}})
    CHECK(largest_remainder(wrong, 100).empty());
}

TEST_CASE("thompson follows P(best), and top-two spreads it") {
  const Ranking ranking = ranking_of({{50, 1000}, {60, 1000}, {70, 1000}});
  const auto thompson = shares(Allocation::thompson, ranking, 3);
  const auto top_two = shares(Allocation::top_two, ranking, 3);
  CHECK(thompson[2] == Approx(ranking.best[2]));
  CHECK(top_two[2] < thompson[2]);
  CHECK(top_two[2] > 0.4);
  for (const Allocation allocation :
       {Allocation::uniform, Allocation::thompson, Allocation::top_two, Allocation::top_ranks}) {
    const auto each = shares(allocation, ranking, 3);
    CHECK(std::accumulate(each.begin(), each.end(), 0.0) == Approx(1).epsilon(1e-12));
  }
}

TEST_CASE("two versions get half each from top-two and from the first two ranks") {
  const Ranking ranking = ranking_of({{50, 1000}, {90, 1000}});
  CHECK(shares(Allocation::top_two, ranking, 2)[1] == Approx(0.5).epsilon(1e-9));
  CHECK(shares(Allocation::top_ranks, ranking, 2)[1] == Approx(0.5).epsilon(1e-9));
  CHECK(default_allocation(2) == Allocation::thompson);
  CHECK(default_allocation(3) == Allocation::top_two);
}

// 1 - P(best) of the leader would lose all its digits.
TEST_CASE("a clear leader leaves its digits to the runner-up") {
  const Ranking clear{.best = {1e-12, 3e-12, 1 - 4e-12}};
  const auto top_two = shares(Allocation::top_two, clear, 3);
  CHECK(top_two[2] == Approx(0.5).epsilon(1e-9));
  CHECK(top_two[1] == Approx(0.375).epsilon(1e-9));
  CHECK(top_two[0] == Approx(0.125).epsilon(1e-9));
}

TEST_CASE("rankings that were refused give uniform shares") {
  CHECK(shares(Allocation::thompson, {.invalid_reason = InvalidReason::no_data}, 4) == std::vector(4, 0.25));
  CHECK(shares(Allocation::thompson, {.best = {1}}, 2) == std::vector(2, 0.5));
}

TEST_CASE("failed versions get nothing at once, the others keep a floor") {
  const std::vector<double> each{0.0, 0.7, 0.3};
  CHECK(weights(each, std::vector{kIn, kOut, kIn}, {}, std::vector{10, 80, 10}) == std::vector{2, 0, 98});
  CHECK(weights(each, std::vector{kOut, kOut, kOut}, {}, {}) == std::vector{100, 0, 0});
  CHECK(weights(each, std::vector{kIn, kIn, kIn}, {.floor = 90}, {}) == std::vector{34, 33, 33});
}

TEST_CASE("caps limit candidates, and the baseline takes what they leave") {
  const std::vector<double> each{0.1, 0.9};
  const std::vector both{kIn, kIn};
  CHECK(weights(each, both, {.floor = 0, .max_weight = 50}, {}) == std::vector{50, 50});
  CHECK(weights(each, both, {.floor = 0, .max_increment = 10}, std::vector{80, 20}) == std::vector{70, 30});
  CHECK(weights(std::vector{0.9, 0.1}, both, {.floor = 0, .max_increment = 10}, std::vector{20, 80}) ==
        std::vector{90, 10});
}

TEST_CASE("weights of lists that do not match are none") {
  CHECK(weights(std::vector{0.5, 0.5}, std::vector{kIn}, {}, {}).empty());
  CHECK(weights({}, {}, {}, {}).empty());
}

}  // namespace
}  // namespace iter8::stats
