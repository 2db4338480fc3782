#include "tasks/metrics/response/query_result.h"

#include <algorithm>
#include <iterator>

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

void append_page(QueryResult& result, QueryResult page) {
  std::vector<Series> others;
  for (Series& more : page.series) {
    const auto same = std::ranges::find_if(result.series, [&more](const Series& series) {
      return series.labels == more.labels && series.field == more.field;
    });
    if (same == result.series.end()) {
      others.push_back(std::move(more));
      continue;
    }
    std::ranges::move(more.points, std::back_inserter(same->points));
    same->partial = std::move(more.partial);
  }
  std::ranges::move(others, std::back_inserter(result.series));
  std::ranges::move(page.warnings, std::back_inserter(result.warnings));
  result.partial = std::move(page.partial);
}

void mark_partial(QueryResult& result, const std::string& reason) {
  result.partial = reason;
  for (Series& series : result.series) series.partial = reason;
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
