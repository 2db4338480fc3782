#include "tasks/metrics/data.h"

#include <algorithm>

#include <fmt/format.h>

namespace iter8::tasks::metrics {

namespace {

using config::Value;

constexpr base::Duration kShortest = std::chrono::seconds(1);

std::int64_t whole_seconds(base::Duration duration) {
  return std::max<std::int64_t>(1, std::chrono::floor<std::chrono::seconds>(duration).count());
}

Value* find(Value::Map& map, const std::string& key) {
  const auto entry = std::ranges::find(map, key, &std::pair<std::string, Value>::first);
  return entry == map.end() ? nullptr : &entry->second;
}

}  // namespace

Window window_of(const MetricDefaults& options, base::WallTime start, base::WallTime now) {
  const base::WallTime end = now - options.delay.value_or(base::Duration{0});
  const base::WallTime begin = options.window ? end - *options.window : start;
  return {.start = std::min(begin, end - kShortest), .end = end};
}

Value::Map merged(const Value::Map& under, const Value::Map& over) {
  Value::Map result = under;
  for (const auto& [key, value] : over) {
    Value* existing = find(result, key);
    if (existing == nullptr)
      result.emplace_back(key, value);
    else if (existing->map() != nullptr && value.map() != nullptr)
      *existing = merged(*existing->map(), *value.map());
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

Value question_data(const TaskOptions& task, const std::vector<experiment::Version>& versions,
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
  data = merged(data, to_map(task.values));
  if (version && *version < task.version_values.size())
    data = merged(data, to_map(task.version_values[*version]));
  return merged(data, {{"elapsedTimeSeconds", elapsed}});
}

}  // namespace iter8::tasks::metrics
