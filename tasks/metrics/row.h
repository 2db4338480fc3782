#pragma once

#include <optional>
#include <string>
#include <vector>

#include "tasks/metrics/answer.h"

namespace iter8::tasks::metrics {

/// One column of a row of a table.
struct Cell {
  std::string name;
  std::string text;
  std::optional<double> number;  // NaN for a null
};

/// Adds the row: a series for each column that is a number, named by its field (`value` is the value), with
/// every column as a label, so that rows can be told apart by any of them.
void add_row(const std::vector<Cell>& row, Answer& answer);

}  // namespace iter8::tasks::metrics
