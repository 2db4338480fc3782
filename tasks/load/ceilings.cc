#include "tasks/load/ceilings.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/duration.h"
#include "base/error.h"
#include "base/number.h"
#include "base/text.h"
#include "load/schedule/profile.h"

namespace iter8::tasks {

namespace {

std::optional<double> number_in(const base::Environment& environment, const char* name) {
  if (!environment.has(name)) return std::nullopt;
  const std::string text = *environment.get(name);
  const auto number = base::parse_number(text);
  if (number && *number > 0) return number;
  throw base::UsageError(
      fmt::format("{}: found '{}', expected a positive number", name, base::printable(text)));
}

std::optional<base::Duration> duration_in(const base::Environment& environment, const char* name) {
  if (!environment.has(name)) return std::nullopt;
  const std::string text = *environment.get(name);
  const auto duration = base::parse_duration(text);
  if (duration && *duration > base::Duration{0}) return duration;
  throw base::UsageError(
      fmt::format("{}: found '{}', expected a duration such as 5m", name, base::printable(text)));
}

/// The most requests of a trace within one second that begins with one of them.
double busiest_second(const std::vector<base::Duration>& trace) {
  std::size_t most = 0;
  std::size_t first = 0;
  for (std::size_t last = 0; last < trace.size(); ++last) {
    while (trace[last] - trace[first] >= std::chrono::seconds(1)) ++first;
    most = std::max(most, last - first + 1);
  }
  return static_cast<double>(most);
}

/// How long and how many for each target, as far as the plan says; nothing = without end.
struct Extent {
  std::optional<double> seconds;
  std::optional<double> requests;
};

Extent extent_of(const load::Plan& plan) {
  Extent extent;
  if (plan.duration) extent.seconds = base::to_seconds(*plan.duration);
  if (plan.requests) extent.requests = static_cast<double>(*plan.requests);
  if (plan.arrival == load::Arrival::closed) return extent;
  const load::Profile profile = load::Profile::of(plan);
  if (const auto end = profile.end(); end && !extent.seconds) extent.seconds = base::to_seconds(*end);
  if (extent.requests && !extent.seconds) {
    const auto time = profile.time_of(*extent.requests);
    constexpr double kNanoseconds = 1e9;
    if (time) extent.seconds = *time / kNanoseconds;
  }
  if (extent.seconds && !extent.requests)
    extent.requests = profile.arrivals_until(base::from_seconds(*extent.seconds));
  return extent;
}

std::optional<Excess> excess_of(const char* option, const char* variable, const char* what, double targets,
                                std::optional<double> each, const std::optional<double>& ceiling) {
  // Half a unit of tolerance, because expected counts are not whole numbers.
  if (!ceiling || (each && *each * targets <= *ceiling + 0.5)) return std::nullopt;
  const std::string found = each ? fmt::format("{:.6g} {}{}", *each * targets, what,
                                               targets > 1 ? fmt::format(" ({:.6g} targets)", targets) : "")
                                 : fmt::format("no limit of {}", what);
  return Excess{.option = option,
                .message = fmt::format("found {}, {} allows {:.6g}", found, variable, *ceiling)};
}

}  // namespace

Ceilings Ceilings::of(const base::Environment& environment) {
  return {.rate = number_in(environment, "ITER8_MAX_QPS"),
          .requests = number_in(environment, "ITER8_MAX_REQUESTS"),
          .connections = number_in(environment, "ITER8_MAX_CONNECTIONS"),
          .duration = duration_in(environment, "ITER8_MAX_DURATION")};
}

std::optional<Excess> excess(const load::Plan& plan, const Ceilings& ceilings) {
  const auto targets = static_cast<double>(plan.targets.size());
  const bool is_closed = plan.arrival == load::Arrival::closed;
  std::optional<double> rate;
  if (!is_closed)
    rate = plan.trace.empty() ? load::Profile::of(plan).peak_rate() : busiest_second(plan.trace);
  const char* paced_by = is_closed             ? "arrival"
                         : !plan.trace.empty() ? "trace"
                         : plan.stages.empty() ? "qps"
                                               : "stages";
  if (auto found = excess_of(paced_by, "ITER8_MAX_QPS", "requests per second", targets, rate, ceilings.rate))
    return found;

  const Extent extent = extent_of(plan);
  if (auto found = excess_of(plan.requests ? "numRequests" : "duration", "ITER8_MAX_REQUESTS", "requests",
                             targets, extent.requests, ceilings.requests))
    return found;
  const int connections = std::max(plan.connections, plan.max_connections);
  if (auto found =
          excess_of(plan.max_connections > plan.connections ? "maxConnections" : "connections",
                    "ITER8_MAX_CONNECTIONS", "connections", targets, connections, ceilings.connections))
    return found;
  if (!ceilings.duration) return std::nullopt;
  std::optional<double> seconds = extent.seconds;
  if (seconds) *seconds += base::to_seconds(plan.warmup);
  return excess_of(plan.duration ? "duration" : "numRequests", "ITER8_MAX_DURATION", "seconds", 1, seconds,
                   base::to_seconds(*ceilings.duration));
}

}  // namespace iter8::tasks
