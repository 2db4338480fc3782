#include "verdict/comparisons.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "experiment/metric/metric_name.h"
#include "stats/evidence/quantile.h"
#include "stats/math/distributions.h"
#include "stats/posterior/posterior.h"

namespace iter8::verdict {

namespace {

using experiment::Direction;
using experiment::MetricComparison;

constexpr double kCoverage = 0.95;
constexpr double kManyDegrees = 1e6;  // Student's t is normal

/// A metric to compare, as far as it is known which way is better.
struct Compared {
  std::string metric;
  std::optional<Direction> direction;
};

std::optional<Direction> direction_of(const ObjectiveOptions& objective) {
  if (objective.upper && objective.lower) return std::nullopt;
  return objective.upper ? Direction::low : Direction::high;
}

/// By the name: of latencies and errors, less is better.
std::optional<Direction> direction_of(std::string_view metric) {
  constexpr std::array<std::string_view, 4> kCosts = {"latency", "ok-latency", "service-", "error"};
  const std::string_view name = experiment::name_in_provider(metric);
  const bool is_cost = std::any_of(kCosts.begin(), kCosts.end(),
                                   [name](std::string_view cost) { return name.starts_with(cost); });
  const bool is_time = experiment::is_load_metric(metric) && experiment::is_time_inside_response(name);
  return is_cost || is_time ? std::optional(Direction::low) : std::nullopt;
}

std::vector<Compared> compared_metrics(const Criteria& criteria, std::size_t versions) {
  std::vector<Compared> list;
  const auto add = [&](const std::string& metric, std::optional<Direction> direction) {
    const bool is_reward =
        std::any_of(criteria.rewards.begin(), criteria.rewards.end(),
                    [&](const RewardOptions& each) { return each.metric.value == metric; });
    const bool is_listed =
        std::any_of(list.begin(), list.end(), [&](const Compared& each) { return each.metric == metric; });
    if (!is_reward && !is_listed) list.push_back({metric, direction});
  };
  if (versions > 1)
    for (const ObjectiveOptions& objective : criteria.objectives)
      add(objective.metric.value, direction_of(objective));
  for (const auto& indicator : criteria.indicators) add(indicator.value, direction_of(indicator.value));
  return list;
}

/// See comparisons_of(); nothing where the interval has no finite width.
std::optional<stats::Posterior> posterior_of_percentile(const AccumulatedData& data, double quantile) {
  const stats::Interval interval = stats::quantile_interval(data.cells, quantile, kCoverage);
  const double width = interval.upper - interval.lower;
  if (!std::isfinite(width) || width <= 0) return std::nullopt;
  return stats::StudentPosterior{.location = (interval.lower + interval.upper) / 2,
                                 .scale = width / (2 * stats::normal_quantile((1 + kCoverage) / 2)),
                                 .freedom = kManyDegrees};
}

std::optional<stats::Posterior> any_posterior_of(const AccumulatedData& data, const MetricSource& source) {
  if (source.quantity == Quantity::quantile) return posterior_of_percentile(data, source.quantile);
  return posterior_of(data, source);
}

}  // namespace

std::vector<MetricComparison> comparisons_of(const Criteria& criteria, const RewardInputs& inputs) {
  const std::size_t versions = inputs.result.versions.size();
  const std::vector<double> no_objectives(versions, 1.0);
  std::vector<MetricComparison> comparisons;
  for (const Compared& each : compared_metrics(criteria, versions)) {
    const MetricSource source = source_of(inputs.result, each.metric);
    if (source.quantity == Quantity::scalar) continue;
    MetricComparison comparison{.metric = each.metric, .direction = each.direction};
    std::vector<stats::Posterior> posteriors;
    for (std::size_t version = 0; version < versions; ++version) {
      comparison.versions.push_back(check_of(source, version, inputs));
      const auto posterior = any_posterior_of(data_worth(source, version, inputs), source);
      // Without data a posterior is its prior, which says nothing about the version.
      if (posterior && comparison.versions.back().value) posteriors.push_back(*posterior);
    }
    if (each.direction && versions > 1 && posteriors.size() == versions)
      rank(comparison.versions, posteriors, no_objectives, *each.direction, 1 - inputs.rule.alpha_pass);
    comparisons.push_back(std::move(comparison));
  }
  return comparisons;
}

}  // namespace iter8::verdict
