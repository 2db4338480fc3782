#include "tasks/metrics/jq_answer.h"

#include <algorithm>
#include <array>

#include "base/error.h"
#include "base/text.h"
#include "tasks/metrics/json.h"
#include "tasks/metrics/row.h"

namespace iter8::tasks::metrics {

namespace {

/// Text is a number only under the names that numbers have.
bool names_number(const std::string& name) {
  constexpr std::array names = {"value", "count", "total", "mean", "variance"};
  return std::ranges::find(names, name) != names.end();
}

void add_object(const Json& object, Answer& answer) {
  std::vector<Cell> row;
  for (const auto& [name, value] : object.items()) {
    Cell cell{
        .name = name, .text = value.is_string() ? value.get<std::string>() : value.dump(), .number = {}};
    if (!value.is_string()) cell.number = expect_number(value);
    if (value.is_string() && names_number(name)) cell.number = expect_number(value);
    row.push_back(std::move(cell));
  }
  add_row(row, answer);
}

}  // namespace

Answer jq_answer(const web::JqProgram& jq, std::string_view body, const std::stop_token& stop) {
  Answer answer;
  Series numbers;
  for (const Json& output : jq.run(body, stop)) {
    if (output.is_object()) {
      add_object(output, answer);
    } else if (const auto number = number_of(output)) {
      numbers.points.push_back({.value = *number, .time = {}});
    } else {
      throw base::Error("jq: expected a number, found " + base::printable(output.dump(), 120));
    }
  }
  if (!numbers.points.empty()) answer.series.push_back(std::move(numbers));
  return answer;
}

std::optional<web::JqProgram> compiled(const std::optional<config::Located<std::string>>& jq,
                                       const SourceLocation& place) {
  if (!jq) {
    place.object("missing key 'jq'");
    return std::nullopt;
  }
  try {
    return web::JqProgram(jq->value);
  } catch (const base::Error& error) {
    place.context.problems.error(jq->position, error.what());
    return std::nullopt;
  }
}

}  // namespace iter8::tasks::metrics
