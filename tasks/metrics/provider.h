#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "config/options/fields.h"
#include "experiment/catalog.h"
#include "tasks/metrics/metric.h"
#include "tasks/metrics/options.h"
#include "tasks/web/call.h"

namespace iter8::tasks::metrics {

/// What a task with a `provider` comes to.
struct MetricsConfig {
  TaskOptions task;
  std::vector<Metric> metrics;
  web::RetryPolicy retry;
};

/// Where a query stands, for its provider's objections.
struct SourceLocation {
  config::Position position;
  experiment::BuildContext& context;

  void object(const std::string& message) const { context.problems.error(position, message); }
};

/// A kind of backend. How one is added:
///
/// 1. One file, providers/NAME.cc. It has a struct of what the task says about the backend (its url;
/// `CallOptions
///    call` when it is asked by HTTP) and a struct of what each metric says (a member `query`, or name the
///    main key by `static constexpr std::string_view kMain`), each with a `fields_of` table in which nothing
///    is required; a Source (most are an HttpSource: how the request looks, what the answer means); and
///    `NAME_provider()`, which gives both structs and the function that makes a source of them to
///    `provider<Options, Query>()`. That function reports what is missing. The source knows nothing of
///    versions, kinds, windows or missing data.
/// 2. One row in the table providers.cc, its declaration in providers.h, and the file in
/// tasks/CMakeLists.txt.
/// 3. One test in tests/integration: against the real server where Debian has it, else against a stand-in in
///    tests/integration/stand_ins.py that checks the request and answers as the vendor documents.
/// 4. One section with a working block in docs/providers.md, which says so when the test is a stand-in.
struct Provider {
  std::string name;
  std::string summary;
  std::vector<config::FieldDoc> options;  // of the task, besides TaskOptions
  std::vector<config::FieldDoc> query;    // of a metric, besides MetricOptions
  /// False after reporting problems.
  std::function<bool(const config::Node& with, experiment::BuildContext&, MetricsConfig&)> read;
};

/// The `with` of a task and one of its metrics, as the tables see them: common keys and the provider's side
/// by side.
template <typename Options>
struct TaskWith {
  TaskOptions task;
  Options own;
  std::vector<config::Node> metrics;
};
template <typename Query>
struct MetricWith {
  MetricOptions options;
  Query query;
};

template <typename Options>
const config::Fields<TaskWith<Options>>& fields_of(const TaskWith<Options>*) {
  static const auto fields =
      config::Fields<TaskWith<Options>>{}
          .part(&TaskWith<Options>::task, config::fields_of<TaskOptions>())
          .part(&TaskWith<Options>::own, config::fields_of<Options>())
          .required("metrics", &TaskWith<Options>::metrics, "The metrics, a list of {name, query, …}");
  return fields;
}
template <typename Query>
const config::Fields<MetricWith<Query>>& fields_of(const MetricWith<Query>*) {
  static const auto fields = config::Fields<MetricWith<Query>>{}
                                 .part(&MetricWith<Query>::options, config::fields_of<MetricOptions>())
                                 .part(&MetricWith<Query>::query, config::fields_of<Query>());
  return fields;
}

template <typename Options, typename Query>
using MakeSource = std::unique_ptr<Source> (*)(const Options&, const Query&, const SourceLocation&);

/// `base` changed by one of the queries that a metric is made of.
template <typename Query>
bool read_part(const Query& base, const config::Node& node, config::Problems& problems, Query& query) {
  query = base;
  if (node.kind == config::Node::Kind::map) return fields_of(&query).read(node, problems, query);
  std::string main = "query";
  if constexpr (requires { Query::kMain; }) main = Query::kMain;
  config::Node map;
  map.kind = config::Node::Kind::map;
  map.position = node.position;
  map.entries.push_back({.key = main, .position = node.position, .value = node});
  return fields_of(&query).read(map, problems, query);
}

template <typename Options, typename Query>
bool read_metric(const config::Node& node, const Options& own, MakeSource<Options, Query> make,
                 experiment::BuildContext& context, Metric& metric) {
  const std::size_t before = context.problems.all().size();
  MetricWith<Query> with;
  if (!fields_of(&with).read(node, context.problems, with)) return false;
  metric.options = std::move(with.options);
  metric.position = node.position;
  const auto add = [&](Role role, const Query& query, config::Position position) {
    metric.parts.push_back({role, make(own, query, {position, context})});
  };
  const std::pair<Role, const std::optional<config::Node>*> parts[] = {
      {Role::count, &metric.options.count},
      {Role::total, &metric.options.total},
      {Role::mean, &metric.options.mean},
      {Role::variance, &metric.options.variance}};
  for (const auto& [role, part] : parts) {
    Query query;
    if (*part && read_part(with.query, **part, context.problems, query)) add(role, query, (*part)->position);
  }
  if (metric.parts.empty()) add(Role::whole, with.query, node.position);
  return !context.problems.has_errors_since(before);
}

template <typename Options, typename Query>
// Moves both, which the check does not see in a template.
// NOLINTNEXTLINE(performance-unnecessary-value-param)
Provider provider(std::string name, std::string summary, MakeSource<Options, Query> make) {
  const auto read = [name, make](const config::Node& node, experiment::BuildContext& context,
                                 MetricsConfig& reading) {
    const std::size_t before = context.problems.all().size();
    TaskWith<Options> with;
    if (!fields_of(&with).read(node, context.problems, with)) return false;
    if constexpr (requires { with.own.call; }) {
      check_call(with.own.call, node, context);
      reading.retry = retry_policy(with.own.call);
    }
    if (with.metrics.empty()) context.problems.error(node.position, "metrics: expected one at least");
    for (const config::Node& item : with.metrics) {
      Metric metric;
      metric.provider = name;
      if (read_metric<Options, Query>(item, with.own, make, context, metric))
        reading.metrics.push_back(std::move(metric));
    }
    reading.task = std::move(with.task);
    return !context.problems.has_errors_since(before);
  };
  return {.name = std::move(name),
          .summary = std::move(summary),
          .options = config::fields_of<Options>().docs(),
          .query = config::fields_of<Query>().docs(),
          .read = read};
}

}  // namespace iter8::tasks::metrics
