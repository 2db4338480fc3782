#include "report/run_summary.h"

#include <fmt/format.h>

#include "base/text.h"
#include "report/grid.h"
#include "report/summary_grids.h"
#include "summary/decision.h"
#include "summary/next_step.h"
#include "summary/remarks.h"
#include "summary/verdict.h"
#include "summary/winner.h"

namespace iter8::report {

using experiment::Result;

namespace {

constexpr std::size_t kMostLines = 3;  // of one list

std::string_view sign_of_title(const Result& result) {
  if (summary::verdict_of(result) == experiment::Verdict::skipped) return "–";
  switch (summary::tone_of_title(result)) {
    case summary::Tone::good:
      return "✓";
    case summary::Tone::bad:
      return "✗";
    case summary::Tone::open:
      break;
  }
  return "?";
}

/// A wrapped text whose beginning, which has to fit the first line, has a colour.
std::string marked(const std::string& beginning, Ink ink, const std::string& text, std::size_t indent,
                   const TextStyle& style) {
  const std::string lines = wrapped(beginning + text, indent, style);
  return inked(lines.substr(0, beginning.size()), ink, style) + lines.substr(beginning.size());
}

/// "✗ fail (degraded): candidate: http/latency-p99: …".
std::string verdict_lines(const Result& result, const TextStyle& style) {
  const std::string sentence = summary::closing_headline(result);
  const std::size_t colon = std::min(sentence.find(": "), sentence.size());
  std::string verdict = shown(sign_of_title(result), style) + " " + sentence.substr(0, colon);
  if (!summary::degradations(result).empty()) verdict += " (degraded)";
  return marked(verdict, ink_of(summary::tone_of_title(result)), shown(sentence.substr(colon), style), 2,
                style);
}

std::string item(const std::string& label, Ink ink, const std::string& text, const TextStyle& style) {
  return marked("  " + label + ":", ink, " " + shown(text, style), 4, style);
}

/// The first entries of a list, and how many more there are.
std::string items(const std::string& label, Ink ink, const std::vector<std::string>& list,
                  const TextStyle& style) {
  std::string text;
  for (std::size_t i = 0; i < std::min(list.size(), kMostLines); ++i)
    text += item(label, ink, list[i], style);
  if (list.size() > kMostLines) text += fmt::format("  and {} more\n", list.size() - kMostLines);
  return text;
}

std::string block(const std::string& lines) {
  return lines.empty() ? "" : "\n" + lines;
}

std::string objective_lines(const Result& result, const TextStyle& style) {
  const ObjectiveGrid table = objective_grid(result, style);
  std::string text = drawn(table.grid, style);
  if (table.hidden_unmet > 0) text += fmt::format("  and {} more that are not met\n", table.hidden_unmet);
  if (table.hidden_met > 0) text += fmt::format("  and {} more that are met\n", table.hidden_met);
  return text;
}

/// What failed, beyond what the verdict's own line says.
std::string failure_lines(const Result& result, const TextStyle& style) {
  std::vector<std::string> failures = summary::failures(result);
  if (!result.file_problems.empty()) return items("file", Ink::bad, failures, style);
  if (!failures.empty() && result.interrupted.empty()) failures.erase(failures.begin());
  return items("task", Ink::bad, failures, style);
}

/// The winner, where the verdict's own line does not name it.
std::string winner_lines(const Result& result, const TextStyle& style) {
  const std::string winner = summary::winner_and_reason(result);
  const bool is_said = summary::closing_headline(result).ends_with(summary::winner_clause(result));
  if (winner.empty() || (summary::winner_of(result) && is_said)) return {};
  return item("winner", Ink::strong, winner, style);
}

std::string ending_lines(const Result& result, const TextStyle& style, const std::string& result_file) {
  std::string text = winner_lines(result, style);
  text += items("warning", Ink::open, summary::warnings(result, summary::Beside::causes_of_errors), style);
  for (const std::string& step : summary::next_steps(result, result_file))
    text += item("next", Ink::strong, step, style);
  const bool has_result = !result_file.empty() && result.file_problems.empty();
  return has_result ? text + item("details", Ink::strong, summary::report_commands(result_file), style)
                    : text;
}

}  // namespace

std::string run_summary(const Result& result, const TextStyle& style, const std::string& result_file) {
  std::string text = verdict_lines(result, style);
  text += items("degraded", Ink::open, summary::degradations(result), style);
  text += failure_lines(result, style);

  const Grid load = load_grid(result, style);
  std::string numbers = drawn(load, style);
  if (!numbers.empty()) numbers += items("errors", Ink::bad, summary::error_causes(result), style);
  text += block(numbers);
  text += block(objective_lines(result, style));
  text += block(drawn(reward_grid(result, style), style));
  text += block(drawn(indicator_grid(result, style), style));

  return base::without_commands(text + block(ending_lines(result, style, result_file)));
}

}  // namespace iter8::report
