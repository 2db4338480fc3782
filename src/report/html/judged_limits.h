#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "experiment/result/result.h"

namespace iter8::report {

/// A limit of an objective on something that is an aggregate of a histogram: where charts of it draw a line.
struct JudgedLimit {
  double at = 0;
  std::optional<double> percentile;  // of "…-p95"; nothing for means and the like
  std::string label;                 // "p95 ≤ 250 msec"
};

/// The limits that objectives have on `histogram` ("http/latency"), as they stand in the file; a relative one
/// as it was resolved for the last version that has one.
std::vector<JudgedLimit> limits_on(const experiment::Result& result, std::string_view histogram);

}  // namespace iter8::report
