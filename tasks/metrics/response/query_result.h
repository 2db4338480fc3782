#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "experiment/metric/metric.h"

namespace iter8::tasks::metrics {

using Labels = std::vector<std::pair<std::string, std::string>>;

/// One number of a series; NaN and infinities as the backend gave them.
struct Point {
  double value = 0;
  std::optional<base::WallTime> time;  // nothing where the backend says none
};

/// What a backend calls a series, a row or a column.
struct Series {
  Labels labels;
  std::string field;          // in a result with named columns (count, total, mean, …); empty = the value
  std::vector<Point> points;  // oldest first
  std::optional<experiment::BucketCounts> histogram;  // where the backend has histograms of its own
  std::string partial = {};  // why points of it may be missing, where the backend left some out
  bool adds_up = false;      // it is a part of a number: several need no expectSeries
};

/// What a backend gave for one query, the same for all of them, before anybody judged whether it is enough.
struct QueryResult {
  std::vector<Series> series;
  std::vector<std::string> warnings;  // of the backend
  std::string partial = {};           // why whole series may be missing, where the backend left some out
};

/// Adds the next page of a result that came in several: points of a series that is there already follow its
/// own, and the newest page says whether some of it are still missing.
void append_page(QueryResult& result, QueryResult page);

/// Whole series may be missing, and points of every one that is there.
void mark_partial(QueryResult& result, const std::string& reason);

/// `{a="1", b="2"}` for messages; "{}" without labels.
std::string to_text(const Labels& labels);

/// The value of a label, or null.
const std::string* find_label(const Labels& labels, std::string_view name);

/// One column of a row of a table.
struct Cell {
  std::string name;
  std::string text;
  std::optional<double> number;  // NaN for a null
};

/// Adds the row: a series for each column that is a number, named by its field (`value` is the value), with
/// every column as a label, so that rows can be told apart by any of them.
void add_row(const std::vector<Cell>& row, QueryResult& result);

}  // namespace iter8::tasks::metrics
