#include "base/markdown.h"

#include <fmt/format.h>

#include "base/text.h"
#include "report/formats.h"
#include "report/tables.h"
#include "summary/remarks.h"
#include "summary/verdict.h"
#include "summary/winner.h"
#include "summary/wording.h"

namespace iter8::report {

using experiment::Result;

namespace {

/// For text between HTML tags, where GitHub does not read Markdown.
std::string html_escaped(std::string_view raw) {
  std::string text = base::replace_all(base::printable(raw, 1000), "&", "&amp;");
  return base::replace_all(base::replace_all(text, "<", "&lt;"), ">", "&gt;");
}

std::string_view markdown_sign(std::string_view word) {
  if (word == "pass" || word.starts_with("true")) return "✅";
  if (word == "fail" || word == "failed" || word.starts_with("false")) return "❌";
  return "⚠️";
}

std::string markdown_row(const std::vector<std::string>& cells) {
  std::string line = "|";
  for (const std::string& cell : cells) line += " " + cell + " |";
  return line + "\n";
}

enum class MarkdownCells { plain, signs };

std::string markdown_table(const Table& table, MarkdownCells cells) {
  if (table.rows.empty()) return {};
  std::vector<std::string> header;
  for (const std::string& title : table.header) header.push_back(base::markdown_escaped(title));
  std::string text = markdown_row(header) + "|";
  for (std::size_t column = 0; column < header.size(); ++column) text += column == 0 ? "---|" : "---:|";
  text += "\n";
  for (const auto& row : table.rows) {
    std::vector<std::string> line;
    for (std::size_t column = 0; column < row.size(); ++column) {
      const bool signs = cells == MarkdownCells::signs && column > 0;
      line.push_back((signs ? std::string(markdown_sign(row[column])) + " " : "") +
                     base::markdown_escaped(row[column]));
    }
    text += markdown_row(line);
  }
  return text + "\n";
}

std::string folded_table(const Table& table) {
  const std::string content = markdown_table(table, MarkdownCells::plain);
  if (content.empty()) return {};
  return "<details><summary>" + html_escaped(table.title) + "</summary>\n\n" + content + "</details>\n\n";
}

std::string markdown_list(const std::string& title, const std::vector<std::string>& lines) {
  if (lines.empty()) return {};
  std::string text = "**" + title + "**\n\n";
  for (const std::string& line : lines) text += "- " + base::markdown_escaped(line) + "\n";
  return text + "\n";
}

std::string markdown_footer(const Result& result) {
  return base::markdown_escaped(summary::run_facts(result) + ", iter8 " + result.iter8_version) + "\n";
}

}  // namespace

std::string markdown(const Result& result) {
  const std::string verdict = summary::verdict_title(result);
  const std::string name =
      result.experiment_name.empty() ? "" : base::markdown_escaped(result.experiment_name) + ": ";
  std::string report = fmt::format("## {} {}{}\n\n", markdown_sign(verdict), name, verdict);

  const std::string winner = summary::winner_and_reason(result);
  if (!winner.empty()) report += "**Winner** " + base::markdown_escaped(winner) + "\n\n";
  report += markdown_list(summary::failures_title(result), summary::failures(result));
  report += markdown_table(objective_table(result, Detail::values), MarkdownCells::signs);
  report += markdown_list("Objectives that are not satisfied", summary::unmet_objectives(result));
  report += markdown_table(reward_table(result), MarkdownCells::plain);
  report += markdown_table(decision_table(result), MarkdownCells::plain);
  report += markdown_table(indicator_table(result), MarkdownCells::plain);
  report += folded_table(evidence_table(result)) + folded_table(comparison_table(result));
  report += folded_table(metric_table(result));
  for (const Table& load : load_tables(result)) report += folded_table(load);
  report += markdown_list("Warnings", summary::warnings(result));
  return report + markdown_footer(result);
}

}  // namespace iter8::report
