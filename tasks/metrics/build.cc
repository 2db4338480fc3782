#include "tasks/metrics/build.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"
#include "experiment/metric/metric_name.h"
#include "tasks/metrics/items.h"
#include "tasks/metrics/legacy/resource_task.h"
#include "tasks/metrics/legacy/task.h"
#include "tasks/metrics/providers.h"
#include "tasks/metrics/schema.h"
#include "tasks/metrics/task.h"

namespace iter8::tasks {

namespace metrics {

namespace {

using config::Node;
using experiment::BuildContext;
using experiment::Version;

void complete(Metric& metric, const MetricsConfig& reading, BuildContext& context) {
  const std::string& name = metric.options.name.value;
  const std::string& prefix = reading.task.prefix;
  metric.name = (prefix.empty() ? metric.provider : prefix) + "/" + name;
  metric.options.defaults = merged(metric.options.defaults, reading.task.defaults);
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

/// Renders everything once with a window of a sample's length.
void check_rendering(const MetricsConfig& reading, BuildContext& context) {
  const std::vector<Version> versions =
      experiment::versions_or_numbered(context.versions, reading.task.version_values.size());
  const base::WallTime now = base::SystemClock().wall();
  std::set<const Metric*> wrong;
  for (const Item& item : items_of(reading, versions, 1, now - kSampleWindow, now)) {
    if (wrong.contains(item.metric)) continue;
    try {
      planned({item}, versions);
    } catch (const base::Error& error) {
      wrong.insert(item.metric);
      context.problems.error(item.metric->position,
                             fmt::format("metric '{}': {}", base::printable(item.metric->options.name.value),
                                         context.secrets.mask(error.what())));
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

std::unique_ptr<experiment::Task> build_of_provider(const Node& with, BuildContext& context) {
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
  MetricsConfig reading;
  if (!provider->read(with, context, reading)) return nullptr;
  check_versions(reading.task, with, context);
  complete(reading, context);
  if (context.problems.has_errors_since(before)) return nullptr;
  return std::make_unique<MetricsTask>(std::move(reading));
}

std::unique_ptr<experiment::Task> build(const Node& with, BuildContext& context) {
  const auto gives = [&](const char* key) { return with.find(key) != nullptr; };
  if (!gives("provider") && (gives("templates") || gives("providerURLs") || gives("providers")))
    return build_older_metrics(with, context);
  if (!gives("provider") && gives("resources")) return build_resource_metrics(with, context);
  return build_of_provider(with, context);
}

}  // namespace

void complete(MetricsConfig& reading, BuildContext& context) {
  const std::size_t before = context.problems.all().size();
  for (Metric& metric : reading.metrics) complete(metric, reading, context);
  check_names(reading.metrics, context);
  if (!context.problems.has_errors_since(before)) check_rendering(reading, context);
}

}  // namespace metrics

experiment::TaskKind metrics_kind() {
  return {.name = "metrics",
          .aliases = {"custommetrics", "collect-metrics-database"},
          .summary = "Asks Prometheus and other backends for metrics of every version",
          .options = metrics::task_schema(),
          .build = metrics::build};
}

}  // namespace iter8::tasks
