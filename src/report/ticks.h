#pragma once

#include <vector>

namespace iter8::report {

/// A plot as an SVG draws it: the size of the picture in its own units, and the margins that the texts of the
/// axes need. y grows downwards, so bottom_edge() is where a value of 0 lies.
struct PlotArea {
  double width = 640;
  double height = 200;
  double left = 48;
  double right = 12;
  double top = 12;
  double bottom = 34;

  constexpr double right_edge() const { return width - right; }
  constexpr double bottom_edge() const { return height - bottom; }
  constexpr double inner_width() const { return width - left - right; }
  constexpr double inner_height() const { return height - top - bottom; }
};

/// Where a logarithmic axis has its lines: 1, 2, 5, 10, 20, … inside the range; of many decades only some, so
/// that there are about eight at most. 0 < low <= high.
std::vector<double> round_numbers(double low, double high);

/// Where an axis that begins at 0 has its lines: at most six multiples of 1, 2 or 5 times a power of ten, of
/// which the last is not below `top`. top > 0.
std::vector<double> even_numbers(double top);

}  // namespace iter8::report
