#include "experiment/result/merge_metrics.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "base/error.h"
#include "base/number.h"
#include "experiment/metric/metric_name.h"
#include "stats/evidence/mean.h"
#include "stats/histogram/hdr_counts.h"

namespace iter8::experiment {

namespace {

using Point = MetricSeries::Point;

constexpr double kNanosecondsInMsec = 1e6;
/// As finely as a load's own buckets are written.
constexpr std::size_t kMergedBuckets = 8;

double msec(std::int64_t nanoseconds) {
  return static_cast<double>(nanoseconds) / kNanosecondsInMsec;
}

/// Only a file that was tampered with holds counts so large that their sum overflows.
std::int64_t sum(std::int64_t one, std::int64_t other) {
  std::int64_t total = 0;
  if (__builtin_add_overflow(one, other, &total)) throw base::Error("a count is too large");
  return total;
}

Proportion sum(const Proportion& one, const Proportion& other) {
  return {.count = sum(one.count, other.count), .total = sum(one.total, other.total)};
}

template <typename Choose>
std::optional<double> choose_known(const std::optional<double>& one, const std::optional<double>& other,
                                   Choose choose) {
  if (!one || !other) return one ? one : other;
  return choose(*one, *other);
}

stats::Moments to_moments(const SampleSummary& summary) {
  return {.count = static_cast<double>(summary.count),
          .mean = summary.mean,
          .variance = summary.variance,
          .skewness = summary.skewness};
}

SampleSummary sum(const SampleSummary& one, const SampleSummary& other) {
  if (one.count == 0) return other;
  if (other.count == 0) return one;
  const stats::Moments total = to_moments(one) + to_moments(other);
  if (!std::isfinite(total.mean) || !std::isfinite(total.variance))
    throw base::Error("the moments are too large");
  return {.count = sum(one.count, other.count),
          .mean = total.mean,
          .variance = total.variance,
          .min = choose_known(one.min, other.min, [](double x, double y) { return std::min(x, y); }),
          .max = choose_known(one.max, other.max, [](double x, double y) { return std::max(x, y); }),
          .skewness = total.skewness && std::isfinite(*total.skewness) ? total.skewness : std::nullopt};
}

BucketCounts sum(const BucketCounts& one, const BucketCounts& other) {
  if (one.buckets.empty()) return other;
  if (other.buckets.empty()) return one;
  if (one.hdr.empty() || other.hdr.empty())
    throw base::Error("cannot merge a histogram without exact counts, as older versions of iter8 wrote it");
  stats::HdrCounts counts = stats::HdrCounts::parse(one.hdr);
  counts.add(stats::HdrCounts::parse(other.hdr));
  // The outermost buckets end at the extremes that were seen.
  const double min = std::min(one.buckets.front().lower, other.buckets.front().lower);
  const double max = std::max(one.buckets.back().upper, other.buckets.back().upper);
  BucketCounts total{.buckets = {}, .hdr = counts.text()};
  for (const stats::Histogram::Cell& cell : counts.cells(kMergedBuckets))
    total.buckets.push_back({.lower = std::max(msec(cell.lower), min),
                             .upper = std::min(msec(cell.upper), max),
                             .count = cell.count});
  // All shards of one experiment count values above the same limits; a limit that one of them lacks is left
  // out.
  for (const CountAbove& each : one.above)
    for (const CountAbove& same : other.above)
      if (each.limit == same.limit)
        total.above.push_back({.limit = each.limit, .count = sum(each.count, same.count)});
  return total;
}

/// Every load, however it ended, records a count of requests and the rate that it achieved.
bool is_load(const Result& result, const std::string& provider) {
  const auto count = result.metrics.find(provider + "/request-count");
  return count != result.metrics.end() && count->second.info.kind == MetricKind::counter &&
         result.metrics.contains(provider + "/rate-achieved");
}

/// Identifies one of the points that a task may record in the same iteration, counted from 0.
struct Ordinal {
  int iteration = 0;
  std::size_t number = 0;
};

/// Null if there are not that many.
template <typename Points>
auto* find_point(Points& points, Ordinal ordinal) {
  std::size_t seen = 0;
  for (auto& point : points)
    if (point.iteration == ordinal.iteration && seen++ == ordinal.number) return &point;
  return static_cast<decltype(&points.front())>(nullptr);
}

double merge_scalars(const MetricInfo& info, double one, double other) {
  if (info.kind == MetricKind::counter || info.unit == "/s") {
    if (!std::isfinite(one + other)) throw base::Error(info.name + " is too large");
    return one + other;
  }
  const bool least_counts = info.name.ends_with("-min") || info.name.ends_with("rate-ratio");
  return least_counts ? std::min(one, other) : std::max(one, other);
}

Samples concatenate(Samples one, const Samples& other) {
  one.values.insert(one.values.end(), other.values.begin(), other.values.end());
  return one;
}

MetricData sum(const MetricInfo& info, const MetricData& into, const MetricData& data) {
  return std::visit(
      [&](const auto& one) -> MetricData {
        using Data = std::decay_t<decltype(one)>;
        const auto* other = std::get_if<Data>(&data);
        if (!other) throw base::Error(info.name + " has a different kind in another shard");
        if constexpr (std::is_same_v<Data, double>)
          return merge_scalars(info, one, *other);
        else if constexpr (std::is_same_v<Data, Samples>)
          return concatenate(one, *other);
        else
          return sum(one, *other);
      },
      into);
}

void add_points(const MetricInfo& info, std::vector<Point>& into, const std::vector<Point>& points) {
  std::map<int, std::size_t> seen;
  for (const Point& point : points) {
    Point* same = find_point(into, Ordinal{point.iteration, seen[point.iteration]++});
    if (!same) {
      into.push_back(point);
      continue;
    }
    same->window = std::max(same->window, point.window);
    same->samples = sum(same->samples, point.samples);
    same->data = sum(info, same->data, point.data);
  }
}

void add_series(MetricSeries& into, const MetricSeries& series) {
  into.versions.resize(std::max(into.versions.size(), series.versions.size()));
  for (std::size_t version = 0; version < series.versions.size(); ++version)
    add_points(into.info, into.versions[version], series.versions[version]);
}

/// Recomputes the gauges of one load from its histograms and moments.
class GaugeDerivation {
 public:
  GaugeDerivation(Result& total, std::string provider) : total_(total), provider_(std::move(provider)) {}

