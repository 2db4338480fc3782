#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "experiment/result/result.h"

namespace iter8::report {

/// How the numbers of one metric read on a page: shares in percent, others in their own unit.
struct Figures {
  double factor = 1;
  std::string unit = {};

  /// "312.4": a few significant digits, without the unit.
  std::string number(double value) const;
  /// The same for a place on an axis: "1.5".
  std::string tick(double value) const;
  /// "312.4 msec"; "no data" for nothing.
  std::string text(const std::optional<double>& value) const;
  /// "92 – 104"; "≥ 92" where it has no end. Empty for nothing.
  std::string range(const std::optional<std::pair<double, double>>& interval) const;
};

Figures figures_of(const experiment::Result& result, std::string_view metric);

/// "≤ 250 msec", "≥ 7 and ≤ 9", "≤ +10% of the baseline".
std::string limits_of(const experiment::Objective& objective, const Figures& figures);

/// A share of 1 as a probability in a column: "98.5 %", "> 99.99 %". Empty for nothing.
std::string chance(const std::optional<double>& probability);

}  // namespace iter8::report
