// Every number of the result that has no picture, as tables.
#include <fmt/format.h>

#include "report/html/markup.h"
#include "report/html/sections.h"

namespace iter8::report {

namespace {

constexpr std::size_t kMostOpenRows = 24;

/// A table under its own title; a long one is folded away.
std::string titled(const Table& table) {
  if (table.rows.empty()) return {};
  const std::string markup = table_markup(table);
  if (table.rows.size() > kMostOpenRows)
    return folded(fmt::format("{} ({} rows)", table.title, table.rows.size()), markup);
  return "<h3>" + escaped(table.title) + "</h3>\n" + markup;
}

}  // namespace

std::string number_section(const View& view) {
  std::string text = titled(indicator_table(view.result)) + titled(metric_table(view.result));
  for (const Table& load : load_tables(view.result)) text += titled(load);
  return section("numbers", "Numbers", text);
}

}  // namespace iter8::report
