#pragma once

#include <functional>

namespace iter8::stats {

/// The point in [lower, upper] where `rising` passes from below 0 to above it, to about 1e-12 of the point
/// (Alefeld, Potra & Shi 1995, as in Boost); the nearer end when it has one sign only. NaN when an end is
/// NaN.
double root_of(const std::function<double(double)>& rising, double lower, double upper);

/// The same when the values at the ends are known.
double root_of(const std::function<double(double)>& rising, double lower, double upper, double at_lower,
               double at_upper);

}  // namespace iter8::stats
