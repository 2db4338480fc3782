#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/clock.h"

namespace iter8::experiment {

enum class MetricKind { counter, gauge, proportion, summary, histogram, samples };

std::string_view to_text(MetricKind kind);
std::optional<MetricKind> parse_metric_kind(std::string_view text);

/// `count` of `total` have the property: errors of requests, orders of visits. 0 <= count <= total.
struct Proportion {
  std::int64_t count = 0;
  std::int64_t total = 0;
};

/// A sample without its values. `variance` is the unbiased one (n - 1), 0 for fewer than two values.
struct SampleSummary {
  std::int64_t count = 0;
  double mean = 0;
  double variance = 0;
  std::optional<double> min;
  std::optional<double> max;
  std::optional<double> skewness;
};

/// How many values lie in (lower, upper], in the metric's unit. The outermost edges may be infinite.
struct Bucket {
  double lower = 0;
  double upper = 0;
  std::int64_t count = 0;
};

/// How many of the values are above a limit, counted exactly when they were measured.
struct CountAbove {
  double limit = 0;
  std::int64_t count = 0;
};

/// A histogram: buckets in ascending order, not overlapping, empty ones left out.
struct BucketCounts {
  std::vector<Bucket> buckets;
  std::vector<CountAbove> above = {};  // at limits that objectives name
  std::string hdr = {};  // of a load: the same counts, finer and exactly addable (see stats::HdrCounts)
};

struct Samples {
  std::vector<double> values;  // in order of observation
};

/// A double is the value of a counter or gauge.
using MetricData = std::variant<double, Proportion, SampleSummary, BucketCounts, Samples>;

struct MetricInfo {
  std::string name;  // canonical, "provider/name"
  MetricKind kind = MetricKind::gauge;
  std::string unit = {};  // "msec", "" for none
  std::string description = {};
};

/// The time that the data of an observation cover. since_last: since the metric's previous observation, so
/// that observations add up. since_start: since the run began, so that the latest observation includes the
/// others.
enum class Span { since_last, since_start };

std::string_view to_text(Span span);

/// One measurement of one metric for one version. Tasks return observations; only the runner records them in
/// the result.
struct Observation {
  MetricInfo metric;
  std::size_t version = 0;
  MetricData data = 0.0;
  base::Duration window{0};  // the time over which the data were collected; 0 = unknown
  std::string query = {};    // as it was sent to the backend; empty when there was none
  std::string note = {};  // why other metrics of the task are missing, as a sentence; empty = nothing to say
  std::int64_t samples = 0;  // numbers in the backend's response; 0 = unknown
  Span span = Span::since_last;
};

/// A measurement that a backend had no data for, where the file says that this leaves the verdict open.
struct AwaitedObservation {
  MetricInfo metric;
  std::size_t version = 0;
  std::string reason;  // "the answer is empty"
};

/// The single number that represents the data: the scalar, count/total or the mean. Nothing for an empty
/// sample, a proportion with a total of 0, or a histogram, which no single number represents.
std::optional<double> value_of(const MetricData& data);

/// The p-th percentile, 0 <= p <= 100: of samples by linear interpolation between order statistics (Hyndman &
/// Fan 1996, type 7), of a histogram by linear interpolation within the bucket that holds rank p/100 * n.
/// Nothing for other kinds and without data.
std::optional<double> percentile_of(const MetricData& data, double p);

/// count, mean, stddev (of the population, as older Iter8), min, max or pX of a sample, summary or histogram.
std::optional<double> aggregate_of(const MetricData& data, std::string_view aggregate);

}  // namespace iter8::experiment
