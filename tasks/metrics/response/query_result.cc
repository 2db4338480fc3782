#include "tasks/metrics/response/query_result.h"

#include "base/text.h"

namespace iter8::tasks::metrics {

std::string to_text(const Labels& labels) {
  std::string text = "{";
  for (const auto& [name, value] : labels)
    text += (text.size() > 1 ? ", " : "") + base::printable(name) + "=\"" + base::printable(value) + '"';
  return text + "}";
}

const std::string* find_label(const Labels& labels, std::string_view name) {
  for (const auto& [key, value] : labels)
    if (key == name) return &value;
  return nullptr;
}

void add_row(const std::vector<Cell>& row, QueryResult& result) {
  Labels labels;
  for (const Cell& cell : row) labels.emplace_back(cell.name, cell.text);
  for (const Cell& cell : row) {
    if (!cell.number) continue;
    Series series{.labels = labels, .field = cell.name == "value" ? "" : cell.name};
    series.points.push_back({.value = *cell.number, .time = {}});
    result.series.push_back(std::move(series));
  }
}

}  // namespace iter8::tasks::metrics
