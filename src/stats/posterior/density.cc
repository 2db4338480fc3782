#include "stats/posterior/density.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <span>

#include "stats/math/log_math.h"

namespace iter8::stats {
namespace {

constexpr std::array kDistances{1.0, 2.0, 3.0, 4.0, 6.0, 9.0, 14.0};  // spreads from the mode
constexpr double kSmooth = 8;              // exponents from here on are as smooth as whole ones
constexpr double kLargestExponent = 1e16;  // units or events, more than doubles count
/// A scale below this share of the location cannot be told from values that are all equal.
constexpr double kScaleRounding = 1e-12;
constexpr double kTailDensity = -42;  // ln; what lies beyond is less than 1e-17 for each step

bool is_finite_positive(double value) {
  return value > 0 && std::isfinite(value);
}
bool is_fractional(double exponent) {
  return exponent != std::floor(exponent) && exponent < kSmooth;
}

}  // namespace

std::optional<InvalidReason> invalid_reason_of(const Posterior& posterior) {
  bool is_in_order = false;
  if (const auto* beta = std::get_if<BetaPosterior>(&posterior)) {
    is_in_order = beta->a >= 0.5 && beta->b >= 0.5 && beta->a + beta->b <= kLargestExponent;
  } else if (const auto* gamma = std::get_if<GammaPosterior>(&posterior)) {
    is_in_order = gamma->shape >= 0.5 && gamma->shape <= kLargestExponent && is_finite_positive(gamma->rate);
  } else if (const auto* student = std::get_if<StudentPosterior>(&posterior)) {
    is_in_order =
        std::isfinite(student->location) && student->scale > kScaleRounding * std::abs(student->location) &&
        is_finite_positive(student->scale) && student->freedom >= 1 && is_finite_positive(student->freedom);
  }
  return is_in_order ? std::nullopt : std::optional(InvalidReason::limit_out_of_range);
}

Density::Density(const Posterior& posterior) : kind_(Kind::beta) {
  if (const auto* beta = std::get_if<BetaPosterior>(&posterior)) {
    first_ = beta->a - 0.5;
    second_ = beta->b - 0.5;
    highest_ = std::numbers::pi / 2;
    mode_ = first_ + second_ > 0 ? std::atan2(std::sqrt(first_), std::sqrt(second_)) : highest_ / 2;
    spread_ = std::min(0.25, 0.5 / std::sqrt(first_ + second_));
  } else if (const auto* gamma = std::get_if<GammaPosterior>(&posterior)) {
    kind_ = Kind::gamma;
    first_ = gamma->shape - 0.5;
    second_ = gamma->rate;
    highest_ = kInfinity;
    mode_ = std::sqrt(first_ / second_);
    spread_ = 0.5 / std::sqrt(second_);
  } else if (const auto* student = std::get_if<StudentPosterior>(&posterior)) {
    kind_ = Kind::student;
    first_ = student->location;
    second_ = student->scale;
    freedom_ = student->freedom;
    lowest_ = -kInfinity;
    highest_ = kInfinity;
    mode_ = first_;
    spread_ = second_;
  }
}

double Density::log_density(double u) const {
  switch (kind_) {
    case Kind::beta: {
      const double all = first_ + second_;
      if (all == 0) return 0;
      const double sine = std::sin(u);
      const double cosine = std::cos(u);
      return -(deviance(first_, all * sine * sine) + deviance(second_, all * cosine * cosine));
    }
    case Kind::gamma:
      return -deviance(first_, second_ * u * u);
    case Kind::student:
      break;
  }
  const double z = (u - first_) / second_;
  return -(freedom_ + 1) / 2 * std::log1p(z * z / freedom_);
}

double Density::natural(double u) const {
  if (kind_ == Kind::student) return u;
  const double root = kind_ == Kind::beta ? std::sin(u) : u;
  return root * root;
}

double Density::coordinate(double value) const {
  if (kind_ == Kind::student) return value;
  const double root = std::sqrt(std::max(0.0, value));
  if (kind_ == Kind::gamma) return root;
  if (value >= 1) return highest_;
  return value < 0.5 ? std::asin(root) : highest_ - std::asin(std::sqrt(1 - value));
}

double Density::slope(double u) const {
  switch (kind_) {
    case Kind::beta:
      return std::sin(2 * u);
    case Kind::gamma:
      return 2 * u;
    case Kind::student:
      break;
  }
  return 1;
}

void Density::add_graded(std::vector<double>& edges, double end, double exponent) const {
  if (!is_fractional(exponent)) return;
  double distance = spread_;
  for (int step = 0; step < 8; ++step) {
    distance /= 4;
    edges.push_back(end == 0 ? distance : end - distance);
  }
}

std::vector<double> Density::edges() const {
  std::vector<double> edges{mode_};
  double farthest = 0;
  for (const double distance : kDistances) {
    edges.push_back(mode_ - distance * spread_);
    edges.push_back(mode_ + distance * spread_);
    farthest = distance;
  }
  if (kind_ == Kind::student) {
    // ln of density times distance, until the power tail has been followed to its end.
    while (log_density(mode_ + farthest * spread_) + std::log(farthest) > kTailDensity && farthest < 1e18) {
      farthest *= 1.8;
      edges.push_back(mode_ - farthest * spread_);
      edges.push_back(mode_ + farthest * spread_);
    }
  } else {
    edges.push_back(lowest_);
    add_graded(edges, lowest_, first_);
    if (kind_ == Kind::beta) {
      edges.push_back(highest_);
      add_graded(edges, highest_, second_);
    }
    const double least = mode_ - farthest * spread_;
    const double most = mode_ + farthest * spread_;
    std::erase_if(edges, [&](double edge) {
      return edge < std::max(lowest_, least) || edge > std::min(highest_, most);
    });
  }
  return sorted_edges(std::move(edges), spread_ * 1e-7);
}

std::vector<double> sorted_edges(std::vector<double> edges, double gap) {
  std::ranges::sort(edges);
  std::vector<double> distinct;
  for (const double edge : edges)
    if (distinct.empty() || edge - distinct.back() > gap) distinct.push_back(edge);
  return distinct;
}

DensityTable::DensityTable(const Posterior& posterior) : density_(posterior), edges_(density_.edges()) {
  const std::size_t count = edges_.size() - 1;
  std::vector<PanelValues> densities(count);
  double total = 0;
  for (std::size_t panel = 0; panel < count; ++panel) {
    const double half = (edges_[panel + 1] - edges_[panel]) / 2;
    const double middle = edges_[panel] + half;
    for (std::size_t i = 0; i < kPanelNodes; ++i) {
      const double u = middle + half * panel_nodes()[i];
      densities[panel][i] = half * std::exp(density_.log_density(u));
      const double mass = densities[panel][i] * panel_weights()[i];
      nodes_.push_back({.value = density_.natural(u), .mass = mass});
      total += mass;
    }
  }
  for (Node& node : nodes_) node.mass /= total;
  left_.assign(count + 1, 0.0);
  right_.assign(count + 1, 0.0);
  for (std::size_t panel = 0; panel < count; ++panel) {
    for (double& value : densities[panel]) value /= total;
    panels_.push_back(antiderivative(densities[panel]));
    left_[panel + 1] = left_[panel] + value_at(panels_[panel], 1);
  }
  for (std::size_t panel = count; panel-- > 0;)
    right_[panel] = right_[panel + 1] + value_at(panels_[panel], 1);
}

std::size_t DensityTable::panel_of(double u) const {
  const auto next = std::upper_bound(edges_.begin() + 1, edges_.end() - 1, u);
  return static_cast<std::size_t>(next - edges_.begin()) - 1;
}

double DensityTable::within(std::size_t panel, double u) const {
  const double t = 2 * (u - edges_[panel]) / (edges_[panel + 1] - edges_[panel]) - 1;
  return value_at(panels_[panel], std::clamp(t, -1.0, 1.0));
}

double DensityTable::below_coordinate(double u) const {
  if (std::isnan(u) || panels_.empty()) return kNan;
  if (u <= edges_.front()) return 0;
  if (u >= edges_.back()) return 1;
  const std::size_t panel = panel_of(u);
  return std::clamp(left_[panel] + within(panel, u), 0.0, 1.0);
}

double DensityTable::above_coordinate(double u) const {
  if (std::isnan(u) || panels_.empty()) return kNan;
  if (u <= edges_.front()) return 1;
  if (u >= edges_.back()) return 0;
  const std::size_t panel = panel_of(u);
  return std::clamp(right_[panel] - within(panel, u), 0.0, 1.0);
}

}  // namespace iter8::stats
