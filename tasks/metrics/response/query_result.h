#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <unordered_map>
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

/// Beyond it, a double skips whole numbers.
constexpr double kLargestCount = 9007199254740992.0;  // 2^53

/// The number, if it can be one of things that were counted: from 0 to kLargestCount, whole or not. Throws
/// base::Error, which begins with `what`.
double expect_count(double value, const std::string& what);

/// Where the series of a list stand in it, by labels and field: found without looking at the others. Each
/// call is to have the same list.
class SeriesIndex {
 public:
  void add(const Series& series, std::size_t place);
  /// The place of the first series that is the same but for its points. Nothing where there is none.
  std::optional<std::size_t> find(const std::vector<Series>& all, const Labels& labels,
                                  const std::string& field) const;
  /// find(), and it is not found again.
  std::optional<std::size_t> take(const std::vector<Series>& all, const Labels& labels,
                                  const std::string& field);
  /// The series of `all` with these labels and field, which is added where there is none.
  Series& find_or_add(std::vector<Series>& all, Labels labels, const std::string& field);

 private:
  std::unordered_map<std::size_t, std::vector<std::size_t>> places_;  // by hash, in the order of adding
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
