#include "load/data_rows.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/csv.h"
#include "base/error.h"
#include "base/text.h"

namespace iter8::load {
namespace {

void check_columns(const std::vector<std::string>& columns) {
  for (auto name = columns.begin(); name != columns.end(); ++name) {
    if (name->empty()) throw base::Error("line 1: a column has no name");
    if (std::find(columns.begin(), name, *name) != name)
      throw base::Error(fmt::format("line 1: two columns are named '{}'", base::printable(*name)));
  }
}

}  // namespace

std::optional<std::size_t> Rows::column(std::string_view name) const {
  const auto found = std::ranges::find(columns, name);
  if (found == columns.end()) return std::nullopt;
  return static_cast<std::size_t>(found - columns.begin());
}

Rows parse_csv(std::string_view text) {
  base::CsvReader reader(text);
  Rows rows;
  if (reader.at_end()) throw base::Error("the file is empty; expected a line with the names of the columns");
  rows.columns = reader.record();
  check_columns(rows.columns);
  while (!reader.at_end()) {
    const std::size_t line = reader.line();
    std::vector<std::string> fields = reader.record();
    if (fields.size() == 1 && fields[0].empty() && rows.columns.size() > 1) continue;  // an empty line
    if (fields.size() != rows.columns.size()) {
      throw base::Error(fmt::format("line {}: found {} fields, expected {} as in the first line", line,
                                    fields.size(), rows.columns.size()));
    }
    std::ranges::move(fields, std::back_inserter(rows.cells));
  }
  if (rows.cells.empty()) throw base::Error("there is no row after the line with the names of the columns");
  return rows;
}

}  // namespace iter8::load
