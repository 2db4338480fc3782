#pragma once

#include <string>

namespace iter8::base {

/// A probability as people read it: four digits, but never a certainty that it is not: "> 0.9999",
/// "< 0.0001".
std::string probability_text(double probability);

}  // namespace iter8::base
