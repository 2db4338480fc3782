#pragma once

#include <vector>

namespace iter8::report {

/// Where a logarithmic axis has its lines: 1, 2, 5, 10, 20, … inside the range; of many decades only some, so
/// that there are about eight at most. 0 < low <= high.
std::vector<double> round_numbers(double low, double high);

/// Where an axis that begins at 0 has its lines: at most six multiples of 1, 2 or 5 times a power of ten, of
/// which the last is not below `top`. top > 0.
std::vector<double> even_numbers(double top);

/// The same for an axis that begins anywhere: those multiples that lie inside of the range, at most seven.
/// low < high.
std::vector<double> even_numbers_between(double low, double high);

}  // namespace iter8::report
