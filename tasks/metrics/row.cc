#include "tasks/metrics/row.h"

namespace iter8::tasks::metrics {

void add_row(const std::vector<Cell>& row, Answer& answer) {
  Labels labels;
  for (const Cell& cell : row) labels.emplace_back(cell.name, cell.text);
  for (const Cell& cell : row) {
    if (!cell.number) continue;
    Series series{.labels = labels, .field = cell.name == "value" ? "" : cell.name};
    series.points.push_back({.value = *cell.number, .time = {}});
    answer.series.push_back(std::move(series));
  }
}

}  // namespace iter8::tasks::metrics
