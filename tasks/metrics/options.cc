#include "tasks/metrics/options.h"

#include <algorithm>
#include <numeric>

#include "experiment/metric/metric_name.h"

namespace iter8::tasks::metrics {

namespace {

using config::Fields;
using config::if_given;
using config::Node;
using config::Problems;

constexpr std::int64_t kMostConcurrent = 64;

config::Check<base::Duration> not_negative() {
  return [](const base::Duration& duration) -> std::optional<std::string> {
    if (duration >= base::Duration{0}) return std::nullopt;
    return "must not be negative";
  };
}

config::Check<std::string> metric_prefix() {
  return [](const std::string& prefix) -> std::optional<std::string> {
    if (prefix.empty() ||
        (prefix.find('/') == std::string::npos && experiment::is_metric_name(prefix + "/x")))
      return std::nullopt;
    return "must be a name without spaces and slashes";
  };
}

void check_parts(const MetricOptions& metric, const Node& node, Problems& problems) {
  using enum experiment::MetricKind;
  const auto object = [&](const char* key, const char* to) {
    const Node* part = node.find(key);
    if (part)
      problems.error(part->position, std::string("'") + key + "' has a meaning for kind: " + to + " only");
  };
  if (metric.kind != proportion) object("total", "proportion");
  if (metric.kind != summary) {
    object("mean", "summary");
    object("variance", "summary");
    if (metric.kind != proportion) object("count", "proportion and summary");
  }
  const bool some = metric.count || metric.total || metric.mean || metric.variance;
  const bool all = metric.kind == proportion ? metric.count && metric.total
                                             : metric.count && metric.mean && metric.variance;
  if (metric.kind == proportion && some && !all)
    problems.error(node.position, "a proportion needs count and total, or one query that gives both");
  if (metric.kind == summary && some && !all)
    problems.error(node.position, "a summary needs count, mean and variance, or one query that gives all");
}

}  // namespace

const Fields<MetricDefaults>& fields_of(const MetricDefaults*) {
  static const auto fields =
      Fields<MetricDefaults>{}
          .optional("window", &MetricDefaults::window, "Time that a query is about",
                    if_given(config::longer_than_zero()))
          .shown_default("since the experiment started")
          .optional("delay", &MetricDefaults::delay,
                    "How far before now the window ends: what the backend needs to take data in",
                    if_given(not_negative()))
          .shown_default("0s")
          .optional("staleAfter", &MetricDefaults::stale_after,
                    "Data whose newest sample is older than this at the end of the window count as no data",
                    if_given(config::longer_than_zero()))
          .optional("onNoData", &MetricDefaults::on_no_data,
                    "What a query that finds nothing means: the task fails, the verdict is inconclusive, the "
                    "value is 0, or the query is asked again")
          .shown_default("error")
          .optional("retryFor", &MetricDefaults::retry_for, "How long onNoData: retry asks again",
                    if_given(config::longer_than_zero()))
          .shown_default("1m")
          .optional("expectSeries", &MetricDefaults::expect_series,
                    "Whether one series is expected (more are an error) or many, which are combined")
          .shown_default("one")
          .optional("combine", &MetricDefaults::combine, "How expectSeries: many makes one number of them")
          .shown_default("sum")
          .optional(
              "reduce", &MetricDefaults::reduce,
              "How several numbers of one series become one; without it the last one in time counts, and "
              "several without times are an error")
          .optional("versionLabel", &MetricDefaults::version_label,
                    "Ask once for all versions: the label (or column) whose value is the version's name, or "
                    "what the version has under a key of this name");
  return fields;
}

const Fields<MetricOptions>& fields_of(const MetricOptions*) {
  static const auto fields =
      Fields<MetricOptions>{}
          .required("name", &MetricOptions::name,
                    "Name of the metric behind the prefix: orders is prometheus/orders")
          .optional("description", &MetricOptions::description, "What it is, for reports")
          .optional(
              "unit", &MetricOptions::unit,
              "Its unit, such as msec or percent: for reports, and for limits that have one (250ms, 1%)")
          .alias("units")
          .optional("kind", &MetricOptions::kind, "What its data are")
          .alias("type")
          .part(&MetricOptions::defaults, config::fields_of<MetricDefaults>())
          .optional("count", &MetricOptions::count,
                    "Query for how many had the property (proportion), or for the sample's size (summary)")
          .optional("total", &MetricOptions::total, "Query for the number of all (proportion)")
          .optional("mean", &MetricOptions::mean, "Query for the sample's mean (summary)")
          .optional("variance", &MetricOptions::variance, "Query for the sample's variance (summary)")
          .rule(check_parts);
  return fields;
}

const Fields<TaskOptions>& fields_of(const TaskOptions*) {
  static const auto fields =
      Fields<TaskOptions>{}
          .required("provider", &TaskOptions::provider, "Kind of backend")
          .optional("prefix", &TaskOptions::prefix, "First part of the metrics' names", metric_prefix())
          .shown_default("the provider's name")
          .optional("values", &TaskOptions::values, "Values for templates: {{ .name }}")
          .optional("versionValues", &TaskOptions::version_values,
                    "Values for templates of each version, where the file has no versions of its own")
          .optional("startingTime", &TaskOptions::starting_time,
                    "Start of the first window, as 2026-01-01T00:00:00Z")
          .shown_default("the start of the experiment")
          .optional("concurrency", &TaskOptions::concurrency, "Queries at the same time, at most",
                    config::within(1, kMostConcurrent))
          .part(&TaskOptions::defaults, config::fields_of<MetricDefaults>());
  return fields;
}

MetricDefaults merge_defaults(const MetricDefaults& metric, const MetricDefaults& task) {
  const auto first = [](const auto& own, const auto& fallback) { return own ? own : fallback; };
  return {.window = first(metric.window, task.window),
          .delay = first(metric.delay, task.delay),
          .stale_after = first(metric.stale_after, task.stale_after),
          .on_no_data = first(metric.on_no_data, task.on_no_data),
          .retry_for = first(metric.retry_for, task.retry_for),
          .expect_series = first(metric.expect_series, task.expect_series),
          .combine = first(metric.combine, task.combine),
          .reduce = first(metric.reduce, task.reduce),
          .version_label = first(metric.version_label, task.version_label)};
}

double reduce(const std::vector<double>& values, Reduce rule) {
  switch (rule) {
    case Reduce::first:
      return values.front();
    case Reduce::last:
      return values.back();
    case Reduce::min:
      return *std::ranges::min_element(values);
    case Reduce::max:
      return *std::ranges::max_element(values);
    case Reduce::sum:
    case Reduce::avg:
      break;
  }
  const double sum = std::accumulate(values.begin(), values.end(), 0.0);
  return rule == Reduce::sum ? sum : sum / static_cast<double>(values.size());
}

}  // namespace iter8::tasks::metrics

namespace iter8::config {

bool Codec<base::WallTime>::read(const Node& node, Problems& problems, base::WallTime& value) {
  const auto time =
      node.kind == Node::Kind::scalar ? base::parse_rfc3339(node.text) : std::optional<base::WallTime>();
  if (!time) return expected(node, problems, "a time such as 2026-01-01T00:00:00Z");
  value = *time;
  return true;
}

}  // namespace iter8::config
