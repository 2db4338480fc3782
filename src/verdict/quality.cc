#include "verdict/quality.h"

#include <algorithm>
#include <cmath>
#include <set>

#include <fmt/format.h>

#include "base/duration.h"
#include "base/text.h"
#include "experiment/metric/metric_name.h"
#include "verdict/dependence/metric_slices.h"

namespace iter8::verdict {

using experiment::Assessment;
using experiment::Result;
using experiment::Warning;

namespace {

constexpr double kKeptRate = 0.95;   // of the asked rate: less is not what was asked for
constexpr double kSameWindow = 0.2;  // windows may differ by this share

std::vector<std::string> metrics_of(const Criteria& criteria) {
  std::vector<std::string> metrics;
  for (const auto& reward : criteria.rewards) metrics.push_back(reward.metric.value);
  for (const auto& objective : criteria.objectives) metrics.push_back(objective.metric.value);
  return metrics;
}

double new_units(const AccumulatedData& data, const MetricSource& source) {
  return source.quantity == Quantity::proportion ? data.new_counts.total : data.new_moments.count;
}

/// Of one series and version.
void warn_of_data(const AccumulatedData& data, const std::string& subject, std::vector<Warning>& warnings) {
  if (data.resets > 0)
    add_warning(warnings, {.code = "counter-reset",
                           .message = fmt::format("{}: the counter fell {} time{}; it was taken to "
                                                  "count from 0 again",
                                                  subject, data.resets, data.resets == 1 ? "" : "s")});
  if (data.stale > 0)
    add_warning(warnings, {.code = "stale",
                           .message = fmt::format("{}: nothing new since the observation before", subject)});
  if (data.moments.count > 1 && data.moments.variance == 0)
    add_warning(warnings, {.code = "all-equal", .message = subject + ": all values are equal"});
}

/// A comparison needs both versions at the same times.
void warn_of_times(const std::string& metric, const MetricSource& source, const Result& result,
                   const EvidenceStore& store, std::vector<Warning>& warnings) {
  const AccumulatedData& first = store.data(source.series, 0);
  for (std::size_t version = 1; version < result.versions.size(); ++version) {
    const AccumulatedData& other = store.data(source.series, version);
    if (first.observations == 0 || other.observations == 0) continue;
    const double one = base::to_seconds(first.window);
    const double two = base::to_seconds(other.window);
    const bool differs = std::fabs(one - two) > kSameWindow * std::max(one, two);
    if (first.observations == other.observations && !differs) continue;
    add_warning(warnings, {.code = "time-overlap",
                           .message = fmt::format("{}: '{}' and '{}' were not observed over the same time",
                                                  metric, result.versions[0], result.versions[version])});
  }
}

/// Results of older versions hold no slices of time.
void warn_of_independence(const std::string& metric, const MetricSource& source, const EvidenceStore& store,
                          std::size_t versions, std::vector<Warning>& warnings) {
  if (source.quantity == Quantity::scalar || !experiment::is_load_metric(metric)) return;
  for (std::size_t version = 0; version < versions; ++version) {
    if (store.data(source.series, version).observations == 0) continue;
    if (metric_slices(store, {source}, version)) continue;
    return add_warning(
        warnings, {.code = "independence-assumed",
                   .message = fmt::format("{}: independence assumed, because not all of its data have time "
                                          "slices: requests that met one pause count as many",
                                          metric)});
  }
}

void warn_of_rates(const std::string& metric, const Result& result, std::vector<Warning>& warnings) {
  if (!experiment::is_load_metric(metric)) return;
  const std::string provider = experiment::provider_of(metric);
  for (std::size_t version = 0; version < result.versions.size(); ++version) {
    const auto asked = latest_value(result, provider + "/rate-asked", version);
    const auto achieved = latest_value(result, provider + "/rate-achieved", version);
    if (!asked || !achieved || *achieved >= kKeptRate * *asked) continue;
    add_warning(warnings, {.code = "open-loop-missed",
                           .message = fmt::format(
                               "{}: {:.4g} requests a second of {:.4g} asked for: the load was lighter "
                               "than planned, and the slowest answers may be missing",
                               subject_of(provider, version, result), *achieved, *asked)});
  }
}

}  // namespace

std::string subject_of(const std::string& metric, std::size_t version, const Result& result) {
  return result.versions.size() > 1 ? fmt::format("{} of '{}'", metric, result.versions[version]) : metric;
}

void add_warning(std::vector<Warning>& warnings, Warning warning) {
  const bool is_known = std::any_of(warnings.begin(), warnings.end(),
                                    [&](const Warning& known) { return known.message == warning.message; });
  if (!is_known) warnings.push_back(std::move(warning));
}

std::optional<SplitUnits> units_of(const Criteria& criteria, const Result& result,
                                   const EvidenceStore& store) {
  for (const std::string& metric : metrics_of(criteria)) {
    const MetricSource source = source_of(result, metric);
    const bool counts = source.quantity == Quantity::proportion || source.quantity == Quantity::mean;
    if (!counts || experiment::is_load_metric(metric)) continue;
    SplitUnits units{.metric = metric, .weights = store.data(source.series, 0).weights, .counts = {}};
    if (units.weights.size() != result.versions.size()) continue;
    for (std::size_t version = 0; version < result.versions.size(); ++version)
      units.counts.push_back(new_units(store.data(source.series, version), source));
    return units;
  }
  return std::nullopt;
}

Warning split_warning(const SplitUnits& units, const Result& result) {
  double all = 0;
  for (const double count : units.counts) all += count;
  std::vector<std::string> parts;
  for (std::size_t version = 0; version < units.counts.size(); ++version)
    parts.push_back(fmt::format("'{}' {:.1f} % of {} %", result.versions[version],
                                all > 0 ? 100 * units.counts[version] / all : 0, units.weights[version]));
  return {.code = "srm",
          .message = fmt::format("{}: the versions did not get the traffic that was promised ({}); whatever "
                                 "distorts the split may distort the values, so nothing passes",
                                 units.metric, base::join(parts, ", "))};
}

void add_missing_metrics(Assessment& assessment) {
  for (const auto& objective : assessment.objectives)
    for (const auto& check : objective.versions)
      if (!check.value) add_warning(assessment.warnings, {.code = "missing-metric", .message = check.reason});
  for (const auto& reward : assessment.rewards)
    if (std::any_of(reward.versions.begin(), reward.versions.end(),
                    [](const auto& check) { return !check.value; }))
      add_warning(assessment.warnings,
                  {.code = "missing-metric",
                   .message = "not every version has a value of the reward " + reward.metric});
}

void add_quality_warnings(const Criteria& criteria, const Result& result, const EvidenceStore& store,
                          std::vector<Warning>& warnings) {
  const std::vector<std::string> metrics = metrics_of(criteria);
  for (const std::string& metric : std::set<std::string>(metrics.begin(), metrics.end())) {
    const MetricSource source = source_of(result, metric);
    for (std::size_t version = 0; version < result.versions.size(); ++version)
      warn_of_data(store.data(source.series, version), subject_of(metric, version, result), warnings);
    warn_of_times(metric, source, result, store, warnings);
    warn_of_rates(metric, result, warnings);
    warn_of_independence(metric, source, store, result.versions.size(), warnings);
  }
}

}  // namespace iter8::verdict
