#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "experiment/metric/metric.h"

namespace iter8::experiment {

/// What a unit measures, as far as limits know units: 250ms is a time, 1% is a share. `none` is a number that
/// nobody gave a unit, so that it may be anything; `other` is one of bytes, requests, euros.
enum class UnitKind { none, time, share, other };

/// A unit, and its size: of a time in nanoseconds; of a share what the whole is in it, 100 for percent.
struct Unit {
  UnitKind kind = UnitKind::none;
  double size = 1;
};

/// Of a unit's text, in any of its usual spellings: "msec", "Milliseconds", "percent", "ratio".
Unit unit_of(std::string_view text);

/// The unit that a metric's values have. A proportion is a share, whatever its unit says.
Unit unit_of(const MetricInfo& metric);

/// Why a limit of this kind (time or share; `limit` is how it is written) cannot be compared with the metric,
/// and what to write instead. Nothing when it can.
std::optional<std::string> unit_objection(const std::string& limit, UnitKind kind, const MetricInfo& metric);

}  // namespace iter8::experiment
