#include "stats/evidence/quantile.h"

#include <algorithm>
#include <cmath>

#include "stats/math/distributions.h"
#include "stats/math/log_math.h"
#include "stats/math/root.h"

namespace iter8::stats {
namespace {

/// The cell that holds the value of this rank, counted from 1.
const Cell& cell_at(std::span<const Cell> cells, double rank) {
  double cumulative = 0;
  for (const Cell& cell : cells) {
    cumulative += cell.count;
    if (cumulative >= rank) return cell;
  }
  return cells.back();
}

/// The smallest whole number in [lower, upper] for which `holds`, which is false up to it and true from it
/// on; upper + 1 when it holds nowhere.
template <typename Holds>
double first_where(double lower, double upper, Holds holds) {
  while (lower <= upper) {
    const double middle = std::floor(lower + (upper - lower) / 2);
    if (holds(middle)) {
      upper = middle - 1;
    } else {
      lower = middle + 1;
    }
  }
  return lower;
}

Counts possibly(const Exceedances& above) {
  return {.events = above.possibly, .total = above.total};
}
Counts surely(const Exceedances& above) {
  return {.events = above.surely, .total = above.total};
}

/// Smallest probability of the crossing bound 4 exp(-g C) (1 + 1/((g - 1) ln eta)), g = (2/eta) (A - sqrt(2
/// (eta - 1)/C))^2, over eta in (1, 2 A^2).
double crossing_probability(double factor, double c) {
  constexpr int kSteps = 400;
  const double widest = 2 * factor * factor - 1;
  double least = 1;
  for (int step = 1; step < kSteps; ++step) {
    const double eta = 1 + widest * step / kSteps;
    const double distance = factor - std::sqrt(2 * (eta - 1) / c);
    const double g = 2 / eta * distance * distance;
    if (distance <= 0 || g <= 1) continue;
    least = std::min(least, 4 * std::exp(-g * c) * (1 + 1 / ((g - 1) * std::log(eta))));
  }
  return least;
}

}  // namespace

double total_count(std::span<const Cell> cells) {
  double total = 0;
  for (const Cell& cell : cells) total += cell.count;
  return total;
}

std::vector<Cell> cells_of(std::span<const double> values) {
  const auto count = static_cast<double>(values.size());
  if (std::ranges::any_of(values, [](double value) { return !std::isfinite(value); }))
    return {{.lower = kNan, .upper = kNan, .count = count}};
  std::vector<double> sorted(values.begin(), values.end());
  std::ranges::sort(sorted);
  std::vector<Cell> cells;
  for (const double value : sorted) {
    if (cells.empty() || cells.back().upper != value) cells.push_back({.lower = value, .upper = value});
    ++cells.back().count;
  }
  return cells;
}

std::optional<InvalidReason> invalid_reason_of(std::span<const Cell> cells) {
  double last = -kInfinity;
  for (const Cell& cell : cells) {
    if (std::isnan(cell.lower) || std::isnan(cell.upper) || !std::isfinite(cell.count))
      return InvalidReason::non_finite;
    if (cell.count < 0) return InvalidReason::negative;
    if (cell.lower > cell.upper || cell.lower < last) return InvalidReason::unordered;
    last = cell.upper;
  }
  return total_count(cells) > 0 ? std::nullopt : std::optional(InvalidReason::no_data);
}

Exceedances exceedances(std::span<const Cell> cells, double limit) {
  if (invalid_reason_of(cells) || std::isnan(limit)) return {.surely = kNan, .possibly = kNan, .total = kNan};
  Exceedances above;
  for (const Cell& cell : cells) {
    above.total += cell.count;
    if (cell.upper <= limit) continue;
    above.possibly += cell.count;
    if (cell.lower >= limit) above.surely += cell.count;
  }
  return above;
}

std::optional<InvalidReason> invalid_reason_of(const Exceedances& above) {
  if (const auto invalid_reason = invalid_reason_of(surely(above))) return invalid_reason;
  if (const auto invalid_reason = invalid_reason_of(possibly(above))) return invalid_reason;
  return above.surely > above.possibly ? std::optional(InvalidReason::unordered) : std::nullopt;
}

Evidence evidence(const Exceedances& above, double quantile, Side side) {
  if (const auto invalid_reason = invalid_reason_of(above)) return {.invalid_reason = invalid_reason};
  if (!is_inside_unit(quantile)) return {.invalid_reason = InvalidReason::limit_out_of_range};
  const Evidence if_above = evidence(possibly(above), side, 1 - quantile);
  const Evidence if_below = evidence(surely(above), side, 1 - quantile);
  const Evidence& for_pass = side == Side::at_most ? if_above : if_below;
  const Evidence& for_fail = side == Side::at_most ? if_below : if_above;
  return {.log_pass = for_pass.log_pass,
          .log_fail = for_fail.log_fail,
          .p_pass = for_pass.p_pass,
          .p_fail = for_fail.p_fail};
}

double probability(const Exceedances& above, double quantile, Side side) {
  if (invalid_reason_of(above) || !is_inside_unit(quantile)) return kNan;
  const Counts middle{.events = (above.surely + above.possibly) / 2, .total = above.total};
  return probability(middle, side, 1 - quantile);
}

Resolution resolution(const Exceedances& above, double quantile, Side side, const Rule& rule) {
  if (invalid_reason_of(above) || !is_inside_unit(quantile)) return Resolution::enough;
  const Decision if_above = decision_of(evidence(possibly(above), side, 1 - quantile), rule);
  const Decision if_below = decision_of(evidence(surely(above), side, 1 - quantile), rule);
  return if_above == if_below ? Resolution::enough : Resolution::bucket_too_wide;
}

double quantile_of(std::span<const Cell> cells, double quantile) {
  if (invalid_reason_of(cells) || !(quantile >= 0) || !(quantile <= 1)) return kNan;
  const double rank = quantile * total_count(cells);
  double cumulative = 0;
  for (const Cell& cell : cells) {
    if (cell.count > 0 && cumulative + cell.count >= rank) {
      if (std::isinf(cell.upper)) return cell.lower;
      if (std::isinf(cell.lower)) return cell.upper;
      return cell.lower + (cell.upper - cell.lower) * (rank - cumulative) / cell.count;
    }
    cumulative += cell.count;
  }
  return cells.back().upper;
}

Interval quantile_interval(std::span<const Cell> cells, double quantile, double level) {
  if (invalid_reason_of(cells) || !is_inside_unit(quantile) || !is_inside_unit(level)) return {};
  const double n = std::floor(total_count(cells));
  const double tail = (1 - level) / 2;
  // X_(rank) is above the quantile when fewer than `rank` values are below it.
  const double above =
      first_where(1, n, [&](double rank) { return binomial_at_most(rank - 1, n, quantile) > tail; });
  const double upper =
      first_where(1, n, [&](double rank) { return binomial_at_least(rank, n, quantile) <= tail; });
  const double lower = above - 1;
  return {.lower = lower < 1 ? -kInfinity : cell_at(cells, lower).lower,
          .upper = upper > n ? kInfinity : cell_at(cells, upper).upper};
}

Interval quantile_sequence(std::span<const Cell> cells, double quantile, double alpha) {
  if (invalid_reason_of(cells) || !is_inside_unit(quantile) || !is_inside_unit(alpha)) return {};
  const double n = std::floor(total_count(cells));
  const double bound = -std::log(alpha);
  const double middle = std::floor(n * quantile);
  const auto is_kept = [&](double k) { return log_beta_mixture(0.5, 0.5, k, n, quantile) < bound; };
  const double lower = first_where(0, middle, is_kept);
  const double above = first_where(middle + 1, n, [&](double k) { return !is_kept(k); });
  return {.lower = lower < 1 ? -kInfinity : cell_at(cells, lower).lower,
          .upper = above > n ? kInfinity : cell_at(cells, above).upper};
}

double distribution_band(double total, double first, double alpha) {
  if (!(first >= 1) || !(total >= first) || !is_inside_unit(alpha)) return kNan;
  constexpr double kFactor = 0.85;
  const auto rising = [&](double c) { return alpha - crossing_probability(kFactor, c); };
  const double c = root_of(rising, 1, 1000);
  return kFactor * std::sqrt((std::log1p(std::log(total / first)) + c) / total);
}

}  // namespace iter8::stats
