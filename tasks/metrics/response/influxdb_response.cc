#include "tasks/metrics/response/influxdb_response.h"

#include <algorithm>

#include "base/csv.h"
#include "base/error.h"
#include "base/number.h"
#include "base/text.h"
#include "tasks/metrics/response/json.h"

namespace iter8::tasks::metrics::influxdb {

namespace {

void expect_no_error(const Json& json) {
  if (const Json* error = find(json, {"error"}))
    throw base::Error("the backend says: " +
                      base::printable(error->is_string() ? error->get<std::string>() : error->dump()));
}

/// One series of the response: its columns, next to the times.
void add_series(const Json& json, QueryResult& result) {
  Labels labels;
  if (const Json* tags = find(json, {"tags"}); tags != nullptr && tags->is_object())
    for (const auto& [name, value] : tags->items())
      labels.emplace_back(name, value.is_string() ? value.get<std::string>() : value.dump());
  const Json& columns = at(json, {"columns"});
  for (std::size_t column = 0; column < columns.size(); ++column) {
    const std::string name = columns[column].is_string() ? columns[column].get<std::string>() : "";
    if (name == "time") continue;
    Series series{.labels = labels, .field = name == "value" ? "" : name};
    for (const Json& row : at(json, {"values"})) {
      if (!row.is_array() || row.size() != columns.size())
        throw base::Error("a row does not fit the columns");
      if (row[column].is_null()) continue;
      Point point{.value = expect_number(row[column]), .time = {}};
      if (columns[0] == "time") point.time = time_of_seconds(expect_number(row[0]) / 1000);
      series.points.push_back(point);
    }
    result.series.push_back(std::move(series));
  }
}

/// Whether Flux made this column itself, so that it tells nothing of the data.
bool is_technical(const std::string& column) {
  return column.empty() || column == "result" ||
         (column.starts_with('_') && column != "_field" && column != "_measurement");
}

void add_csv_row(const std::vector<std::string>& head, const std::vector<std::string>& row,
                 QueryResult& result, SeriesIndex& index) {
  if (row.size() != head.size()) throw base::Error("a row of the CSV does not fit its head");
  Labels labels;
  Point point;
  bool has_value = false;
  for (std::size_t i = 0; i < head.size(); ++i) {
    if (head[i] == "error" && !row[i].empty())
      throw base::Error("the backend says: " + base::printable(row[i]));
    if (head[i] == "_time" && !row[i].empty()) point.time = base::parse_rfc3339(row[i]);
    if (head[i] == "_value" && !row[i].empty()) {
      point.value = expect_number(Json(row[i]));
      has_value = true;
    }
    if (!is_technical(head[i])) labels.emplace_back(head[i], row[i]);
  }
  Series& series = index.find_or_add(result.series, std::move(labels), {});
  if (has_value) series.points.push_back(point);
}

}  // namespace

QueryResult parse_influxql_response(std::string_view body) {
  const Json json = parse_json(body);
  expect_no_error(json);
  QueryResult result;
  bool is_partial = false;
  for (const Json& statement : at(json, {"results"})) {
    expect_no_error(statement);
    if (const Json* partial = find(statement, {"partial"}); partial != nullptr && *partial == true)
      is_partial = true;
    if (const Json* series = find(statement, {"series"}))
      for (const Json& each : *series) add_series(each, result);
  }
  if (is_partial) mark_partial(result, "the answer is partial: the server's row limit was reached");
  return result;
}

QueryResult parse_flux_response(std::string_view body) {
  QueryResult result;
  SeriesIndex index;
  std::vector<std::string> head;
  bool annotated = false;
  for (const std::vector<std::string>& row : base::csv_records(body)) {
    if (row.front().starts_with('#')) {
      annotated = true;  // the next row that is not an annotation is the head of a table
      head.clear();
    } else if (head.empty()) {
      head = row;
      const bool is_table =
          std::ranges::find(head, "_value") != head.end() || std::ranges::find(head, "error") != head.end();
      if (!annotated || !is_table)
        throw base::Error("expected annotated CSV with a column _value, found " + base::printable(body, 120));
    } else {
      add_csv_row(head, row, result, index);
    }
  }
  for (Series& series : result.series)
    std::erase_if(series.labels, [](const auto& label) { return label.first == "table"; });
  return result;
}

}  // namespace iter8::tasks::metrics::influxdb
