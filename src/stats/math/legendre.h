#pragma once

#include <array>
#include <cstddef>

namespace iter8::stats {

// Gauss-Legendre quadrature on a panel of 12 points, and the function it integrates as a polynomial.

constexpr std::size_t kPanelNodes = 12;
using PanelValues = std::array<double, kPanelNodes>;

/// Nodes in (-1, 1), ascending, and weights that sum to 2.
const PanelValues& panel_nodes();
const PanelValues& panel_weights();

/// matrix[i][j]: with values f_j at the nodes, sum_j matrix[i][j] f_j is the integral from -1 to node i.
const std::array<PanelValues, kPanelNodes>& panel_integrals();

/// The integral from -1 of the polynomial through values at the nodes, as a Legendre series.
using Antiderivative = std::array<double, kPanelNodes + 1>;
Antiderivative antiderivative(const PanelValues& values);
double value_at(const Antiderivative& series, double t);  // -1 <= t <= 1

}  // namespace iter8::stats
