#pragma once

#include <limits>

namespace iter8::stats {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinity = std::numeric_limits<double>::infinity();

/// Strictly between 0 and 1, as every level, alpha and quantile must be; false for NaN.
constexpr bool is_inside_unit(double value) {
  return value > 0 && value < 1;
}

/// Both ends included; an unknown end is an infinity, an interval of invalid data is NaN to NaN.
struct Interval {
  double lower = kNan;
  double upper = kNan;
};

/// A limit's side: `at_most` for an upper limit, `at_least` for a lower one.
enum class Side { at_most, at_least };

/// Which end of a metric is good.
enum class Better { higher, lower };

}  // namespace iter8::stats
