#include "report/ticks.h"

#include <cmath>

namespace iter8::report {

std::vector<double> round_numbers(double low, double high) {
  std::vector<double> ticks;
  const auto first = static_cast<int>(std::floor(std::log10(low)));
  const auto last = static_cast<int>(std::floor(std::log10(high)));
  for (int exponent = first; exponent <= last; ++exponent) {
    const double decade = std::pow(10, exponent);
    for (const double factor : {1.0, 2.0, 5.0})
      if (decade * factor >= low && decade * factor <= high) ticks.push_back(decade * factor);
  }
  if (ticks.size() <= 8) return ticks;
  std::vector<double> fewer;  // of many decades only the ends
  const std::size_t step = (ticks.size() + 7) / 8;
  for (std::size_t i = 0; i < ticks.size(); i += step) fewer.push_back(ticks[i]);
  return fewer;
}

namespace {

/// 1, 2 or 5 times a power of ten, so that five steps cover the length.
double even_step(double length) {
  constexpr double kMostSteps = 5;
  const double decade = std::pow(10, std::floor(std::log10(length / kMostSteps)));
  double step = decade;
  for (const double factor : {1.0, 2.0, 5.0, 10.0}) {
    step = decade * factor;
    if (step * kMostSteps >= length) break;
  }
  return step;
}

}  // namespace

std::vector<double> even_numbers(double top) {
  const double step = even_step(top);
  std::vector<double> ticks{0};
  while (ticks.back() < top && ticks.size() <= 6) ticks.push_back(static_cast<double>(ticks.size()) * step);
  return ticks;
}

std::vector<double> even_numbers_between(double low, double high) {
  const double step = even_step(high - low);
  const double first = std::ceil(low / step);
  std::vector<double> ticks;
  for (int i = 0; i < 7 && (first + i) * step <= high; ++i) ticks.push_back((first + i) * step);
  return ticks;
}

}  // namespace iter8::report
