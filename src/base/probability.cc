#include "base/probability.h"

#include <fmt/format.h>

namespace iter8::base {

std::string probability_text(double probability) {
  if (probability > 0.9999) return "> 0.9999";
  if (probability < 0.0001) return "< 0.0001";
  return fmt::format("{:.4g}", probability);
}

}  // namespace iter8::base