  void run() {
    for (auto& [name, series] : total_.metrics) {
      if (!name.starts_with(provider_ + "/") || series.info.kind != MetricKind::gauge) continue;
      for (std::size_t version = 0; version < series.versions.size(); ++version) {
        std::map<int, std::size_t> seen;
        for (Point& point : series.versions[version])
          derive(name, version, {point.iteration, seen[point.iteration]++}, point);
      }
    }
  }

 private:
  template <typename Data>
  const Data* find(const std::string& name, std::size_t version, Ordinal ordinal) const {
    const auto series = total_.metrics.find(provider_ + "/" + name);
    if (series == total_.metrics.end() || version >= series->second.versions.size()) return nullptr;
    const Point* point = find_point(series->second.versions[version], ordinal);
    return point ? std::get_if<Data>(&point->data) : nullptr;
  }

  void derive(const std::string& name, std::size_t version, Ordinal ordinal, Point& point) const {
    const std::string own = name.substr(provider_.size() + 1);
    if (own == "latency-stddev" || own == "ok-latency-stddev") {
      const std::string mean = own.substr(0, own.rfind('-')) + "-mean";
      const auto* summary = find<SampleSummary>(mean, version, ordinal);
      if (!summary || summary->count == 0) return;
      const auto n = static_cast<double>(summary->count);
      point.data = std::sqrt(std::max(0.0, summary->variance)) * std::sqrt(std::max(0.0, (n - 1) / n));
      return;
    }
    const std::size_t at = own.rfind("-p");
    const auto percent = at == std::string::npos ? std::nullopt : base::parse_number(own.substr(at + 2));
    if (!percent || !(*percent >= 0 && *percent <= 100)) return;
    const auto* counts = find<BucketCounts>(own.substr(0, at), version, ordinal);
    if (!counts || counts->hdr.empty() || counts->buckets.empty()) return;
    if (*percent <= 0)
      point.data = counts->buckets.front().lower;
    else
      point.data = std::min(msec(stats::HdrCounts::parse(counts->hdr).percentile(*percent)),
                            counts->buckets.back().upper);
  }

  Result& total_;
  std::string provider_;
};

}  // namespace

void add_metrics(Result& total, const Result& shard) {
  for (const auto& [name, series] : shard.metrics) {
    const auto [into, is_new] = total.metrics.try_emplace(name, series);
    if (!is_new && is_load(shard, provider_of(name))) add_series(into->second, series);
  }
}

void derive_metrics(Result& total) {
  for (const auto& [name, series] : total.metrics)
    if (name.ends_with("/request-count") && is_load(total, provider_of(name)))
      GaugeDerivation(total, provider_of(name)).run();
}

}  // namespace iter8::experiment
