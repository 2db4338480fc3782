#include "base/text.h"

#include "report/formats.h"
#include "report/run_summary.h"
#include "report/table_text.h"
#include "report/tables.h"
#include "report/text_report.h"
#include "summary/remarks.h"
#include "summary/wording.h"

namespace iter8::report {

using experiment::Result;

namespace {

std::string text_list(const std::string& title, const std::vector<std::string>& lines,
                      const TextStyle& style) {
  if (lines.empty()) return {};
  std::string text = "\n" + inked(title, Ink::strong, style) + "\n\n";
  for (const std::string& line : lines) text += wrapped("  " + shown(line, style), 4, style);
  return text;
}

}  // namespace

std::string text_details(const Result& result, const TextStyle& style) {
  std::string text = text_list(summary::failures_title(result), summary::failures(result), style);
  text += table_text(objective_table(result, Detail::verdicts), style);
  text += text_list("Objectives that are not satisfied", summary::unmet_objectives(result), style);
  for (const Table& table : {reward_table(result), evidence_table(result), comparison_table(result),
                             other_comparison_table(result), decision_table(result), indicator_table(result),
                             metric_table(result, style.scope)})
    text += table_text(table, style);
  for (const Table& load : load_tables(result, style.scope)) text += table_text(load, style);
  text += text_list("Warnings", summary::warnings(result), style);
  text += text_list("Run", {summary::run_facts(result)}, style);
  return base::without_commands(text);  // jobs print it
}

std::string text_report(const Result& result, const TextStyle& style, const std::string& result_file) {
  return run_summary(result, style, result_file) + text_details(result, style);
}

std::string text(const Result& result) {
  return text_report(result, {}, "");
}

}  // namespace iter8::report
