#include "base/markdown.h"

#include <fmt/format.h>

#include "base/clock.h"
#include "base/text.h"
#include "report/formats.h"
#include "report/tables.h"
#include "report/view.h"

namespace iter8::report {

using experiment::Result;

namespace {

std::string escaped(std::string_view raw) {
  return base::markdown_escaped(raw);
}

/// For text between HTML tags, where GitHub does not read Markdown.
std::string html_escaped(std::string_view raw) {
  std::string text = base::replace_all(base::printable(raw, 1000), "&", "&amp;");
  return base::replace_all(base::replace_all(text, "<", "&lt;"), ">", "&gt;");
}

std::string_view sign_of(std::string_view word) {
  if (word == "pass" || word.starts_with("true")) return "✅";
  if (word == "fail" || word == "failed" || word.starts_with("false")) return "❌";
  return "⚠️";
}

std::string row_text(const std::vector<std::string>& cells) {
  std::string line = "|";
  for (const std::string& cell : cells) line += " " + cell + " |";
  return line + "\n";
}

enum class Cells { plain, signs };

std::string table_text(const Table& table, Cells cells) {
  if (table.rows.empty()) return {};
  std::vector<std::string> header;
  for (const std::string& title : table.header) header.push_back(escaped(title));
  std::string text = row_text(header) + "|";
  for (std::size_t column = 0; column < header.size(); ++column) text += column == 0 ? "---|" : "---:|";
  text += "\n";
  for (const auto& row : table.rows) {
    std::vector<std::string> line;
    for (std::size_t column = 0; column < row.size(); ++column) {
      const bool signs = cells == Cells::signs && column > 0;
      line.push_back((signs ? std::string(sign_of(row[column])) + " " : "") + escaped(row[column]));
    }
    text += row_text(line);
  }
  return text + "\n";
}

std::string folded(const Table& table) {
  const std::string content = table_text(table, Cells::plain);
  if (content.empty()) return {};
  return "<details><summary>" + html_escaped(table.title) + "</summary>\n\n" + content + "</details>\n\n";
}

std::string list_text(const std::string& title, const std::vector<std::string>& lines) {
  if (lines.empty()) return {};
  std::string text = "**" + title + "**\n\n";
  for (const std::string& line : lines) text += "- " + escaped(line) + "\n";
  return text + "\n";
}

std::string footer(const Result& result) {
  std::string text = fmt::format("{} of {} tasks completed, {} loop{}, started {}",
                                 result.num_completed_tasks, result.num_tasks, result.num_loops,
                                 result.num_loops == 1 ? "" : "s", base::to_rfc3339(result.start));
  if (result.end) text += ", ended " + base::to_rfc3339(*result.end);
  if (!result.interrupted.empty()) text += ", interrupted by " + result.interrupted;
  return escaped(text + ", iter8 " + result.iter8_version) + "\n";
}

}  // namespace

std::string markdown(const Result& result) {
  const std::string verdict = headline(result);
  const std::string name = result.experiment_name.empty() ? "" : escaped(result.experiment_name) + ": ";
  std::string report = fmt::format("## {} {}{}\n\n", sign_of(verdict), name, verdict);

  const std::string winner = winner_sentence(result);
  if (!winner.empty()) report += "**Winner** " + escaped(winner) + "\n\n";
  report += list_text(failures_title(result), failures(result));
  report += table_text(objective_table(result, Detail::values), Cells::signs);
  report += list_text("Objectives that are not satisfied", objections(result));
  report += table_text(reward_table(result), Cells::plain);
  report += table_text(decision_table(result), Cells::plain);
  report += table_text(indicator_table(result), Cells::plain);
  report += folded(evidence_table(result)) + folded(contest_table(result));
  report += folded(metric_table(result));
  for (const Table& load : load_tables(result)) report += folded(load);
  report += list_text("Warnings", warnings(result));
  return report + footer(result);
}

}  // namespace iter8::report
