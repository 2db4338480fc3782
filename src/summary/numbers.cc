#include "summary/numbers.h"

#include <cmath>

#include <fmt/format.h>

#include "base/number.h"

namespace iter8::summary {

std::string number_text(double value) {
  return value != 0 && std::fabs(value) < 1 ? fmt::format("{:.3g}", value) : fmt::format("{:.2f}", value);
}

std::string quantity(double value, std::string_view unit) {
  std::string number = base::shortest(value);
  if (std::isfinite(value) && std::trunc(value) != value) {
    const double size = std::fabs(value);
    if (size >= 1) {
      number = base::fixed(value, size >= 1000 ? 0 : size >= 100 ? 1 : 2);
    } else {
      number = fmt::format("{:.3g}", value);
    }
  }
  return unit.empty() ? number : number + " " + std::string(unit);
}

std::string percent_text(double share) {
  return fmt::format("{:.1f} %", share * 100);
}

std::string change_text(double share) {
  return std::isfinite(share) ? fmt::format("{:+.3g} %", 100 * share) : "unbounded";
}

}  // namespace iter8::summary
