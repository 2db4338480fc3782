#include "tasks/notify/lines.h"

#include <fmt/format.h>

#include "summary/numbers.h"

namespace iter8::tasks::notify {

std::string line_of(const CheckedObjective& objective, const Event& event) {
  const std::string version = event.versions.size() > 1 ? ", " + objective.version : "";
  const std::string value = objective.value ? summary::quantity(*objective.value, objective.unit) : "no data";
  return fmt::format("{}{}: {} ({})", objective.condition, version, value, to_text(objective.verdict));
}

std::vector<std::pair<std::string, std::string>> facts_of(const Event& event) {
  constexpr std::size_t kShortCommit = 12;
  std::vector<std::pair<std::string, std::string>> facts;
  const auto add = [&](const char* name, const std::string& value) {
    if (!value.empty()) facts.emplace_back(name, value);
  };
  add("Experiment", event.experiment);
  add("Verdict", event.verdict);
  if (event.winner) add("Winner", *event.winner);
  if (event.recommended && event.recommended != event.winner) add("Recommended", *event.recommended);
  add("Repository", event.run.repository);
  add("Branch", event.run.branch);
  add("Commit", event.run.commit.substr(0, kShortCommit));
  return facts;
}

std::string rest_line(std::size_t left_out) {
  return left_out == 0 ? "" : fmt::format("… and {} more", left_out);
}

}  // namespace iter8::tasks::notify
