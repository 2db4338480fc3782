#include "entrypoint/plan.h"

#include <algorithm>
#include <cctype>
#include <string_view>
#include <vector>

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

/// What a template gives that can only be rendered in the run: "<the winner's tag>", "<the verdict>"; what
/// stands there where it is more than the path of a field, with or without functions behind it.
std::string words_of(std::string_view expression) {
  std::string_view path = base::trim(expression.substr(0, expression.find('|')));
  if (path.starts_with('-')) path = base::trim(path.substr(1));
  if (path.ends_with('-')) path = base::trim(path.substr(0, path.size() - 1));
  const auto is_part = [](unsigned char c) { return std::isalnum(c) != 0 || c == '_' || c == '.'; };
  if (path.size() < 2 || path.front() != '.' || !std::all_of(path.begin(), path.end(), is_part)) return {};
  const std::vector<std::string> parts = base::split(path.substr(1), '.');
  std::string words = "<the " + parts.front();
  for (std::size_t i = 1; i < parts.size(); ++i) words += "'s " + parts[i];
  return words + ">";
}

/// A line of a task's plan, with what is known later said in words.
std::string in_words(std::string line, const std::string& experiment_name) {
  for (std::size_t at = 0; (at = line.find("{{", at)) != std::string::npos;) {
    const std::size_t end = line.find("}}", at);
    if (end == std::string::npos) break;
    std::string words = words_of(std::string_view(line).substr(at + 2, end - at - 2));
    if (words == "<the experiment's name>") words = experiment_name;
    if (!words.empty()) line.replace(at, end + 2 - at, words);
    at += words.empty() ? 2 : words.size();
  }
  return line;
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
  const bool is_script = step.kind == "run";  // a shell gets it as it stands
  for (const std::string& line : step.task->plan(experiment.versions)) {
    const std::string shown = is_script ? line : in_words(line, experiment.name);
    text += "       " + base::printable(shown, 2000) + "\n";
  }
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
