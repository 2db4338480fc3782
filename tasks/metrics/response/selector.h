#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/expression/regex.h"
#include "tasks/metrics/response/query_result.h"

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

/// `name{label="value", other=~"a|b", …}`, or `{"any name", "any label"="value", …}`: which samples of an
/// exposition are meant.
struct Selector {
  std::string name;
  std::vector<LabelMatcher> matchers = {};

  bool accepts(const Labels& labels) const;
};

/// Throws base::Error for any other text.
Selector parse_selector(std::string_view text);

}  // namespace iter8::tasks::metrics
