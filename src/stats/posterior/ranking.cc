#include "stats/posterior/ranking.h"

#include <algorithm>
#include <cmath>

#include "stats/posterior/density.h"

namespace iter8::stats {
namespace {

constexpr double kPanelWidth = 0.6;            // least, in spreads of the narrowest version
constexpr double kNegligibleNodeMass = 1e-20;  // of a node; all together stay far below 1e-9
constexpr double kNegligibleLogDensity = -80;  // ln density relative to the mode

/// All versions on one grid: the mass of each at each node, and the probability that its value is worse than
/// there.
class Grid {
 public:
  Grid(std::span<const Contender> contenders, Better better) {
    std::vector<double> edges;
    double narrowest = kInfinity;
    for (const Contender& contender : contenders) {
      densities_.emplace_back(contender.posterior);
      const std::vector<double> own = densities_.back().edges();
      bounds_.push_back({.lower = own.front(), .upper = own.back()});
      edges.insert(edges.end(), own.begin(), own.end());
      narrowest = std::min(narrowest, densities_.back().spread());
    }
    const double last = *std::ranges::max_element(edges);
    edges_ = sorted_edges(std::move(edges), kPanelWidth * narrowest);
    if (edges_.back() < last) edges_.push_back(last);
    nodes_ = (edges_.size() - 1) * kPanelNodes;
    fill_widths();
    for (std::size_t i = 0; i < densities_.size(); ++i) fill(i, better);
  }

  std::size_t nodes() const { return nodes_; }
  double mass(std::size_t version, std::size_t node) const { return mass_[version][node]; }
  double worse(std::size_t version, std::size_t node) const { return worse_[version][node]; }
  double width(std::size_t node) const { return widths_[node]; }  // of natural values

 private:
  void fill_widths() {
    for (std::size_t panel = 0; panel + 1 < edges_.size(); ++panel) {
      const double half = (edges_[panel + 1] - edges_[panel]) / 2;
      for (std::size_t i = 0; i < kPanelNodes; ++i) {
        const double u = edges_[panel] + half * (1 + panel_nodes()[i]);
        coordinates_.push_back(u);
        widths_.push_back(half * panel_weights()[i] * densities_.front().slope(u));
      }
    }
  }

  void fill(std::size_t version, Better better) {
    std::vector<double>& mass = mass_.emplace_back(nodes_, 0.0);
    std::vector<double>& worse = worse_.emplace_back(nodes_, 0.0);
    double total = 0;
    for (std::size_t panel = 0; panel + 1 < edges_.size(); ++panel)
      total += fill_panel(version, panel, total, mass, worse);
    for (std::size_t node = 0; node < nodes_; ++node) {
      mass[node] /= total;
      worse[node] = std::clamp(worse[node] / total, 0.0, 1.0);
      if (better == Better::lower) worse[node] = 1 - worse[node];
    }
  }

  /// The panel's mass; writes masses, and cumulative mass `before` and within the panel.
  double fill_panel(std::size_t version, std::size_t panel, double before, std::vector<double>& mass,
                    std::vector<double>& worse) {
    const std::size_t start = panel * kPanelNodes;
    const double half = (edges_[panel + 1] - edges_[panel]) / 2;
    const Interval& bounds = bounds_[version];
    if (edges_[panel + 1] <= bounds.lower || edges_[panel] >= bounds.upper) {
      std::fill_n(worse.begin() + static_cast<std::ptrdiff_t>(start), kPanelNodes, before);
      return 0;
    }
    PanelValues values{};
    double sum = 0;
    for (std::size_t i = 0; i < kPanelNodes; ++i) {
      const double log_density = densities_[version].log_density(coordinates_[start + i]);
      values[i] = log_density < kNegligibleLogDensity ? 0 : half * std::exp(log_density);
      mass[start + i] = values[i] * panel_weights()[i];
      sum += mass[start + i];
    }
    for (std::size_t i = 0; i < kPanelNodes; ++i) {
      double within = 0;
      for (std::size_t j = 0; j < kPanelNodes; ++j) within += panel_integrals()[i][j] * values[j];
      worse[start + i] = before + within;
    }
    return sum;
  }

