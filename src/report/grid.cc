#include "report/grid.h"

#include <algorithm>
#include <limits>

namespace iter8::report {

namespace {

constexpr std::size_t kWideGap = 2;  // spaces between two columns
constexpr std::size_t kNarrowGap = 1;
constexpr std::size_t kShortestName = 7;

/// A column that is drawn.
struct Fitted {
  std::size_t number = 0;
  std::size_t width = 0;
};

/// The columns that are drawn, and the spaces between them.
struct Layout {
  std::vector<Fitted> columns;
  std::size_t gap = kWideGap;

  std::size_t width() const {
    std::size_t sum = columns.empty() ? 0 : gap * (columns.size() - 1);
    for (const Fitted& column : columns) sum += column.width;
    return sum;
  }
};

bool is_empty(const Grid& grid, std::size_t column) {
  return std::all_of(grid.rows.begin(), grid.rows.end(),
                     [&](const auto& row) { return row[column].text.empty(); });
}

std::size_t natural_width(const Grid& grid, std::size_t column) {
  std::size_t width = display_width(grid.columns[column].title);
  for (const auto& row : grid.rows) width = std::max(width, display_width(row[column].text));
  return width;
}

/// Leaves out the column whose turn it is; false when none has one.
bool leave_one_out(const Grid& grid, std::vector<Fitted>& columns) {
  const auto turn = [&](const Fitted& column) {
    const int leaves = grid.columns[column.number].leaves;
    return leaves == 0 ? std::numeric_limits<int>::max() : leaves;
  };
  const auto first = std::min_element(columns.begin(), columns.end(),
                                      [&](const Fitted& a, const Fitted& b) { return turn(a) < turn(b); });
  if (first == columns.end() || grid.columns[first->number].leaves == 0) return false;
  columns.erase(first);
  return true;
}

/// Takes one character from the widest name; false when all are as short as they get.
bool shorten_one(const Grid& grid, std::vector<Fitted>& columns) {
  Fitted* widest = nullptr;
  for (Fitted& column : columns)
    if (grid.columns[column.number].is_name && column.width > kShortestName &&
        (widest == nullptr || column.width > widest->width))
      widest = &column;
  if (widest == nullptr) return false;
  --widest->width;
  return true;
}

Layout layout_of(const Grid& grid, const TextStyle& style) {
  Layout layout;
  for (std::size_t number = 0; number < grid.columns.size(); ++number)
    if (!is_empty(grid, number))
      layout.columns.push_back({.number = number, .width = natural_width(grid, number)});
  const std::size_t room = std::max(style.columns, TextStyle::kNarrowest);
  while (layout.width() > room && leave_one_out(grid, layout.columns)) {
  }
  if (layout.width() > room) layout.gap = kNarrowGap;
  while (layout.width() > room && shorten_one(grid, layout.columns)) {
  }
  return layout;
}

std::string drawn_row(const Grid& grid, const Layout& layout, const std::vector<Grid::Cell>& row,
                      const TextStyle& style) {
  std::string line;
  std::size_t owed = 0;  // spaces that only stand where something follows
  for (const Fitted& column : layout.columns) {
    const Grid::Cell& cell = row[column.number];
    const std::string text =
        grid.columns[column.number].is_name ? shortened(cell.text, column.width, style) : cell.text;
    const std::size_t padding = column.width - std::min(column.width, display_width(text));
    const bool is_right = grid.columns[column.number].align == Grid::Align::right;
    if (is_right) owed += padding;
    if (!text.empty()) {
      line.append(owed, ' ').append(inked(text, cell.ink, style));
      owed = 0;
    }
    owed += (is_right ? 0 : padding) + layout.gap;
  }
  return line + "\n";
}

}  // namespace

std::string drawn(const Grid& grid, const TextStyle& style) {
  if (grid.rows.empty()) return {};
  const Layout layout = layout_of(grid, style);
  std::vector<Grid::Cell> header;
  for (const Grid::Column& column : grid.columns) header.push_back({.text = column.title, .ink = Ink::faint});
  std::string text = drawn_row(grid, layout, header, style);
  for (const auto& row : grid.rows) text += drawn_row(grid, layout, row, style);
  return text;
}

}  // namespace iter8::report
