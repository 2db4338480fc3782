#include "base/text.h"

#include <algorithm>

#include <fmt/format.h>

#include "report/formats.h"
#include "report/tables.h"
#include "report/view.h"

namespace iter8::report {

using experiment::Result;

namespace {

/// The columns a text takes on a terminal, near enough: its UTF-8 characters.
std::size_t width_of(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(
      text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

std::string heading(const std::string& title) {
  return "\n" + title + ":\n" + std::string(width_of(title) + 1, '*') + "\n\n";
}

std::string row_text(const std::vector<std::string>& cells, const std::vector<std::size_t>& widths) {
  std::string line = " ";
  for (std::size_t column = 0; column < cells.size(); ++column) {
    line += column == 0 ? " " : " | ";
    line += cells[column];
    if (column + 1 < cells.size()) line.append(widths[column] - width_of(cells[column]), ' ');
  }
  return line + "\n";
}

std::string table_text(const Table& table) {
  std::vector<std::vector<std::string>> rows = {table.header, {}};
  for (const std::string& title : table.header) rows[1].emplace_back(width_of(base::printable(title)), '-');
  rows.insert(rows.end(), table.rows.begin(), table.rows.end());

  std::vector<std::size_t> widths(table.header.size());
  for (auto& row : rows) {
    row.resize(widths.size());
    for (std::size_t column = 0; column < row.size(); ++column) {
      row[column] = base::printable(row[column]);
      widths[column] = std::max(widths[column], width_of(row[column]));
    }
  }
  std::string text = heading(base::printable(table.title));
  for (const auto& row : rows) text += row_text(row, widths);
  return text;
}

std::string list_text(const std::string& title, const std::vector<std::string>& lines) {
  if (lines.empty()) return {};
  std::string text = heading(title);
  for (const std::string& line : lines) text += "  " + base::printable(line, 1000) + "\n";
  return text;
}

std::string summary_text(const Result& result) {
  std::vector<std::string> lines = {
      fmt::format("Experiment completed: {}", result.completed()),
      fmt::format("No task failures: {}", !result.failure),
      fmt::format("Total number of tasks: {}", result.num_tasks),
      fmt::format("Number of completed tasks: {}", result.num_completed_tasks),
      fmt::format("Number of completed loops: {}", result.num_loops),
  };
  if (!result.interrupted.empty()) lines.push_back("Interrupted by: " + result.interrupted);
  lines.push_back("Verdict: " + headline(result));
  const std::string winner = winner_sentence(result);
  if (!winner.empty()) lines.push_back("Winner: " + winner);
  return list_text("Experiment summary", lines);
}

}  // namespace

std::string text(const Result& result) {
  std::string report = summary_text(result);
  report += list_text(failures_title(result), failures(result));

  const Table objectives = objective_table(result, Detail::verdicts);
  if (!objectives.rows.empty()) report += table_text(objectives);
  report += list_text("Objectives that are not satisfied", objections(result));
  for (const Table& table : {reward_table(result), evidence_table(result), contest_table(result),
                             decision_table(result), indicator_table(result)})
    if (!table.rows.empty()) report += table_text(table);

  const Table metrics = metric_table(result);
  if (metrics.rows.empty())
    report += list_text("Metrics-based Insights", {"No metrics were recorded."});
  else
    report += table_text(metrics);
  for (const Table& load : load_tables(result)) report += table_text(load);
  return report + list_text("Warnings", warnings(result));
}

}  // namespace iter8::report
