#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "experiment/metric/metric.h"

namespace iter8::summary {

/// Numbers as people read them. None of these reads back as the same number: programs get the numbers
/// themselves.

/// For columns of like numbers: two decimals, or three significant digits below 1: "312.40", "0.0123".
std::string number_text(double value);

/// For sentences: a few significant digits, and the unit: "312.4 msec", "0.0123", "12346", "100 msec".
std::string quantity(double value, std::string_view unit);

/// As quantity(), but a share without a unit is a percentage: "0.15 %" for 0.0015.
std::string metric_quantity(double value, const std::optional<experiment::MetricInfo>& metric);

/// The range that a value lies in, in the metric's unit or percent: "3.36 to 4.3", "0.04 % to 0.4 %", "3.36
/// or more" and "4.3 or less" where one end is open.
std::string range_text(const std::pair<double, double>& range,
                       const std::optional<experiment::MetricInfo>& metric);

/// A count as people read it: "12,345".
std::string grouped_count(std::int64_t count);

/// A share of 1 in percent, with one decimal: "97.1 %".
std::string percent_text(double share);

/// The same of a probability, but never a certainty that it is not: "97.1 %", "> 99.9 %".
std::string chance_text(double probability);

/// A relative change (0.8 is +80 %) with its sign and three significant digits: "+80 %", "-3.25 %";
/// "unbounded" where it has no limit.
std::string change_text(double share);

}  // namespace iter8::summary
