#include <algorithm>
#include <cmath>
#include <utility>

#include "stats/evidence/quantile.h"
#include "stats/math/distributions.h"
#include "stats/math/log_math.h"

namespace iter8::stats {
namespace {

std::vector<Cell> scaled_cells(std::span<const Cell> cells, double ratio) {
  std::vector<Cell> result(cells.begin(), cells.end());
  for (Cell& cell : result) {
    cell.lower *= ratio;
    cell.upper *= ratio;
  }
  return result;
}

std::vector<double> edges_of(std::span<const Cell> one, std::span<const Cell> other) {
  std::vector<double> edges;
  for (const std::span<const Cell> cells : {one, other}) {
    for (const Cell& cell : cells) {
      edges.push_back(cell.lower);
      edges.push_back(cell.upper);
    }
  }
  std::ranges::sort(edges);
  edges.erase(std::unique(edges.begin(), edges.end()), edges.end());
  return edges;
}

/// Posterior probability that the q-quantile is at most a point with `below` of `total` values up to it,
/// 1 - I_q(1/2 + k, 1/2 + n - k), without the work where it is 0 or 1 to the last digit.
double posterior_below(double below, double total, double quantile) {
  const double distance = below - total * quantile;
  if (std::abs(distance) > 10 * std::sqrt(total * quantile * (1 - quantile)) + 60)
    return distance > 0 ? 1 : 0;
  return beta_above(0.5 + below, 0.5 + (total - below), quantile);
}

/// Walks the edges in order and knows how many values are below and up to each; within a cell in proportion.
class Walk {
 public:
  Walk(std::span<const Cell> cells, double quantile)
      : cells_(cells),
        total_(total_count(cells)),
        quantile_(quantile),
        posterior_(posterior_below(0, total_, quantile)) {}

  /// The posterior just below and at the next edge.
  std::pair<double, double> at(double edge) {
    while (next_ < cells_.size() && cells_[next_].upper < edge) seen_ += cells_[next_++].count;
    double partial = 0;
    if (next_ < cells_.size() && cells_[next_].lower < edge) {
      const Cell& cell = cells_[next_];
      const double width = cell.upper - cell.lower;
      partial = std::isfinite(width) ? cell.count * (edge - cell.lower) / width : 0;
      if (edge == cell.upper) partial = cell.count;
    }
    const double before = value_of(seen_ + partial);
    double atom = 0;
    if (next_ < cells_.size() && cells_[next_].lower == edge && cells_[next_].upper == edge)
      atom = cells_[next_].count;
    return {before, atom > 0 ? value_of(seen_ + atom) : before};
  }

 private:
  double value_of(double below) {
    if (below != known_) {
      known_ = below;
      posterior_ = posterior_below(below, total_, quantile_);
    }
    return posterior_;
  }

