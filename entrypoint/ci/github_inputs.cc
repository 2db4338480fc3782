#include "entrypoint/ci/github_inputs.h"

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"

namespace iter8::ci {
namespace {

std::string text_of(const base::Environment& environment, const std::string& variable,
                    const std::string& fallback) {
  const std::string text(base::trim(environment.get(variable).value_or("")));
  return text.empty() ? fallback : text;
}

bool flag_of(const base::Environment& environment, const std::string& variable) {
  const std::string text = base::lower(text_of(environment, variable, "true"));
  if (text == "true" || text == "false") return text == "true";
  throw base::UsageError(fmt::format("input {}: found '{}', expected true or false",
                                     base::lower(variable.substr(6)), base::printable(text)));
}

/// The parts that are not empty, trimmed.
std::vector<std::string> parts_of(std::string_view text, char separator) {
  std::vector<std::string> parts;
  for (const std::string& part : base::split(text, separator)) {
    if (const std::string_view word = base::trim(part); !word.empty()) parts.emplace_back(word);
  }
  return parts;
}

std::vector<std::string> assignments_of(const base::Environment& environment, const std::string& variable,
                                        std::string_view shape) {
  std::vector<std::string> lines = parts_of(environment.get(variable).value_or(""), '\n');
  for (const std::string& line : lines) {
    if (line.find('=') == std::string::npos) {
      throw base::UsageError(fmt::format("input {}: found '{}', expected {}", base::lower(variable.substr(6)),
                                         base::printable(line), shape));
    }
  }
  return lines;
}

}  // namespace

bool is_github_action(const base::Environment& environment) {
  return environment.get("GITHUB_ACTIONS") == "true" && environment.get("INPUT_EXPERIMENT").has_value();
}

ActionInputs read_action_inputs(const base::Environment& environment) {
  ActionInputs inputs;
  inputs.experiment = text_of(environment, "INPUT_EXPERIMENT", inputs.experiment);
  inputs.working_directory = text_of(environment, "INPUT_WORKING-DIRECTORY", inputs.working_directory);
  inputs.set = assignments_of(environment, "INPUT_SET", "K=V");
  const std::vector<std::string> conditions =
      parts_of(base::replace_all(environment.get("INPUT_ASSERT").value_or(""), "\n", ","), ',');
  if (!conditions.empty()) inputs.conditions = conditions;
  inputs.reports = assignments_of(environment, "INPUT_REPORT", "FORMAT=PATH");
  inputs.summary = flag_of(environment, "INPUT_SUMMARY");
  inputs.annotations = flag_of(environment, "INPUT_ANNOTATIONS");
  return inputs;
}

}  // namespace iter8::ci
