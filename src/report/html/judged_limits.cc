#include "report/html/judged_limits.h"

#include "base/number.h"
#include "report/html/figures.h"

namespace iter8::report {

using experiment::Objective;

namespace {

/// "p95" of "http/latency-p95" and "db/time/p95" for these histograms.
std::optional<std::string> aggregate_in(const std::string& metric, std::string_view histogram) {
  if (!metric.starts_with(histogram) || metric.size() <= histogram.size() + 1) return std::nullopt;
  const char separator = metric[histogram.size()];
  if (separator != '-' && separator != '/') return std::nullopt;
  return metric.substr(histogram.size() + 1);
}

std::optional<double> percentile_in(const std::string& aggregate) {
  return aggregate.starts_with('p') ? base::parse_number(aggregate.substr(1)) : std::nullopt;
}

std::optional<double> resolved_limit(const Objective& objective) {
  std::optional<double> limit;
  for (const auto& check : objective.versions)
    if (check.limit) limit = check.limit;
  return limit;
}

}  // namespace

std::vector<JudgedLimit> limits_on(const experiment::Result& result, std::string_view histogram) {
  std::vector<JudgedLimit> list;
  if (!result.assessment) return list;
  for (const Objective& objective : result.assessment->objectives) {
    const auto aggregate = aggregate_in(objective.metric, histogram);
    if (!aggregate) continue;
    const Figures figures = figures_of(result, objective.metric);
    const auto add = [&](const std::optional<double>& at, std::string_view sign) {
      if (at)
        list.push_back({.at = *at,
                        .percentile = percentile_in(*aggregate),
                        .label = *aggregate + std::string(sign) + figures.text(at)});
    };
    const bool is_relative = objective.relative_upper || objective.relative_lower;
    if (is_relative) {
      add(resolved_limit(objective), objective.relative_upper ? " ≤ " : " ≥ ");
    } else {
      add(objective.upper, " ≤ ");
      add(objective.lower, " ≥ ");
    }
  }
  return list;
}

}  // namespace iter8::report
