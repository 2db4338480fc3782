#include "tasks/metrics/query_plan.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"

namespace iter8::tasks::metrics {

namespace {

using config::Value;

constexpr base::Duration kShortestWindow = std::chrono::seconds(1);

std::int64_t whole_seconds(base::Duration duration) {
  return std::max<std::int64_t>(1, std::chrono::floor<std::chrono::seconds>(duration).count());
}

Value* find_entry(Value::Map& map, const std::string& key) {
  const auto entry = std::ranges::find(map, key, &std::pair<std::string, Value>::first);
  return entry == map.end() ? nullptr : &entry->second;
}

/// Queries of several lines on one, for messages and results.
std::string join_lines(const std::string& text) {
  std::string line;
  for (const std::string& part : base::split(text, '\n')) {
    const std::string_view trimmed = base::trim(part);
    if (!trimmed.empty()) line.append(line.empty() ? "" : " ").append(trimmed);
  }
  return line;
}

}  // namespace

std::vector<PlannedQuery> plan_queries(const MetricsConfig& config,
                                       const std::vector<experiment::Version>& versions, int iteration,
                                       base::WallTime start, base::WallTime now) {
  std::vector<PlannedQuery> queries;
  for (const Metric& metric : config.metrics) {
    const Window window = query_window(metric.options.defaults, start, now);
    const auto add = [&](std::optional<std::size_t> version) {
      queries.push_back({.metric = &metric,
                         .version = version,
                         .data = template_data(config.task, versions, version, iteration, start, window),
                         .window = window});
    };
    if (metric.version_label()) {
      add(std::nullopt);
      continue;
    }
    for (std::size_t version = 0; version < versions.size(); ++version) add(version);
  }
  return queries;
}

std::vector<std::string> describe_queries(const std::vector<PlannedQuery>& queries,
                                          const std::vector<experiment::Version>& versions) {
  constexpr std::size_t kLongestLine = 64 * 1024;
  std::vector<std::string> lines;
  for (const PlannedQuery& query : queries) {
    const std::string version = query.version ? " " + versions[*query.version].name : "";
    const QueryInput input = input_of(query);
    lines.push_back(query.metric->name + version + ": " + base::printable(query_text(query), kLongestLine));
    for (const Part& part : query.metric->parts)
      for (const std::string& line : part.source->plan(input)) lines.push_back("  " + line);
  }
  return lines;
}

QueryInput input_of(const PlannedQuery& query, std::size_t part, int attempt) {
  return {.data = query.data,
          .window = query.window,
          .kind = query.metric->options.kind,
          .attempt = attempt,
          .first = part < query.first.size() ? &query.first[part] : nullptr};
}

std::string query_text(const PlannedQuery& query) {
  const QueryInput input = input_of(query);
  std::string text;
  for (const Part& part : query.metric->parts) {
    if (!text.empty()) text += "; ";
    if (part.role != Role::whole) text += std::string(to_text(part.role)) + ": ";
    text += join_lines(part.source->query_text(input));
  }
  return text;
}

Window query_window(const MetricDefaults& options, base::WallTime start, base::WallTime now) {
  const base::WallTime end = now - options.delay.value_or(base::Duration{0});
  const base::WallTime begin = options.window ? end - *options.window : start;
  return {.start = std::min(begin, end - kShortestWindow), .end = end};
}

Value template_data(const TaskOptions& task, const std::vector<experiment::Version>& versions,
                    std::optional<std::size_t> version, int iteration, base::WallTime start,
                    const Window& window) {
  Value::List all;
  for (const experiment::Version& each : versions) all.emplace_back(each.values);
  const std::int64_t elapsed = whole_seconds(window.end - start);
  Value::Map data = {{"versions", std::move(all)},
                     {"iteration", iteration},
                     {"window", fmt::format("{}s", whole_seconds(window.length()))},
                     {"start", base::to_rfc3339(window.start)},
                     {"end", base::to_rfc3339(window.end)},
                     {"elapsed", fmt::format("{}s", elapsed)}};
  if (version) data.emplace_back("version", versions[*version].values);
  data = merge_maps(data, to_map(task.values));
  if (version && *version < task.version_values.size())
    data = merge_maps(data, to_map(task.version_values[*version]));
  return merge_maps(data, {{"elapsedTimeSeconds", elapsed}});
}

Value::Map merge_maps(const Value::Map& under, const Value::Map& over) {
  Value::Map result = under;
  for (const auto& [key, value] : over) {
    Value* existing = find_entry(result, key);
    if (existing == nullptr)
      result.emplace_back(key, value);
    else if (existing->map() != nullptr && value.map() != nullptr)
      *existing = merge_maps(*existing->map(), *value.map());
    else
      *existing = value;
  }
  return result;
}

Value::Map to_map(const Values& values) {
  Value::Map map;
  for (const auto& [key, node] : values) map.emplace_back(key, config::to_printable_value(node));
  return map;
}

}  // namespace iter8::tasks::metrics
