#pragma once

#include <optional>
#include <vector>

#include "stats/math/legendre.h"
#include "stats/posterior/posterior.h"

namespace iter8::stats {

/// A posterior on a coordinate u where its density is smooth: the angle asin(sqrt(p)) for Beta (in which
/// Beta(1/2 + x, 1/2 + n - x) is sin^2x cos^2(n-x), without the poles at 0 and 1), sqrt(rate) for Gamma, the
/// value itself for Student.
class Density {
 public:
  explicit Density(const Posterior& posterior);

  double log_density(double u) const;     // relative to the mode
  double natural(double u) const;         // the value at a coordinate
  double coordinate(double value) const;  // clamped to the support
  double slope(double u) const;           // d natural / du
  double mode() const { return mode_; }
  double spread() const { return spread_; }  // about one standard deviation, in u

  /// Ascending bounds of panels that hold all but about 1e-15 of the mass, at most one spread wide around
  /// the mode and graded towards the ends of the support where the density has a fractional power.
  std::vector<double> edges() const;

 private:
  enum class Kind { beta, gamma, student };
  void add_graded(std::vector<double>& edges, double end, double exponent) const;

  Kind kind_;
  double first_ = 0;   // Beta, Gamma: exponent of the value; Student: location
  double second_ = 0;  // Beta: exponent of 1 - value; Gamma: rate; Student: scale
  double freedom_ = 0;
  double mode_ = 0;
  double spread_ = 0;
  double lowest_ = 0;  // support in u
  double highest_ = 0;
};

/// Why a posterior is not one that posterior_of() could have made; nullopt for a valid one.
std::optional<InvalidReason> invalid_reason_of(const Posterior& posterior);

/// Sorted, within [lowest, highest], and no two closer than `gap`.
std::vector<double> sorted_edges(std::vector<double> edges, double gap);

/// The normalised distribution of a Density, tabulated: its quadrature nodes, and its distribution function
/// at any point.
class DensityTable {
 public:
  explicit DensityTable(const Posterior& posterior);

  struct Node {
    double value;  // in natural units
    double mass;   // quadrature weight times density; all sum to 1
  };
  const std::vector<Node>& nodes() const { return nodes_; }
  const std::vector<double>& edges() const { return edges_; }
  const Density& density() const { return density_; }

  double below_coordinate(double u) const;
  double above_coordinate(double u) const;
  double below(double value) const { return below_coordinate(density_.coordinate(value)); }
  double above(double value) const { return above_coordinate(density_.coordinate(value)); }

 private:
  std::size_t panel_of(double u) const;
  double within(std::size_t panel, double u) const;

  Density density_;
  std::vector<double> edges_;
  std::vector<Node> nodes_;
  std::vector<Antiderivative> panels_;
  std::vector<double> left_;   // mass before each panel; one more for all
  std::vector<double> right_;  // mass after each panel's begin; one more for none
};

}  // namespace iter8::stats
