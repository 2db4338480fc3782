#include "entrypoint/plan.h"

#include <fmt/format.h>

#include "base/duration.h"
#include "base/text.h"
#include "experiment/step.h"

namespace iter8::entrypoint {

namespace {

using experiment::Experiment;
using experiment::Section;
using experiment::Step;

std::string header(const Experiment& experiment) {
  std::vector<std::string> names;
  for (const experiment::Version& version : experiment.versions)
    names.push_back(base::printable(version.name));
  return fmt::format("experiment {}: {} {} ({})\n", base::printable(experiment.name), names.size(),
                     names.size() == 1 ? "version" : "versions", base::join(names, ", "));
}

std::string loop_text(const experiment::Loop& loop) {
  if (loop.iterations == 1) return {};
  std::string text = fmt::format(", up to {} times", loop.iterations);
  if (loop.interval.count() > 0) text += " every " + base::to_text(loop.interval);
  if (loop.until) text += " until " + loop.until->text();
  return text;
}

std::string step_text(const Experiment& experiment, const Step& step) {
  std::string text = fmt::format("  {}. {}", number_of(experiment, step), base::printable(step.title()));
  if (step.condition) text += "  if " + step.condition->text();
  if (step.timeout) text += "  within " + base::to_text(*step.timeout);
  if (step.retries > 0) text += fmt::format("  {} retries", step.retries);
  if (step.continue_on_error) text += "  continues on error";
  text += "\n";
  for (const std::string& line : step.task->plan(experiment.versions))
    text += "       " + base::printable(line, 2000) + "\n";
  return text;
}

}  // namespace

std::string plan_text(const Experiment& experiment) {
  std::string text = header(experiment);
  for (const Section section : {Section::setup, Section::tasks, Section::finally}) {
    const std::vector<Step>& steps = steps_of(experiment, section);
    if (steps.empty()) continue;
    text +=
        std::string(to_text(section)) + (section == Section::tasks ? loop_text(experiment.loop) : "") + ":\n";
    for (const Step& step : steps) text += step_text(experiment, step);
  }
  return text;
}

}  // namespace iter8::entrypoint
