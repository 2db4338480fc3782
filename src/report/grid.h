#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "report/text_style.h"

namespace iter8::report {

/// A table for a terminal or log that fits its width. Where it is too wide, whole columns are left out in the
/// order that the table states, then names lose their middle; numbers are never cut. What is still too wide
/// stays so.
struct Grid {
  enum class Align { left, right };

  struct Column {
    std::string title;
    Align align = Align::left;
    int leaves = 0;        // order in which columns are left out, from 1; 0 = never
    bool is_name = false;  // may lose its middle
  };

  struct Cell {
    std::string text;  // see shown()
    Ink ink = Ink::plain;
  };

  std::vector<Column> columns;
  std::vector<std::vector<Cell>> rows = {};  // a cell for each column
};

/// The lines, with a faint header; empty where there are no rows. Columns whose cells are all empty are left
/// out.
std::string drawn(const Grid& grid, const TextStyle& style);

}  // namespace iter8::report
