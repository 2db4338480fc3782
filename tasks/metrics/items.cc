#include "tasks/metrics/items.h"

#include "base/text.h"
#include "tasks/metrics/data.h"

namespace iter8::tasks::metrics {

namespace {

/// Queries of several lines on one, for messages and results.
std::string one_line(const std::string& text) {
  std::string line;
  for (const std::string& part : base::split(text, '\n')) {
    const std::string_view trimmed = base::trim(part);
    if (!trimmed.empty()) line.append(line.empty() ? "" : " ").append(trimmed);
  }
  return line;
}

}  // namespace

std::vector<Item> items_of(const MetricsConfig& reading, const std::vector<experiment::Version>& versions,
                           int iteration, base::WallTime start, base::WallTime now) {
  std::vector<Item> items;
  for (const Metric& metric : reading.metrics) {
    const Window window = window_of(metric.options.defaults, start, now);
    const auto add = [&](std::optional<std::size_t> version) {
      items.push_back({.metric = &metric,
                       .version = version,
                       .data = question_data(reading.task, versions, version, iteration, start, window),
                       .window = window});
    };
    if (metric.version_label()) {
      add(std::nullopt);
      continue;
    }
    for (std::size_t version = 0; version < versions.size(); ++version) add(version);
  }
  return items;
}

std::vector<std::string> planned(const std::vector<Item>& items,
                                 const std::vector<experiment::Version>& versions) {
  std::vector<std::string> lines;
  for (const Item& item : items) {
    const std::string whom = item.version ? " " + versions[*item.version].name : "";
    const QueryInput input{.data = item.data, .window = item.window};
    lines.push_back(item.metric->name + whom + ": " + base::printable(query_text(item), 64 * 1024));
    for (const Part& part : item.metric->parts)
      for (const std::string& line : part.source->plan(input)) lines.push_back("  " + line);
  }
  return lines;
}

std::string query_text(const Item& item) {
  const QueryInput input{.data = item.data, .window = item.window};
  std::string text;
  for (const Part& part : item.metric->parts) {
    if (!text.empty()) text += "; ";
    if (part.role != Role::whole) text += std::string(to_text(part.role)) + ": ";
    text += one_line(part.source->text(input));
  }
  return text;
}

}  // namespace iter8::tasks::metrics
