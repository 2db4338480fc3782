#include "tasks/metrics/response/jq_response.h"

#include <algorithm>
#include <array>

#include "base/error.h"
#include "base/text.h"
#include "tasks/metrics/response/json.h"
#include "tasks/metrics/response/query_result.h"

namespace iter8::tasks::metrics {

namespace {

/// Text is a number only under the names that numbers have.
bool names_number(const std::string& name) {
  constexpr std::array names = {"value", "count", "total", "mean", "variance"};
  return std::ranges::find(names, name) != names.end();
}

void add_object(const Json& object, QueryResult& result) {
  std::vector<Cell> row;
  for (const auto& [name, value] : object.items()) {
    Cell cell{
        .name = name, .text = value.is_string() ? value.get<std::string>() : value.dump(), .number = {}};
    if (!value.is_string()) cell.number = expect_number(value);
    if (value.is_string() && names_number(name)) cell.number = expect_number(value);
    row.push_back(std::move(cell));
  }
  add_row(row, result);
}

}  // namespace

QueryResult run_jq(const web::JqProgram& jq, std::string_view body, const std::stop_token& stop) {
  QueryResult result;
  Series numbers;
  for (const Json& output : jq.run(body, stop)) {
    if (output.is_object()) {
      add_object(output, result);
    } else if (const auto number = number_of(output)) {
      numbers.points.push_back({.value = *number, .time = {}});
    } else {
      throw base::Error("jq: expected a number, found " + base::printable(output.dump(), 120));
    }
  }
  if (!numbers.points.empty()) result.series.push_back(std::move(numbers));
  return result;
}

std::optional<web::JqProgram> compile_jq(const std::optional<config::Located<std::string>>& jq,
                                         const SourceLocation& location) {
  if (!jq) {
    location.report("missing key 'jq'");
    return std::nullopt;
  }
  try {
    return web::JqProgram(jq->value);
  } catch (const base::Error& error) {
    location.context.problems.error(jq->position, error.what());
    return std::nullopt;
  }
}

}  // namespace iter8::tasks::metrics