  std::span<const Cell> cells_;
  double total_;
  double quantile_;
  std::size_t next_ = 0;
  double seen_ = 0;
  double known_ = 0;
  double posterior_;
};

/// What the data say at the possible common values x: the edges, and the gaps between them.
struct Position {
  double low_below = 0;   // values of the lower version surely below x
  double high_up_to = 0;  // values of the higher version possibly up to x
};

std::vector<Position> positions(std::span<const Cell> low, std::span<const Cell> high) {
  std::vector<Position> result{{}};
  std::size_t i = 0;
  std::size_t j = 0;
  Position now;
  const auto pass_low = [&](auto is_passed) {
    for (; i < low.size() && is_passed(low[i]); ++i) now.low_below += low[i].count;
  };
  const auto pass_high = [&](auto is_passed) {
    for (; j < high.size() && is_passed(high[j]); ++j) now.high_up_to += high[j].count;
  };
  for (const double edge : edges_of(low, high)) {
    pass_low([&](const Cell& cell) { return cell.upper < edge; });
    pass_high(
        [&](const Cell& cell) { return cell.lower < edge || (cell.lower == edge && cell.upper == edge); });
    result.push_back(now);
    pass_low([&](const Cell& cell) { return cell.upper <= edge; });
    pass_high([&](const Cell& cell) { return cell.lower <= edge; });
    result.push_back(now);
  }
  return result;
}

/// The least of falling(i) + rising(i) over [first, last], by halving and leaving out ranges whose bound,
/// falling(last) + rising(first), is no better than what was least.
template <typename Falling, typename Rising>
double least_sum(std::size_t first, std::size_t last, const Falling& falling, const Rising& rising,
                 double least) {
  const double falling_last = falling(last);
  const double rising_first = rising(first);
  if (falling_last + rising_first >= least) return least;
  least = std::min({least, falling(first) + rising_first, falling_last + rising(last)});
  if (last - first < 2) return least;
  const std::size_t middle = first + (last - first) / 2;
  least = least_sum(first, middle, falling, rising, least);
  return least_sum(middle, last, falling, rising, least);
}

/// Evidence that the q-quantile of `low` is below that of `high`, against "not below".
struct Direction {
  double log_e = 0;
  double p = 1;
};

Direction evidence_that_below(std::span<const Cell> low, std::span<const Cell> high, double quantile) {
  const std::vector<Position> at = positions(low, high);
  const double n_low = total_count(low);
  const double n_high = total_count(high);
  const auto about_high = [&](std::size_t i) {
    return evidence({.events = at[i].high_up_to, .total = n_high}, Side::at_most, quantile).log_pass;
  };
  const auto about_low = [&](std::size_t i) {
    return evidence({.events = at[i].low_below, .total = n_low}, Side::at_least, quantile).log_pass;
  };
  // -ln of the binomial tails; the product's distribution is Fisher's: P(U1 U2 <= c) = c (1 - ln c).
  const auto tail_high = [&](std::size_t i) {
    return -std::log(std::max(1e-300, binomial_at_most(at[i].high_up_to, n_high, quantile)));
  };
  const auto tail_low = [&](std::size_t i) {
    return -std::log(std::max(1e-300, binomial_at_least(at[i].low_below, n_low, quantile)));
  };
  const std::size_t last = at.size() - 1;
  const double log_e = least_sum(0, last, about_high, about_low, kLogCertain);
  const double exponent = least_sum(0, last, tail_high, tail_low, kLogCertain);
  return {.log_e = finite_log(log_e), .p = std::min(1.0, std::exp(-exponent) * (1 + exponent))};
}

std::optional<InvalidReason> invalid_reason_of_pair(std::span<const Cell> baseline,
                                                    std::span<const Cell> candidate, double quantile,
                                                    double ratio) {
  if (const auto invalid_reason = invalid_reason_of(baseline)) return invalid_reason;
  if (const auto invalid_reason = invalid_reason_of(candidate)) return invalid_reason;
  if (!(quantile > 0) || !(quantile < 1) || !(ratio > 0) || !std::isfinite(ratio))
    return InvalidReason::limit_out_of_range;
  return std::nullopt;
}

}  // namespace

// The integral of dH_candidate (1 - H_baseline): between edges both are taken for linear, and at an atom the
// mean of the two sides counts half of a tie. What lies below all values or above them is one more tie.
double probability_below(std::span<const Cell> baseline, std::span<const Cell> candidate, double quantile,
                         double ratio) {
  if (invalid_reason_of_pair(baseline, candidate, quantile, ratio)) return kNan;
  const std::vector<Cell> raised = scaled_cells(baseline, ratio);
  Walk of_baseline(raised, quantile);
  Walk of_candidate(candidate, quantile);
  double result = 0;
  double last_baseline = 0;
  double last_candidate = 0;
  const auto advance = [&](double next_baseline, double next_candidate) {
    result += (next_candidate - last_candidate) * (1 - (next_baseline + last_baseline) / 2);
    last_baseline = next_baseline;
    last_candidate = next_candidate;
  };
  for (const double edge : edges_of(raised, candidate)) {
    const auto [baseline_before, baseline_at] = of_baseline.at(edge);
    const auto [candidate_before, candidate_at] = of_candidate.at(edge);
    advance(baseline_before, candidate_before);
    advance(baseline_at, candidate_at);
  }
  advance(1, 1);
  return result;
}

Evidence quantile_comparison(std::span<const Cell> baseline, std::span<const Cell> candidate, double quantile,
                             double ratio) {
  if (const auto invalid_reason = invalid_reason_of_pair(baseline, candidate, quantile, ratio))
    return {.invalid_reason = invalid_reason};
  const std::vector<Cell> raised = scaled_cells(baseline, ratio);
  const Direction pass = evidence_that_below(candidate, raised, quantile);
  const Direction fail = evidence_that_below(raised, candidate, quantile);
  return finite_or_neutral(
      {.log_pass = pass.log_e, .log_fail = fail.log_e, .p_pass = pass.p, .p_fail = fail.p});
}

}  // namespace iter8::stats
