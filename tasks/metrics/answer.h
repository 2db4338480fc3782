#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "experiment/metric/metric.h"

namespace iter8::tasks::metrics {

using Labels = std::vector<std::pair<std::string, std::string>>;

/// One number of an answer; NaN and infinities as the backend gave them.
struct Point {
  double value = 0;
  std::optional<base::WallTime> time;  // nothing where the backend says none
};

/// One row of an answer: what a backend calls a series, a row or a column.
struct Series {
  Labels labels;
  std::string field;          // of an answer with named columns (count, total, mean, …); empty = the value
  std::vector<Point> points;  // oldest first
  std::optional<experiment::BucketCounts> histogram;  // where the backend has histograms of its own
};

/// What a backend said to one query, before anybody judged whether it is enough.
struct Answer {
  std::vector<Series> series;
  std::vector<std::string> warnings;  // of the backend: partial data, a limit reached
};

/// `{a="1", b="2"}` for messages; "{}" without labels.
std::string to_text(const Labels& labels);

/// The value of a label, or null.
const std::string* find_label(const Labels& labels, std::string_view name);

}  // namespace iter8::tasks::metrics
