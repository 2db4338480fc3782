#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace iter8::load {

/// The rows of a CSV file, read once and shared by all requests; immutable while the load runs.
struct Rows {
  std::vector<std::string> columns;
  std::vector<std::string> cells;  // row by row; columns.size() to a row

  std::size_t count() const { return columns.empty() ? 0 : cells.size() / columns.size(); }
  /// The index of the column with this name.
  std::optional<std::size_t> column(std::string_view name) const;
  std::string_view cell(std::size_t row, std::size_t column) const {
    return cells[row * columns.size() + column];
  }
};

/// Reads comma-separated values (RFC 4180; lines may end in LF alone) whose first line names the columns.
/// Throws base::Error with the line for a row that has not as many fields as there are columns, a quote that
/// is not closed, a column without a name or with the name of another, and a file without rows.
Rows parse_csv(std::string_view text);

}  // namespace iter8::load
