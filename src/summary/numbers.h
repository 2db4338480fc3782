#pragma once

#include <string>
#include <string_view>

namespace iter8::summary {

/// Numbers as people read them. None of these reads back as the same number: programs get the numbers
/// themselves.

/// For columns of like numbers: two decimals, or three significant digits below 1: "312.40", "0.0123".
std::string number_text(double value);

/// For sentences: a few significant digits, and the unit: "312.4 msec", "0.0123", "12346", "100 msec".
std::string quantity(double value, std::string_view unit);

/// A share of 1 in percent, with one decimal: "97.1 %".
std::string percent_text(double share);

/// A relative change (0.8 is +80 %) with its sign and three significant digits: "+80 %", "-3.25 %";
/// "unbounded" where it has no limit.
std::string change_text(double share);

}  // namespace iter8::summary
