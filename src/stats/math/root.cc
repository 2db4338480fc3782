#include "stats/math/root.h"

#include <cmath>
#include <cstdint>

#include <boost/math/tools/toms748_solve.hpp>

#include "stats/math/estimate.h"

namespace iter8::stats {

double root_of(const std::function<double(double)>& rising, double lower, double upper) {
  return root_of(rising, lower, upper, rising(lower), rising(upper));
}

double root_of(const std::function<double(double)>& rising, double lower, double upper, double at_lower,
               double at_upper) {
  if (std::isnan(at_lower) || std::isnan(at_upper)) return kNan;
  if (at_lower >= 0) return lower;
  if (at_upper <= 0) return upper;
  std::uintmax_t iterations = 200;
  const boost::math::tools::eps_tolerance<double> close_enough(40);
  const auto [left, right] =
      boost::math::tools::toms748_solve(rising, lower, upper, at_lower, at_upper, close_enough, iterations);
  return left + (right - left) / 2;
}

}  // namespace iter8::stats
