#include "report/table_text.h"

#include <algorithm>
#include <string_view>

#include "report/grid.h"

namespace iter8::report {

namespace {

Ink ink_of_cell(const Table& table, std::size_t row, std::size_t column) {
  if (table.tones.empty() || column == 0) return Ink::plain;
  return ink_of(table.tones[row][column - 1]);
}

bool is_number(const std::string& cell) {
  return cell.empty() || cell == "unavailable" ||
         std::string_view("0123456789+-<>").find(cell.front()) != std::string_view::npos;
}

Grid::Align align_of(const Table& table, std::size_t column) {
  const bool has_numbers = column > 0 && std::all_of(table.rows.begin(), table.rows.end(),
                                                     [&](const auto& row) { return is_number(row[column]); });
  return has_numbers ? Grid::Align::right : Grid::Align::left;
}

/// These columns of the table, the first of which holds names.
Grid table_grid(const Table& table, const std::vector<std::size_t>& columns, const TextStyle& style) {
  Grid grid;
  for (const std::size_t column : columns)
    grid.columns.push_back({.title = shown(table.header[column], style),
                            .align = align_of(table, column),
                            .leaves = table.leaves.empty() ? 0 : table.leaves[column],
                            .is_name = column == 0 || table.header[column] == "Version"});
  for (std::size_t row = 0; row < table.rows.size(); ++row) {
    auto& cells = grid.rows.emplace_back();
    for (const std::size_t column : columns)
      cells.push_back(
          {.text = shown(table.rows[row][column], style), .ink = ink_of_cell(table, row, column)});
  }
  return grid;
}

std::size_t width_of(const Table& table, std::size_t column, const TextStyle& style) {
  std::size_t width = display_width(shown(table.header[column], style));
  for (const auto& row : table.rows) width = std::max(width, display_width(shown(row[column], style)));
  return width;
}

/// The columns of each part that fits the width; one behind the first at least.
std::vector<std::vector<std::size_t>> column_parts(const Table& table, const TextStyle& style) {
  std::vector<std::vector<std::size_t>> parts = {{0}};
  const std::size_t room = std::max(style.columns, TextStyle::kNarrowest);
  const std::size_t first = width_of(table, 0, style);
  std::size_t used = first;
  for (std::size_t column = 1; column < table.header.size(); ++column) {
    const std::size_t width = width_of(table, column, style) + 2;  // with the gap
    if (table.leaves.empty() && parts.back().size() > 1 && used + width > room) {
      parts.push_back({0});
      used = first;
    }
    parts.back().push_back(column);
    used += width;
  }
  return parts;
}

}  // namespace

std::string table_text(const Table& table, const TextStyle& style) {
  if (table.rows.empty()) return {};
  std::string text = "\n" + inked(shown(table.title, style), Ink::strong, style) + "\n";
  for (const std::vector<std::size_t>& columns : column_parts(table, style))
    text += "\n" + drawn(table_grid(table, columns, style), style);
  return text;
}

}  // namespace iter8::report
