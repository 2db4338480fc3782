#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/options/codec.h"
#include "load/measurement.h"

namespace iter8::tasks {

/// When a load should end early: comparisons of live numbers, `error-rate > 0.5`, joined by `and`
/// (binds closer) and `or`. The numbers, over all versions since the measurement began:
///
///   error-rate, error-count, request-count   requests that ended
///   latency-mean, latency-max, latency-pX    `latency-p99 > 2s`, a number without a unit being msec
///   lateness-pX                              of the generator itself
///   achieved-ratio                           started / due; 1 in a closed loop
///   elapsed                                  `elapsed > 10s`, a number without a unit being seconds
///
/// A comparison with a number that does not exist yet (a percentile or an error rate of no requests) is
/// false.
class StopRule {
 public:
  /// nullopt, and the problem with what was found and expected, when the text is not a rule.
  static std::optional<StopRule> parse(std::string_view text, std::string& problem);

  /// Why to stop, "error-rate > 0.5 (it was 0.62)"; nothing while there is no reason.
  std::optional<std::string> reason(const load::Snapshot& snapshot) const;

  const std::string& text() const { return text_; }

 private:
  enum class Quantity {
    error_rate,
    error_count,
    request_count,
    latency_mean,
    latency_max,
    latency_percentile,
    lateness_percentile,
    achieved_ratio,
    elapsed
  };
  enum class Operator { more, at_least, less, at_most };
  struct Comparison {
    std::string text;
    Quantity quantity = Quantity::error_rate;
    double percentile = 0;
    Operator op = Operator::more;
    double limit = 0;  // msec, seconds or a plain number
  };
  using All = std::vector<Comparison>;

  static bool parse_comparison(std::string_view text, Comparison& comparison, std::string& problem);
  static bool parse_quantity(std::string_view name, Comparison& comparison);
  static bool parse_limit(std::string_view text, Comparison& comparison);
  static std::optional<double> value_of(const Comparison& comparison, const load::Snapshot& snapshot);
  static bool holds(const Comparison& comparison, double value);

  std::string text_;
  std::vector<All> any_;
};

}  // namespace iter8::tasks

namespace iter8::config {

template <>
struct Codec<tasks::StopRule> {
  static Schema schema() { return Codec<std::string>::schema(); }
  static bool read(const Node& node, Problems& problems, tasks::StopRule& rule);
  static std::string written(const tasks::StopRule& rule) { return rule.text(); }
};

}  // namespace iter8::config