  std::vector<Density> densities_;
  std::vector<Interval> bounds_;
  std::vector<double> edges_;
  std::size_t nodes_ = 0;
  std::vector<double> coordinates_;
  std::vector<double> widths_;
  std::vector<std::vector<double>> mass_;
  std::vector<std::vector<double>> worse_;
};

/// products[i] = product of all factors but the i-th.
void products_of_others(const std::vector<double>& factors, std::vector<double>& products) {
  double before = 1;
  for (std::size_t i = 0; i < factors.size(); ++i) {
    products[i] = before;
    before *= factors[i];
  }
  double after = 1;
  for (std::size_t i = factors.size(); i-- > 0;) {
    products[i] *= after;
    after *= factors[i];
  }
}

void add_best(Ranking& ranking, const Grid& grid, std::span<const Contender> contenders) {
  const std::size_t versions = contenders.size();
  std::vector<double> factors(versions);
  std::vector<double> others(versions);
  for (std::size_t node = 0; node < grid.nodes(); ++node) {
    for (std::size_t i = 0; i < versions; ++i)
      factors[i] = 1 - contenders[i].feasibility * (1 - grid.worse(i, node));
    products_of_others(factors, others);
    for (std::size_t i = 0; i < versions; ++i)
      ranking.best[i] += contenders[i].feasibility * grid.mass(i, node) * others[i];
  }
}

/// counts[k] = P(exactly k of the others are better), by the Poisson-binomial recursion.
void count_better(const Grid& grid, std::size_t version, std::size_t node, std::vector<double>& counts) {
  std::ranges::fill(counts, 0.0);
  counts[0] = 1;
  std::size_t most = 0;
  for (std::size_t j = 0; j < counts.size(); ++j) {
    if (j == version) continue;
    const double worse = grid.worse(j, node);
    ++most;
    for (std::size_t k = most; k > 0; --k) counts[k] = counts[k] * worse + counts[k - 1] * (1 - worse);
    counts[0] *= worse;
  }
}

void add_ranks(Ranking& ranking, const Grid& grid, std::size_t versions) {
  std::vector<double> counts(versions);
  for (std::size_t node = 0; node < grid.nodes(); ++node) {
    for (std::size_t i = 0; i < versions; ++i) {
      if (grid.mass(i, node) < kNegligibleNodeMass) continue;
      count_better(grid, i, node, counts);
      double sum = 0;
      for (std::size_t k = 0; k < versions; ++k) {
        sum += counts[k];
        ranking.among_first[k][i] += grid.mass(i, node) * sum;
      }
    }
  }
}

// E[best] - E[version] = integral of P(version is worse than x) - P(all are worse than x).
void add_expected_loss(Ranking& ranking, const Grid& grid, std::size_t versions) {
  for (std::size_t node = 0; node < grid.nodes(); ++node) {
    double all = 1;
    for (std::size_t i = 0; i < versions; ++i) all *= grid.worse(i, node);
    for (std::size_t i = 0; i < versions; ++i)
      ranking.expected_loss[i] += grid.width(node) * (grid.worse(i, node) - all);
  }
}

std::optional<InvalidReason> invalid_reason_of(std::span<const Contender> contenders) {
  if (contenders.empty()) return InvalidReason::no_data;
  if (contenders.size() > kMaxContenders) return InvalidReason::mismatched;
  for (const Contender& contender : contenders) {
    if (contender.posterior.index() != contenders.front().posterior.index()) return InvalidReason::mismatched;
    if (const auto invalid_reason = invalid_reason_of(contender.posterior)) return invalid_reason;
    if (!(contender.feasibility >= 0) || !(contender.feasibility <= 1))
      return InvalidReason::limit_out_of_range;
  }
  return std::nullopt;
}

}  // namespace

Ranking ranking_of(std::span<const Contender> contenders, Better better) {
  if (const auto invalid_reason = invalid_reason_of(contenders)) return {.invalid_reason = invalid_reason};
  const std::size_t versions = contenders.size();
  Ranking ranking{.best = std::vector<double>(versions, 0.0),
                  .none = 1,
                  .among_first = std::vector(versions, std::vector<double>(versions, 0.0)),
                  .expected_loss = std::vector<double>(versions, 0.0)};
  const Grid grid(contenders, better);
  add_best(ranking, grid, contenders);
  add_ranks(ranking, grid, versions);
  add_expected_loss(ranking, grid, versions);
  for (const Contender& contender : contenders) ranking.none *= 1 - contender.feasibility;
  return ranking;
}

}  // namespace iter8::stats
