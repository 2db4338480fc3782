#include "stats/posterior/weights.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>

namespace iter8::stats {
namespace {

/// What is left to the others; a sum, because 1 - share loses all digits of a clear leader.
double sum_of_others(std::span<const double> shares, std::size_t version) {
  double sum = 0;
  for (std::size_t i = 0; i < shares.size(); ++i)
    if (i != version) sum += shares[i];
  return sum;
}

void normalise(std::vector<double>& shares) {
  const double sum = std::accumulate(shares.begin(), shares.end(), 0.0);
  if (!(sum > 0) || !std::isfinite(sum)) {
    std::ranges::fill(shares, 1 / static_cast<double>(shares.size()));
    return;
  }
  for (double& share : shares) share /= sum;
}

// Top-two Thompson sampling (Russo 2020) with beta = 1/2: draw the leader, and half of the time the leader of
// the others. A version that leads for certain leaves the second draw to the rest in proportion to nothing;
// it gets all.
std::vector<double> top_two(const std::vector<double>& best) {
  constexpr double kBeta = 0.5;
  std::vector<double> result(best.size());
  for (std::size_t i = 0; i < best.size(); ++i) {
    double second = 0;
    for (std::size_t j = 0; j < best.size(); ++j) {
      const double others = sum_of_others(best, j);
      if (j != i && others > 0) second += best[j] / others;
    }
    result[i] = best[i] * (kBeta + (1 - kBeta) * second);
  }
  normalise(result);
  return result;
}

/// Percent of each version, at least `floor`; 0 for failed ones. A floor of more than equal shares
/// counts as equal shares.
std::vector<double> percents_with_floor(std::span<const double> shares,
                                        std::span<const Eligibility> eligibilities, double floor) {
  std::vector<double> percents(shares.size(), 0.0);
  double sum = 0;
  double eligible = 0;
  for (std::size_t i = 0; i < shares.size(); ++i) {
    if (eligibilities[i] == Eligibility::failed) continue;
    percents[i] = std::isfinite(shares[i]) ? std::max(0.0, shares[i]) : 0;
    sum += percents[i];
    ++eligible;
  }
  if (eligible == 0) {
    percents.front() = 100;
    return percents;
  }
  const double least = std::clamp(floor, 0.0, 100 / eligible);
  for (std::size_t i = 0; i < shares.size(); ++i) {
    if (eligibilities[i] == Eligibility::failed) continue;
    const double share = sum > 0 ? percents[i] / sum : 1 / eligible;
    percents[i] = least + (100 - eligible * least) * share;
  }
  return percents;
}

}  // namespace

Allocation default_allocation(std::size_t versions) {
  return versions < 3 ? Allocation::thompson : Allocation::top_two;
}

std::vector<double> shares(Allocation allocation, const Ranking& ranking, std::size_t versions) {
  std::vector<double> result(versions, 1 / static_cast<double>(versions));
  if (ranking.invalid_reason || ranking.best.size() != versions || versions == 0) return result;
  switch (allocation) {
    case Allocation::uniform:
      break;
    case Allocation::thompson:
      result = ranking.best;
      normalise(result);
      break;
    case Allocation::top_two:
      result = ranking.best;
      normalise(result);
      result = top_two(result);
      break;
    case Allocation::top_ranks:
      result = shares_among_first(ranking, std::min<std::size_t>(2, versions));
      break;
  }
  return result;
}

std::vector<double> shares_among_first(const Ranking& ranking, std::size_t k) {
  if (k == 0 || k > ranking.among_first.size()) return {};
  std::vector<double> result = ranking.among_first[k - 1];
  normalise(result);
  return result;
}

std::vector<int> weights(std::span<const double> shares, std::span<const Eligibility> eligibilities,
                         const WeightLimits& limits, std::span<const int> current) {
  if (shares.empty() || shares.size() != eligibilities.size()) return {};
  std::vector<double> percents = percents_with_floor(shares, eligibilities, limits.floor);
  for (std::size_t i = 1; i < percents.size(); ++i) {
    double most = std::clamp(limits.max_weight, 0.0, 100.0);
    if (current.size() == percents.size())
      most = std::min(most, current[i] + std::max(0.0, limits.max_increment));
    const double excess = percents[i] - most;
    if (!(excess > 0)) continue;
    percents[i] = most;
    percents[0] += excess;
  }
  return largest_remainder(percents, 100);
}

std::vector<int> largest_remainder(std::span<const double> shares, int total) {
  double sum = 0;
  for (const double share : shares) {
    if (!(share >= 0) || !std::isfinite(share)) return {};
    sum += share;
  }
  if (!(sum > 0) || !std::isfinite(sum)) return {};

  std::vector<int> result(shares.size());
  std::vector<double> remainders(shares.size());
  int left = total;
  for (std::size_t i = 0; i < shares.size(); ++i) {
    const double exact = shares[i] / sum * total;
    // 29.999999999999996 is 30: without it, rounding of the division would move a whole percent.
    const double whole = std::floor(exact + 1e-9);
    result[i] = static_cast<int>(whole);
    remainders[i] = std::max(0.0, exact - whole);
    left -= result[i];
  }
  std::vector<std::size_t> order(shares.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  const auto key = [&](std::size_t i) { return std::round(remainders[i] * 1e9); };
  std::ranges::stable_sort(order, std::greater{}, key);
  for (std::size_t i = 0; left > 0; ++i, --left) ++result[order[i % order.size()]];
  return result;
}

}  // namespace iter8::stats
