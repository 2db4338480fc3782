#include "entrypoint/ci/inputs.h"

#include <algorithm>
#include <cctype>

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"

namespace iter8::ci {
namespace {

/// The parts that are not empty, trimmed.
std::vector<std::string> parts_of(std::string_view text, char separator) {
  std::vector<std::string> parts;
  for (const std::string& part : base::split(text, separator)) {
    if (const std::string_view word = base::trim(part); !word.empty()) parts.emplace_back(word);
  }
  return parts;
}

/// The variables behind the inputs.
class Reader {
 public:
  Reader(const base::Environment& environment, Spelling spelling)
      : environment_(environment), spelling_(spelling) {}

  std::string text(const std::string& input, const std::string& fallback = "") const {
    const std::string found(base::trim(environment_.get(variable_of(input)).value_or("")));
    return found.empty() ? fallback : found;
  }

  bool flag(const std::string& input) const {
    const std::string found = base::lower(text(input, "true"));
    if (found == "true" || found == "false") return found == "true";
    throw base::UsageError(
        fmt::format("{}: found '{}', expected true or false", shown(input), base::printable(found)));
  }

  std::vector<std::string> assignments(const std::string& input, std::string_view shape) const {
    std::vector<std::string> lines = parts_of(text(input), '\n');
    for (const std::string& line : lines)
      if (line.find('=') == std::string::npos)
        throw base::UsageError(
            fmt::format("{}: found '{}', expected {}", shown(input), base::printable(line), shape));
    return lines;
  }

 private:
  std::string variable_of(const std::string& input) const {
    std::string name = (spelling_ == Spelling::github ? "INPUT_" : "ITER8_") + input;
    std::transform(name.begin(), name.end(), name.begin(), [this](unsigned char c) {
      return c == '-' && spelling_ == Spelling::plain ? '_' : static_cast<char>(std::toupper(c));
    });
    return name;
  }

  /// As the person who set it knows it.
  std::string shown(const std::string& input) const {
    return spelling_ == Spelling::github ? "input " + input : "variable " + variable_of(input);
  }

  const base::Environment& environment_;
  Spelling spelling_;
};

}  // namespace

Inputs read_inputs(const base::Environment& environment, Spelling spelling) {
  const Reader read(environment, spelling);
  Inputs inputs;
  inputs.experiment = read.text("experiment", inputs.experiment);
  inputs.working_directory = read.text("working-directory", inputs.working_directory);
  inputs.set = read.assignments("set", "K=V");
  const std::vector<std::string> conditions =
      parts_of(base::replace_all(read.text("assert"), "\n", ","), ',');
  if (!conditions.empty()) inputs.conditions = conditions;
  inputs.reports = read.assignments("report", "FORMAT=PATH");
  inputs.merge = parts_of(read.text("merge"), '\n');
  inputs.summary = read.flag("summary");
  inputs.annotations = read.flag("annotations");
  return inputs;
}

}  // namespace iter8::ci
