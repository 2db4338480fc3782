#include "experiment/metric/metric.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <utility>

#include "base/number.h"

namespace iter8::experiment {

namespace {

constexpr std::array<std::pair<MetricKind, std::string_view>, 6> kKindNames = {{
    {MetricKind::counter, "counter"},
    {MetricKind::gauge, "gauge"},
    {MetricKind::proportion, "proportion"},
    {MetricKind::summary, "summary"},
    {MetricKind::histogram, "histogram"},
    {MetricKind::samples, "samples"},
}};

/// What the aggregates of a sample are computed from.
struct SampleMoments {
  double count = 0;
  double mean = 0;
  double squares = 0;  // sum of squared distances from the mean
  double min = 0;
  double max = 0;
};

std::optional<SampleMoments> sample_moments(const Samples& samples) {
  const std::vector<double>& values = samples.values;
  if (values.empty()) return std::nullopt;
  const auto count = static_cast<double>(values.size());
  const double mean = std::accumulate(values.begin(), values.end(), 0.0) / count;
  double squares = 0;
  for (const double value : values) squares += (value - mean) * (value - mean);
  const auto [min, max] = std::minmax_element(values.begin(), values.end());
  return SampleMoments{.count = count, .mean = mean, .squares = squares, .min = *min, .max = *max};
}

std::optional<SampleMoments> sample_moments(const SampleSummary& summary) {
  if (summary.count <= 0) return std::nullopt;
  const auto count = static_cast<double>(summary.count);
  const double unknown = std::nan("");
  return SampleMoments{.count = count,
                       .mean = summary.mean,
                       .squares = summary.variance * (count - 1),
                       .min = summary.min.value_or(unknown),
                       .max = summary.max.value_or(unknown)};
}

/// Assumes that every value lies in the middle of its bucket, and the extremes at the outer edges.
std::optional<SampleMoments> sample_moments(const BucketCounts& histogram) {
  SampleMoments moments;
  for (const Bucket& bucket : histogram.buckets) {
    if (bucket.count <= 0) continue;
    if (moments.count == 0) moments.min = bucket.lower;
    moments.max = bucket.upper;
    moments.count += static_cast<double>(bucket.count);
    moments.mean += static_cast<double>(bucket.count) * (bucket.lower + bucket.upper) / 2;
  }
  if (moments.count == 0) return std::nullopt;
  moments.mean /= moments.count;
  for (const Bucket& bucket : histogram.buckets) {
    const double distance = (bucket.lower + bucket.upper) / 2 - moments.mean;
    moments.squares += static_cast<double>(std::max<std::int64_t>(bucket.count, 0)) * distance * distance;
  }
  return moments;
}

std::optional<SampleMoments> sample_moments(const Proportion&) {
  return std::nullopt;
}
std::optional<SampleMoments> sample_moments(double) {
  return std::nullopt;
}

std::optional<double> percentile_in(const Samples& samples, double p) {
  if (samples.values.empty()) return std::nullopt;
  std::vector<double> sorted = samples.values;
  std::sort(sorted.begin(), sorted.end());
  const double rank = static_cast<double>(sorted.size() - 1) * p / 100;
  const auto below = static_cast<std::size_t>(rank);
  const std::size_t above = std::min(below + 1, sorted.size() - 1);
  return sorted[below] + (rank - std::floor(rank)) * (sorted[above] - sorted[below]);
}

std::optional<double> percentile_in(const BucketCounts& histogram, double p) {
  double total = 0;
  for (const Bucket& bucket : histogram.buckets) total += static_cast<double>(bucket.count);
  const double rank = p / 100 * total;
  double before = 0;
  std::optional<double> last;  // rounding may leave rank a hair above the sum of all counts
  for (const Bucket& bucket : histogram.buckets) {
    if (bucket.count <= 0) continue;
    const auto count = static_cast<double>(bucket.count);
    if (before + count >= rank) {
      if (!std::isfinite(bucket.upper)) return bucket.lower;  // all that is known: it is above that
      return bucket.lower + (rank - before) / count * (bucket.upper - bucket.lower);
    }
    before += count;
    last = bucket.upper;
  }
  return last;
}

/// Nothing for an unknown minimum or an overflow.
std::optional<double> if_finite(double value) {
  return std::isfinite(value) ? std::optional(value) : std::nullopt;
}

}  // namespace

std::string_view to_text(MetricKind kind) {
  for (const auto& [known, name] : kKindNames)
    if (known == kind) return name;
  return "gauge";
}

std::string_view to_text(Span span) {
  return span == Span::since_start ? "since-start" : "since-last";
}

std::optional<MetricKind> parse_metric_kind(std::string_view text) {
  for (const auto& [kind, name] : kKindNames)
    if (name == text) return kind;
  return std::nullopt;
}

std::optional<double> value_of(const MetricData& data) {
  if (const auto* scalar = std::get_if<double>(&data)) return if_finite(*scalar);
  if (const auto* proportion = std::get_if<Proportion>(&data)) {
    if (proportion->total <= 0) return std::nullopt;
    return static_cast<double>(proportion->count) / static_cast<double>(proportion->total);
  }
  if (std::holds_alternative<BucketCounts>(data)) return std::nullopt;
  return aggregate_of(data, "mean");
}

std::optional<double> percentile_of(const MetricData& data, double p) {
  if (!(p >= 0 && p <= 100)) return std::nullopt;
  if (const auto* samples = std::get_if<Samples>(&data)) return percentile_in(*samples, p);
  if (const auto* histogram = std::get_if<BucketCounts>(&data)) return percentile_in(*histogram, p);
  return std::nullopt;
}

std::optional<double> aggregate_of(const MetricData& data, std::string_view aggregate) {
  if (aggregate.size() > 1 && aggregate.front() == 'p') {
    const std::optional<double> p = base::parse_number(aggregate.substr(1));
    return p ? percentile_of(data, *p) : std::nullopt;
  }
  const auto moments = std::visit([](const auto& held) { return sample_moments(held); }, data);
  if (!moments) return std::nullopt;
  if (aggregate == "count") return moments->count;
  if (aggregate == "mean") return if_finite(moments->mean);
  if (aggregate == "stddev") return if_finite(std::sqrt(std::max(0.0, moments->squares) / moments->count));
  if (aggregate == "min") return if_finite(moments->min);
  if (aggregate == "max") return if_finite(moments->max);
  return std::nullopt;
}

}  // namespace iter8::experiment
