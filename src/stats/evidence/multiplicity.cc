#include "stats/evidence/multiplicity.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>

#include "stats/math/estimate.h"

namespace iter8::stats {
namespace {

/// Indices by ascending value; NaN last.
std::vector<std::size_t> ascending(std::span<const double> values) {
  std::vector<std::size_t> order(values.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  const auto key = [&](std::size_t i) { return std::isnan(values[i]) ? kInfinity : values[i]; };
  std::ranges::stable_sort(order, std::less{}, key);
  return order;
}

/// Rejects the first k of `order` for the largest k that `holds`.
template <typename Holds>
std::vector<Outcome> stepped_up(const std::vector<std::size_t>& order, Holds holds) {
  std::vector<Outcome> outcomes(order.size(), Outcome::kept);
  std::size_t rejected = 0;
  for (std::size_t k = 1; k <= order.size(); ++k)
    if (holds(k)) rejected = k;
  for (std::size_t i = 0; i < rejected; ++i) outcomes[order[i]] = Outcome::rejected;
  return outcomes;
}

}  // namespace

std::vector<Outcome> holm(std::span<const double> p, double alpha) {
  std::vector<Outcome> outcomes(p.size(), Outcome::kept);
  auto remaining = static_cast<double>(p.size());
  for (const std::size_t i : ascending(p)) {
    if (!(p[i] * remaining <= alpha)) break;
    outcomes[i] = Outcome::rejected;
    --remaining;
  }
  return outcomes;
}

std::vector<Outcome> benjamini_hochberg(std::span<const double> p, double alpha) {
  const std::vector<std::size_t> order = ascending(p);
  const auto all = static_cast<double>(p.size());
  return stepped_up(order,
                    [&](std::size_t k) { return p[order[k - 1]] * all <= alpha * static_cast<double>(k); });
}

std::vector<Outcome> e_benjamini_hochberg(std::span<const double> log_e, double alpha) {
  std::vector<double> negated(log_e.begin(), log_e.end());
  for (double& value : negated) value = -value;
  const std::vector<std::size_t> order = ascending(negated);
  const auto all = static_cast<double>(log_e.size());
  return stepped_up(order, [&](std::size_t k) {
    return log_e[order[k - 1]] >= std::log(all / (alpha * static_cast<double>(k)));
  });
}

std::optional<std::size_t> winner(const std::vector<std::vector<double>>& strength,
                                  std::span<const std::size_t> eligible) {
  for (const std::size_t version : eligible)
    if (missing_strength(strength, eligible, version) <= 0) return version;
  return std::nullopt;
}

double missing_strength(const std::vector<std::vector<double>>& strength,
                        std::span<const std::size_t> eligible, std::size_t version) {
  if (eligible.size() < 2) return kInfinity;
  const double needed = std::log(static_cast<double>(eligible.size() - 1));
  double weakest = kInfinity;
  for (const std::size_t other : eligible) {
    if (other == version) continue;
    const double value = strength.at(version).at(other);
    weakest = std::min(weakest, std::isnan(value) ? -kInfinity : value);
  }
  return needed - weakest;
}

}  // namespace iter8::stats
