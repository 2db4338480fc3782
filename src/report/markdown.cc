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

std::string markdown_row(const std::vector<std::string>& cells) {
  std::string line = "|";
  for (const std::string& cell : cells) line += " " + cell + " |";
  return line + "\n";
}

std::string markdown_table(const Table& table) {
  if (table.rows.empty()) return {};
  std::vector<std::string> header;
  for (const std::string& title : table.header) header.push_back(base::markdown_escaped(title));
  std::string text = markdown_row(header) + "|";
  for (std::size_t column = 0; column < header.size(); ++column) text += column == 0 ? "---|" : "---:|";
  text += "\n";
  for (std::size_t row = 0; row < table.rows.size(); ++row) {
    std::vector<std::string> cells;
    for (std::size_t column = 0; column < table.rows[row].size(); ++column) {
      const bool has_tone = !table.tones.empty() && column > 0;
      const std::string sign = has_tone ? std::string(sign_of(table.tones[row][column - 1])) + " " : "";
      cells.push_back(sign + base::markdown_escaped(table.rows[row][column]));
    }
    text += markdown_row(cells);
  }
  return text + "\n";
}

std::string folded_table(const Table& table) {
  const std::string content = markdown_table(table);
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
  // Of a file that was refused nothing ran: no version is bad.
  const auto tone = result.file_problems.empty() ? summary::tone_of_title(result) : summary::Tone::open;
  const std::string verdict = summary::verdict_title(result);
  const std::string name =
      result.experiment_name.empty() ? "" : base::markdown_escaped(result.experiment_name) + ": ";
  std::string report = fmt::format("## {} {}{}\n\n", sign_of(tone), name, verdict);

  for (const std::string& line : summary::degradations(result))
    report += "**Degraded** " + base::markdown_escaped(line) + "\n\n";
  const std::string winner = summary::winner_and_reason(result);
  if (!winner.empty()) report += "**Winner** " + base::markdown_escaped(winner) + "\n\n";
  report += markdown_list(summary::failures_title(result), summary::failures(result));
  report += markdown_table(objective_table(result, Detail::values));
  report += markdown_list("Objectives that are not satisfied", summary::unmet_objectives(result));
  report += markdown_table(reward_table(result));
  report += markdown_table(decision_table(result));
  report += markdown_table(indicator_table(result));
  report += folded_table(evidence_table(result)) + folded_table(comparison_table(result)) +
            folded_table(other_comparison_table(result));
  report += folded_table(metric_table(result));
  for (const Table& load : load_tables(result)) report += folded_table(load);
  report += markdown_list("Warnings", summary::warnings(result));
  return report + markdown_footer(result);
}

}  // namespace iter8::report
