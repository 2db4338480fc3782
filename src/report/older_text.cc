#include "report/older_text.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"
#include "report/tables.h"
#include "report/text_style.h"
#include "summary/remarks.h"
#include "summary/verdict.h"
#include "summary/winner.h"

namespace iter8::report {

using experiment::Result;

namespace {

std::string older_heading(const std::string& title) {
  return "\n" + title + ":\n" + std::string(display_width(title) + 1, '*') + "\n\n";
}

std::string older_row(const std::vector<std::string>& cells, const std::vector<std::size_t>& widths) {
  std::string line = " ";
  for (std::size_t column = 0; column < cells.size(); ++column) {
    line += column == 0 ? " " : " | ";
    line += cells[column];
    if (column + 1 < cells.size()) line.append(widths[column] - display_width(cells[column]), ' ');
  }
  return line + "\n";
}

std::string older_table(const Table& table) {
  std::vector<std::vector<std::string>> rows = {table.header, {}};
  for (const std::string& title : table.header)
    rows[1].emplace_back(display_width(base::printable(title)), '-');
  rows.insert(rows.end(), table.rows.begin(), table.rows.end());

  std::vector<std::size_t> widths(table.header.size());
  for (auto& row : rows) {
    row.resize(widths.size());
    for (std::size_t column = 0; column < row.size(); ++column) {
      row[column] = base::printable(row[column]);
      widths[column] = std::max(widths[column], display_width(row[column]));
    }
  }
  std::string text = older_heading(base::printable(table.title));
  for (const auto& row : rows) text += older_row(row, widths);
  return text;
}

std::string older_list(const std::string& title, const std::vector<std::string>& lines) {
  if (lines.empty()) return {};
  std::string text = older_heading(title);
  for (const std::string& line : lines) text += "  " + base::printable(line, 1000) + "\n";
  return text;
}

std::string older_summary(const Result& result) {
  std::vector<std::string> lines = {
      fmt::format("Experiment completed: {}", result.completed()),
      fmt::format("No task failures: {}", !result.failure),
      fmt::format("Total number of tasks: {}", result.num_tasks),
      fmt::format("Number of completed tasks: {}", result.num_completed_tasks),
      fmt::format("Number of completed loops: {}", result.num_loops),
  };
  if (!result.interrupted.empty()) lines.push_back("Interrupted by: " + result.interrupted);
  lines.push_back("Verdict: " + summary::verdict_title(result));
  for (const std::string& line : summary::degradations(result)) lines.push_back("Degraded: " + line);
  for (const std::string& wall : result.walls) lines.push_back("Wall: " + wall);
  const std::string winner = summary::winner_and_reason(result);
  if (!winner.empty()) lines.push_back("Winner: " + winner);
  return older_list("Experiment summary", lines);
}

}  // namespace

std::string older_text(const Result& result, Scope scope) {
  std::string report = older_summary(result);
  report += older_list(summary::failures_title(result), summary::failures(result));

  const Table objectives = objective_table(result, Detail::verdicts);
  if (!objectives.rows.empty()) report += older_table(objectives);
  report += older_list("Objectives that are not satisfied", summary::unmet_objectives(result));
  for (const Table& table : {reward_table(result), evidence_table(result), comparison_table(result),
                             other_comparison_table(result), decision_table(result), indicator_table(result)})
    if (!table.rows.empty()) report += older_table(table);

  const Table metrics = metric_table(result, scope);
  if (metrics.rows.empty())
    report += older_list("Metrics-based Insights", {"No metrics were recorded."});
  else
    report += older_table(metrics);
  for (const Table& load : load_tables(result, scope)) report += older_table(load);
  report += older_list("Warnings", summary::warnings(result));
  return base::without_commands(report);  // jobs print it
}

}  // namespace iter8::report
