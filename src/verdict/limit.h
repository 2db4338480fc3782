#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "base/clock.h"
#include "experiment/metric/unit.h"

namespace iter8::verdict {

/// "+10%" or "-5%": a limit that moves with the baseline's value.
struct RelativeLimit {
  double change = 0;  // 0.1 for +10%
  std::string text;   // as written
};

/// "1%".
struct Share {
  double percent = 0;
};

/// A limit as the file gives it: a plain number in whatever unit the metric has, a share, a time, or a change
/// of the baseline's value.
struct Limit {
  std::variant<double, Share, base::Duration, RelativeLimit> amount = 0.0;

  const RelativeLimit* relative() const { return std::get_if<RelativeLimit>(&amount); }
  /// The kind of unit that the metric has to have; none for a plain number and for a change.
  experiment::UnitKind kind() const;
};

/// What parse_limit() takes for a limit, as a regular expression (of JSON Schema).
inline constexpr std::string_view kLimitPattern =
    "[-+]?([0-9]+\\.?[0-9]*|\\.[0-9]+)([eE][-+]?[0-9]+)?%?|"
    "\\+?(([0-9]+\\.?[0-9]*|\\.[0-9]+)(ns|us|µs|μs|ms|s|m|h))+";

/// The limit of `text`, or nothing when it is none of the forms above.
std::optional<Limit> parse_limit(std::string_view text);

/// A limit that is not relative, as a number in the metric's unit. Nothing when the limit is a time or a
/// share and the unit is not.
std::optional<double> in_unit(const Limit& limit, const experiment::Unit& unit);

/// `baseline` changed by the limit: 100 and +10% is 110, -100 and +10% is -90.
double absolute_limit(const RelativeLimit& limit, double baseline);

/// As a user would write it: "250ms", "0.01", "1%", "+10%".
std::string to_text(const Limit& limit);

}  // namespace iter8::verdict
