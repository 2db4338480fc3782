#include "stats/math/legendre.h"

namespace iter8::stats {
namespace {

// Abramowitz & Stegun, table 25.4, n = 12.
constexpr std::array kPositiveNodes{0.1252334085114689, 0.3678314989981802, 0.5873179542866175,
                                    0.7699026741943047, 0.9041172563704748, 0.9815606342467192};
constexpr std::array kPositiveWeights{0.2491470458134027, 0.23349253653835464, 0.20316742672306565,
                                      0.1600783285433461, 0.10693932599531888, 0.04717533638651202};
constexpr std::size_t kHalfPanel = kPanelNodes / 2;

/// P_0 to P_12 at t.
Antiderivative polynomials(double t) {
  Antiderivative p{1, t};
  for (std::size_t k = 1; k < kPanelNodes; ++k) {
    const auto degree = static_cast<double>(k);
    p[k + 1] = ((2 * degree + 1) * t * p[k] - degree * p[k - 1]) / (degree + 1);
  }
  return p;
}

/// P_k at each node.
const std::array<Antiderivative, kPanelNodes>& polynomials_at_nodes() {
  static const auto table = [] {
    std::array<Antiderivative, kPanelNodes> result{};
    for (std::size_t i = 0; i < kPanelNodes; ++i) result[i] = polynomials(panel_nodes()[i]);
    return result;
  }();
  return table;
}

}  // namespace

const PanelValues& panel_nodes() {
  static const auto nodes = [] {
    PanelValues result{};
    for (std::size_t i = 0; i < kHalfPanel; ++i) {
      result[kHalfPanel + i] = kPositiveNodes[i];
      result[kHalfPanel - 1 - i] = -kPositiveNodes[i];
    }
    return result;
  }();
  return nodes;
}

const PanelValues& panel_weights() {
  static const auto weights = [] {
    PanelValues result{};
    for (std::size_t i = 0; i < kHalfPanel; ++i)
      result[kHalfPanel + i] = result[kHalfPanel - 1 - i] = kPositiveWeights[i];
    return result;
  }();
  return weights;
}

const std::array<PanelValues, kPanelNodes>& panel_integrals() {
  static const auto matrix = [] {
    std::array<PanelValues, kPanelNodes> result{};
    for (std::size_t j = 0; j < kPanelNodes; ++j) {
      PanelValues unit{};
      unit[j] = 1;
      const Antiderivative series = antiderivative(unit);
      for (std::size_t i = 0; i < kPanelNodes; ++i) result[i][j] = value_at(series, panel_nodes()[i]);
    }
    return result;
  }();
  return matrix;
}

// The integral of P_k is (P_{k+1} - P_{k-1})/(2k + 1), and of P_0 it is P_1; the constant makes it 0 at -1.
Antiderivative antiderivative(const PanelValues& values) {
  Antiderivative series{};
  for (std::size_t k = 0; k < kPanelNodes; ++k) {
    double projection = 0;
    for (std::size_t j = 0; j < kPanelNodes; ++j)
      projection += panel_weights()[j] * polynomials_at_nodes()[j][k] * values[j];
    const double half = projection / 2;  // the coefficient of P_k divided by 2k + 1
    series[k + 1] += half;
    if (k > 0) series[k - 1] -= half;
  }
  double at_start = 0;
  for (std::size_t k = 0; k <= kPanelNodes; ++k) at_start += k % 2 == 0 ? series[k] : -series[k];
  series[0] -= at_start;
  return series;
}

// Clenshaw's recurrence for Legendre series.
double value_at(const Antiderivative& series, double t) {
  static const auto factors = [] {
    std::array<std::array<double, 2>, kPanelNodes + 2> result{};
    for (std::size_t k = 0; k < result.size(); ++k) {
      const auto degree = static_cast<double>(k);
      result[k] = {(2 * degree + 1) / (degree + 1), (degree + 1) / (degree + 2)};
    }
    return result;
  }();
  double next = 0;
  double after = 0;
  for (std::size_t k = kPanelNodes + 1; k-- > 0;) {
    const double now = series[k] + factors[k][0] * t * next - factors[k][1] * after;
    after = next;
    next = now;
  }
  return next;
}

}  // namespace iter8::stats
