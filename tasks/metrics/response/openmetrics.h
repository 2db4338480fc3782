#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/expression/regex.h"
#include "tasks/metrics/response/query_result.h"
#include "tasks/metrics/response/reading.h"

namespace iter8::tasks::metrics {

/// One condition of a selector, as in PromQL. A label that is not there has an empty value, and a regular
/// expression is to match all of it.
struct LabelMatcher {
  enum class Operator { equal, not_equal, matches, matches_not };

  std::string label;
  Operator op = Operator::equal;
  std::string value;
  std::optional<config::Regex> regex = {};  // of the last two

  bool accepts(const Labels& labels) const;
};

/// `name{label="value", other=~"a|b", …}`: which samples of an exposition are meant.
struct Selector {
  std::string name;
  std::vector<LabelMatcher> matchers = {};

  bool accepts(const Labels& labels) const;
};

/// Throws base::Error for any other text.
Selector parse_selector(std::string_view text);

/// The samples that the selector means, of Prometheus's text format or of OpenMetrics 1.0 (whose times are
/// seconds; those of the older format are milliseconds, told apart by the closing # EOF). Throws base::Error
/// with the line's number for what is neither.
QueryResult select_samples(std::string_view exposition, const Selector& selector);

/// The same as a reading, without its time: with the metric's type, and when the process began. A histogram
/// is also selected by its name without _bucket, and a counter of OpenMetrics by that without _total.
Reading read_exposition(std::string_view exposition, const Selector& selector);

}  // namespace iter8::tasks::metrics
