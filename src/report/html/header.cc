// What a reader wants first: the verdict, why, and whether it can be trusted.
#include <fmt/format.h>

#include "base/clock.h"
#include "base/duration.h"
#include "report/html/markup.h"
#include "report/html/sections.h"
#include "summary/decision.h"
#include "summary/remarks.h"
#include "summary/verdict.h"
#include "summary/winner.h"
#include "summary/wording.h"

namespace iter8::report {

using experiment::Result;

namespace {

/// The sentence beside the verdict; nothing where it would only repeat the verdict's words.
std::string reason_of_verdict(const Result& result) {
  if (!result.file_problems.empty()) return "the file was refused, and nothing ran";
  const std::string text = summary::decision_of(result).text;
  return text == summary::verdict_note(result) ? "" : text;
}

std::string fact(std::string_view name, const std::string& text) {
  return text.empty() ? "" : fmt::format("<div><dt>{}</dt><dd>{}</dd></div>", name, escaped(text));
}

std::string facts_of(const Result& result) {
  std::string text = "<dl class=\"facts\">";
  if (const std::string winner = summary::winner_and_reason(result); !winner.empty())
    text += fact("Winner", winner);
  text += fact("Started", base::to_rfc3339(result.start));
  if (result.end) text += fact("Took", fmt::format("{:.1f} s", base::to_seconds(*result.end - result.start)));
  text += fact("Tasks", fmt::format("{} of {} completed", result.num_completed_tasks, result.num_tasks));
  if (result.num_loops > 1) text += fact("Iterations", std::to_string(result.num_loops));
  text += fact("Interrupted by", result.interrupted);
  return text + "</dl>\n";
}

}  // namespace

std::string verdict_header(const View& view) {
  const Result& result = view.result;
  const summary::Tone tone = summary::tone_of_title(result);
  const std::string name = result.experiment_name.empty() ? "Experiment" : result.experiment_name;
  std::string text =
      fmt::format("<header class=\"{}\"><h1>{}</h1>\n<p class=\"verdict\">{}<span>{}</span></p>\n",
                  css_class(tone), name_markup(name), sign(tone), escaped(summary::verdict_title(result)));
  if (const std::string reason = reason_of_verdict(result); !reason.empty())
    text += "<p class=\"why\">" + escaped(reason) + "</p>\n";
  for (const std::string& line : summary::degradations(result))
    text += "<p class=\"degraded\"><strong>Degraded:</strong> " + escaped(line) + "</p>\n";
  return text + facts_of(result) + "</header>\n";
}

std::string failure_section(const View& view) {
  return section("failures", summary::failures_title(view.result),
                 sentences(summary::failures(view.result), "failure"));
}

std::string remark_section(const View& view) {
  return section("warnings", "Warnings", sentences(view.notes.of_run, "warning"));
}

}  // namespace iter8::report
