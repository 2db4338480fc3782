#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"

namespace iter8::base {

/// A Go duration: one or more decimal numbers with a unit (ns, us, µs, ms, s, m, h), "1h2m0.5s"; also "0".
/// Nothing when the text is not one, or does not fit 64 bits of nanoseconds. A leading sign is accepted.
std::optional<Duration> parse_duration(std::string_view text);

/// The shortest Go spelling, "1m30s", "250ms", "0s". parse_duration(to_text(d)) == d.
std::string to_text(Duration duration);

double to_seconds(Duration duration);
double to_milliseconds(Duration duration);

/// Rounds to the nearest nanosecond; saturates at the type's limits.
Duration from_seconds(double seconds);

}  // namespace iter8::base
