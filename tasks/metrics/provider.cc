#include "tasks/metrics/provider.h"

namespace iter8::tasks::metrics {

namespace {

using config::Node;
using experiment::BuildContext;

/// The only key of a task that neither its own options nor the provider's have.
struct MetricList {
  std::vector<Node> metrics;
};

const config::Fields<MetricList>& fields_of(const MetricList*) {
  static const auto fields = config::Fields<MetricList>{}.required("metrics", &MetricList::metrics,
                                                                   "The metrics, a list of {name, query, …}");
  return fields;
}

/// A query that is plain text, as a map with the main key.
Node as_map(const Node& node, const std::string& main_key) {
  if (node.kind == Node::Kind::map) return node;
  Node map;
  map.kind = Node::Kind::map;
  map.position = node.position;
  map.entries.push_back({.key = main_key, .position = node.position, .value = node});
  return map;
}

/// Objects to one query for a kind that is made of several numbers, if an answer cannot have them.
void check_columns(const Source& source, const SourceLocation& location) {
  if (source.has_columns()) return;
  const char* reason = ": what this query gives has no columns with these names";
  if (location.kind == experiment::MetricKind::proportion)
    location.report(std::string("kind: proportion needs two queries, count and total") + reason);
  if (location.kind == experiment::MetricKind::summary)
    location.report(std::string("kind: summary needs three queries, count, mean and variance") + reason);
}

bool read_metric(const Node& node, ProviderReader& reader, BuildContext& context, Metric& metric) {
  const std::size_t before = context.problems.all().size();
  if (!config::read_fields(node, context.problems, {config::target_of(metric.options), reader.query()}))
    return false;
  metric.position = node.position;
  const experiment::MetricKind kind = metric.options.kind;
  const std::pair<Role, const std::optional<Node>*> parts[] = {{Role::count, &metric.options.count},
                                                               {Role::total, &metric.options.total},
                                                               {Role::mean, &metric.options.mean},
                                                               {Role::variance, &metric.options.variance}};
  for (const auto& [role, part] : parts) {
    if (!*part) continue;
    const Node query = as_map(**part, reader.main_key());
    if (config::read_fields(query, context.problems, {reader.part()}))
      metric.parts.push_back({role, reader.source_of_part({(*part)->position, context, kind})});
  }
  if (metric.parts.empty()) {
    metric.parts.push_back({Role::whole, reader.source_of_query({node.position, context, kind})});
    const Node* query = node.find(reader.main_key());
    if (const Source* source = metric.parts.back().source.get())
      check_columns(*source, {query ? query->position : node.position, context, kind});
  }
  return !context.problems.has_errors_since(before);
}

}  // namespace

bool read_metrics(const Node& with, const std::string& provider, ProviderReader& reader,
                  BuildContext& context, MetricsConfig& config) {
  const std::size_t before = context.problems.all().size();
  MetricList list;
  if (!config::read_fields(with, context.problems,
                           {config::target_of(config.task), reader.options(), config::target_of(list)}))
    return false;
  if (const CallOptions* call = reader.call()) {
    check_call(*call, with, context);
    config.retry = retry_policy(*call);
  }
  if (list.metrics.empty()) context.problems.error(with.position, "metrics: expected one at least");
  for (const Node& node : list.metrics) {
    Metric metric;
    metric.provider = provider;
    if (read_metric(node, reader, context, metric)) config.metrics.push_back(std::move(metric));
  }
  return !context.problems.has_errors_since(before);
}

}  // namespace iter8::tasks::metrics
