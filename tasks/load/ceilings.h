#pragma once

#include <optional>
#include <string>

#include "base/clock.h"
#include "base/environment.h"
#include "load/plan.h"

namespace iter8::tasks {

/// What a load may ask for at most, all its targets together: ITER8_MAX_QPS, ITER8_MAX_REQUESTS,
/// ITER8_MAX_CONNECTIONS and ITER8_MAX_DURATION. An unset or empty variable limits nothing.
struct Ceilings {
  std::optional<double> rate;  // requests per second
  std::optional<double> requests;
  std::optional<double> connections;
  std::optional<base::Duration> duration;  // warm-up included

  /// Throws base::UsageError, naming the variable, for a value that is not a positive number or duration.
  static Ceilings of(const base::Environment& environment);
};

/// What a plan asks for beyond a ceiling, or could: a load without an end or a rate of its own has none.
struct Excess {
  std::string option;   // of the http task, where the problem is best reported
  std::string message;  // "found 500 requests per second for 2 targets, ITER8_MAX_QPS allows 100"
};
std::optional<Excess> excess(const load::Plan& plan, const Ceilings& ceilings);

}  // namespace iter8::tasks
