// The tasks as a timeline: one row for each task of the file, one bar for each time that it was executed.
#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "base/duration.h"
#include "report/html/markup.h"
#include "report/html/sections.h"
#include "report/ticks.h"
#include "summary/wording.h"

namespace iter8::report {

using experiment::Execution;
using experiment::ExecutionStatus;

namespace {

constexpr std::size_t kMostBars = 400;      // a row
constexpr std::size_t kMostMessages = 200;  // of a task in a loop

/// The time that the bars cover, and the unit that its axis is written in.
struct TaskTime {
  base::WallTime start;
  double seconds = 1;

  double percent(double second) const { return std::clamp(100 * second / seconds, 0.0, 100.0); }
  double unit() const { return seconds < 180 ? 1 : seconds < 3 * 3600 ? 60 : 3600; }
  std::string_view unit_name() const { return seconds < 180 ? "s" : seconds < 3 * 3600 ? "min" : "h"; }
};

TaskTime time_of(const experiment::Result& result) {
  TaskTime time{.start = result.start};
  double end = result.end ? base::to_seconds(*result.end - result.start) : 0;
  for (const Execution& execution : result.executions)
    end = std::max(end, base::to_seconds(execution.start - result.start) + execution.seconds);
  time.seconds = end > 0 ? end : 1;
  return time;
}

std::string_view class_of(ExecutionStatus status) {
  switch (status) {
    case ExecutionStatus::failed:
      return "bad";
    case ExecutionStatus::interrupted:
      return "open";
    case ExecutionStatus::skipped:
      return "skipped";
    case ExecutionStatus::completed:
      break;
  }
  return "done";
}

std::string axis_of_tasks(const TaskTime& time) {
  std::string text = "<svg class=\"strip-head\" aria-hidden=\"true\">";
  for (const double tick : even_numbers_between(0, time.seconds / time.unit()))
    text += fmt::format("<text x=\"{:.2f}%\" y=\"27\" text-anchor=\"{}\">{:.6g} {}</text>",
                        time.percent(tick * time.unit()),
                        tick == 0                               ? "start"
                        : time.percent(tick * time.unit()) > 95 ? "end"
                                                                : "middle",
                        tick, time.unit_name());
  return text + "</svg>";
}

std::string bars_of(const std::vector<const Execution*>& executions, const TaskTime& time) {
  std::string text = "<svg class=\"strip\" aria-hidden=\"true\">";
  for (const double tick : even_numbers_between(0, time.seconds / time.unit()))
    text += fmt::format("<line class=\"grid\" x1=\"{0:.2f}%\" x2=\"{0:.2f}%\" y1=\"0\" y2=\"100%\"/>",
                        time.percent(tick * time.unit()));
  const std::size_t step = executions.size() / kMostBars + 1;
  for (std::size_t i = 0; i < executions.size(); i += step) {
    const double from = time.percent(base::to_seconds(executions[i]->start - time.start));
    const double width = std::max(0.25, time.percent(executions[i]->seconds));
    text += fmt::format(
        "<rect class=\"task {}\" x=\"{:.2f}%\" width=\"{:.2f}%\" y=\"25%\" height=\"50%\" rx=\"2\"/>",
        class_of(executions[i]->status), std::min(from, 100 - width), width);
  }
  return text + "</svg>";
}

/// The worst that happened to a task, in its colour.
std::string status_chip(const std::vector<const Execution*>& executions) {
  const auto worst = [&](ExecutionStatus status) {
    return std::any_of(executions.begin(), executions.end(),
                       [status](const Execution* each) { return each->status == status; });
  };
  if (worst(ExecutionStatus::failed)) return chip(summary::Tone::bad, "failed");
  if (worst(ExecutionStatus::interrupted)) return chip(summary::Tone::open, "interrupted");
  if (worst(ExecutionStatus::completed)) return chip(summary::Tone::good, "completed");
  return "<span class=\"soft\">skipped</span>";
}

std::string duration_text(const std::vector<const Execution*>& executions) {
  double seconds = 0;
  for (const Execution* each : executions) seconds += each->seconds;
  const std::string times = executions.size() > 1 ? fmt::format("{} × ", executions.size()) : "";
  return times + fmt::format("{:.1f} s", seconds / static_cast<double>(executions.size()));
}

std::vector<std::string> messages_of(const std::vector<const Execution*>& executions) {
  std::vector<std::string> lines;
  for (const Execution* each : executions)
    if (!each->message.empty() && lines.size() < kMostMessages)
      lines.push_back(executions.size() > 1 ? fmt::format("iteration {}: {}", each->iteration, each->message)
                                            : each->message);
  return lines;
}

std::string messages_markup(const std::vector<const Execution*>& executions) {
  const std::vector<std::string> lines = messages_of(executions);
  if (lines.empty()) return {};
  std::string text = "<p class=\"message\">" + escaped(lines.back(), 1000) + "</p>";
  if (lines.size() > 1) text += folded("All iterations", sentences(lines, ""));
  return text;
}

}  // namespace

std::string task_section(const View& view) {
  std::map<std::pair<experiment::Section, std::size_t>, std::vector<const Execution*>> tasks;
  for (const Execution& execution : view.result.executions)
    tasks[{execution.section, execution.index}].push_back(&execution);
  if (tasks.empty()) return {};
  const TaskTime time = time_of(view.result);
  std::string text =
      "<div class=\"card\"><table class=\"forest tasks\"><thead><tr><th scope=\"col\">Task</th><td "
      "class=\"strip-cell\">" +
      axis_of_tasks(time) +
      "</td><th scope=\"col\" class=\"number\">Took</th><th scope=\"col\" "
      "class=\"verdict-cell\">Status</th></tr></thead>"
      "<tbody>\n";
  for (const auto& [place, executions] : tasks) {
    const std::string section_name =
        place.first == experiment::Section::tasks
            ? ""
            : fmt::format(" <span class=\"tag\">{}</span>", to_text(place.first));
    text += "<tr><th scope=\"row\">" + name_markup(summary::task_title(*executions.front())) + section_name +
            "</th><td class=\"strip-cell\">" + bars_of(executions, time) +
            "</td><td class=\"number strong\" data-label=\"Took\">" + duration_text(executions) +
            "</td><td class=\"verdict-cell\" data-label=\"Status\">" + status_chip(executions) +
            "</td></tr>\n";
    std::string below = messages_markup(executions);
    if (const auto found = view.notes.of_task.find(place); found != view.notes.of_task.end())
      below += sentences(found->second, "warning");
    if (!below.empty()) text += "<tr class=\"below\"><td colspan=\"4\">" + below + "</td></tr>\n";
  }
  return section("tasks", "Tasks", text + "</tbody></table></div>\n");
}

}  // namespace iter8::report
