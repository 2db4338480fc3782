#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace iter8::base {

/// The whole text as a finite decimal number; nothing for anything else (nan, inf, hex, trailing text,
/// overflow).
std::optional<double> parse_number(std::string_view text);

/// The whole text as a 64-bit integer, with an optional sign; nothing for anything else.
std::optional<long long> parse_integer(std::string_view text);

/// The fewest digits that read back as the same value; exponent form when the decimal exponent is below -4 or
/// at least 21 (as the %v verb of Go prints it, which older reports used). NaN and infinities: NaN, +Inf,
/// -Inf.
std::string shortest(double value);

/// With `decimals` digits behind the point, "12.50".
std::string fixed(double value, int decimals);

/// A probability as people read it: four digits, but never a certainty that it is not: "> 0.9999", "<
/// 0.0001".
std::string probability_text(double probability);

}  // namespace iter8::base
