#include "tasks/metrics/task.h"

#include <set>

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"
#include "experiment/metric/metric_name.h"
#include "tasks/metrics/collect.h"
#include "tasks/metrics/first_readings.h"
#include "tasks/metrics/legacy/resource_task.h"
#include "tasks/metrics/legacy/spec_task.h"
#include "tasks/metrics/providers.h"
#include "tasks/metrics/query_plan.h"
#include "tasks/metrics/schema.h"

namespace iter8::tasks::metrics {

namespace {

using config::Node;
using experiment::BuildContext;
using experiment::Version;

void complete_metric(Metric& metric, const MetricsConfig& config, BuildContext& context) {
  const std::string& name = metric.options.name.value;
  const std::string& prefix = config.task.prefix;
  metric.name = (prefix.empty() ? metric.provider : prefix) + "/" + name;
  metric.options.defaults = merge_defaults(metric.options.defaults, config.task.defaults);
  if (name.find('/') != std::string::npos || !experiment::is_metric_name(metric.name))
    context.problems.error(metric.options.name.position, "name '" + base::printable(name) +
                                                             "': expected a name without spaces and slashes");
}

void check_names(const std::vector<Metric>& metrics, BuildContext& context) {
  std::set<std::string> names;
  for (const Metric& metric : metrics)
    if (!names.insert(experiment::canonical_metric_name(metric.name)).second)
      context.problems.error(metric.options.name.position,
                             "two metrics are named '" + base::printable(metric.options.name.value) + "'");
}

/// What is wrong with a query that was rendered, at the place that is to blame.
void report_query(const PlannedQuery& query, const base::Error& error, BuildContext& context) {
  const auto* located = dynamic_cast<const QueryError*>(&error);
  const bool has_place = located != nullptr && located->position().line > 0;
  std::string text = context.secrets.mask(error.what());
  if (!query.version && text.find("no value for '.version'") != std::string::npos)
    text += "; with versionLabel, one query is for all versions";
  context.problems.error(
      has_place ? located->position() : query.metric->position,
      fmt::format("metric '{}': {}", base::printable(query.metric->options.name.value), text));
}

/// Renders everything once with a window of a sample's length.
void check_rendering(const MetricsConfig& config, BuildContext& context) {
  const std::vector<Version> versions =
      experiment::versions_or_numbered(context.versions, config.task.version_values.size());
  const base::WallTime now = base::SystemClock().wall();
  std::set<const Metric*> wrong;
  for (const PlannedQuery& query : plan_queries(config, versions, 1, now - kSampleWindow, now)) {
    if (wrong.contains(query.metric)) continue;
    try {
      describe_queries({query}, versions);
    } catch (const base::Error& error) {
      wrong.insert(query.metric);
      report_query(query, error, context);
    }
  }
}

void check_versions(const TaskOptions& task, const Node& with, BuildContext& context) {
  if (task.version_values.empty() || context.versions.empty() ||
      task.version_values.size() == context.versions.size())
    return;
  const Node* node = with.find("versionValues");
  context.problems.error(node ? node->position : with.position,
                         fmt::format("versionValues has {} entries, the experiment {} versions",
                                     task.version_values.size(), context.versions.size()));
}

/// Completes what a provider read: full names, the task's defaults, and a rendering of every query for every
/// version, so that a wrong template is found before anything runs. Reports problems.
void complete_config(MetricsConfig& config, BuildContext& context) {
  const std::size_t before = context.problems.all().size();
  for (Metric& metric : config.metrics) complete_metric(metric, config, context);
  check_names(config.metrics, context);
  if (!context.problems.has_errors_since(before)) check_rendering(config, context);
}

/// What the limit asks of the metric; nothing when it is about another one.
std::optional<ValueLimit> limit_on(const Metric& metric, const experiment::MetricLimit& limit) {
  const std::string name = experiment::canonical_metric_name(metric.name);
  if (limit.metric != name) {
    const bool is_aggregate = limit.metric.starts_with(name + "-") || limit.metric.starts_with(name + "/");
    return is_aggregate ? std::optional(ValueLimit{}) : std::nullopt;
  }
  constexpr double kNanosecondsInMsec = 1e6;
  const bool is_time = limit.kind == experiment::UnitKind::time;
  const double scale = is_time ? kNanosecondsInMsec / experiment::unit_of(metric.options.unit).size : 1;
  return ValueLimit{.side = limit.side, .value = limit.limit * scale};
}

std::unique_ptr<experiment::Task> build_with_provider(const Node& with, BuildContext& context) {
  const std::size_t before = context.problems.all().size();
  const Node* name = with.find("provider");
  const Provider* provider = name && name->kind == Node::Kind::scalar ? find_provider(name->text) : nullptr;
  if (provider == nullptr) {
    const std::vector<std::string> names = provider_names();
    const std::string list = "; providers are " + base::join(names, ", ");
    const std::string hint = name ? base::suggestion(name->text, names) : "";
    context.problems.error(
        name ? name->position : with.position,
        name ? fmt::format("unknown provider {}{}", name->described(), hint.empty() ? list : hint)
             : "missing key 'provider': kind of backend" + list);
    return nullptr;
  }
  MetricsConfig config;
  if (!provider->read(with, context, config)) return nullptr;
  check_versions(config.task, with, context);
  complete_config(config, context);
  if (context.problems.has_errors_since(before)) return nullptr;
  return std::make_unique<MetricsTask>(std::move(config));
}

std::unique_ptr<experiment::Task> build(const Node& with, BuildContext& context) {
  const auto gives = [&](const char* key) { return with.find(key) != nullptr; };
  if (!gives("provider") && (gives("templates") || gives("providerURLs") || gives("providers")))
    return legacy::build_spec_metrics(with, context);
  if (!gives("provider") && gives("resources")) return legacy::build_resource_metrics(with, context);
  return build_with_provider(with, context);
}

}  // namespace

std::vector<PlannedQuery> MetricsTask::plan_queries_now(const experiment::Context& context) const {
  const base::WallTime start = config_.task.starting_time.value_or(context.result.start);
  return plan_queries(config_, context.versions, context.iteration, start, context.clock.wall());
}

std::optional<std::string> MetricsTask::read_first(const experiment::Context& context) {
  return metrics::read_first(plan_queries_now(context), context, config_.retry,
                             static_cast<int>(config_.task.concurrency));
}

experiment::Outcome MetricsTask::run(const experiment::Context& context) {
  std::vector<PlannedQuery> queries = plan_queries_now(context);
  if (context.first_reading != nullptr) apply_first(*context.first_reading, queries);
  return collect(queries, context, config_.retry, static_cast<int>(config_.task.concurrency));
}

std::vector<std::string> MetricsTask::plan(const std::vector<Version>& versions) const {
  const base::WallTime now = base::SystemClock().wall();
  const base::WallTime start = config_.task.starting_time.value_or(now - kSampleWindow);
  return describe_queries(plan_queries(config_, versions, 1, start, now), versions);
}

std::vector<std::string> MetricsTask::produces() const {
  std::vector<std::string> names;
  for (const Metric& metric : config_.metrics) names.push_back(metric.name);
  return names;
}

void MetricsTask::note_limits(const std::vector<experiment::MetricLimit>& limits) {
  for (Metric& metric : config_.metrics)
    for (const experiment::MetricLimit& limit : limits)
      if (const auto own = limit_on(metric, limit)) metric.limits.push_back(*own);
}

std::vector<experiment::MetricInfo> MetricsTask::described_metrics() const {
  std::vector<experiment::MetricInfo> metrics;
  for (const Metric& metric : config_.metrics)
    metrics.push_back({.name = metric.name,
                       .kind = metric.options.kind,
                       .unit = metric.options.unit,
                       .description = metric.options.description});
  return metrics;
}

experiment::TaskKind metrics_kind() {
  return {.name = "metrics",
          .aliases = {"custommetrics", "collect-metrics-database"},
          .summary = "Asks Prometheus and other backends for metrics of every version",
          .options = task_schema(),
          .build = build};
}

}  // namespace iter8::tasks::metrics
