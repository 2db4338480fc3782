#include "report/distribution.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <utility>

namespace iter8::report {

using experiment::Bucket;
using experiment::BucketCounts;
using experiment::MetricSeries;
using experiment::Result;

namespace {

/// Without infinite ends, which have no place on a plot.
Bucket drawable(Bucket bucket) {
  if (!std::isfinite(bucket.lower)) bucket.lower = bucket.upper;
  if (!std::isfinite(bucket.upper)) bucket.upper = bucket.lower;
  return bucket;
}

struct Range {
  double low = std::numeric_limits<double>::infinity();
  double high = 0;

  void include(const BucketCounts& counts) {
    for (const Bucket& bucket : counts.buckets) {
      const Bucket shown = drawable(bucket);
      if (bucket.count <= 0 || !std::isfinite(shown.upper) || shown.upper <= 0) continue;
      // A logarithmic axis has no zero: the first bucket begins at a hundredth of its end.
      low = std::min(low, shown.lower > 0 ? shown.lower : shown.upper / 100);
      high = std::max(high, shown.upper);
    }
  }
  bool is_empty() const { return !(low < high); }
};

std::vector<double> edges_of(const Range& range, std::size_t bins) {
  std::vector<double> edges;
  const double ratio = std::pow(range.high / range.low, 1.0 / static_cast<double>(bins));
  for (std::size_t i = 0; i < bins; ++i) edges.push_back(range.low * std::pow(ratio, static_cast<double>(i)));
  edges.push_back(range.high);
  return edges;
}

std::vector<double> shares_of(const BucketCounts& counts, const std::vector<double>& edges) {
  std::vector<double> shares(edges.size() - 1, 0.0);
  double total = 0;
  for (const Bucket& bucket : counts.buckets) {
    const Bucket shown = drawable(bucket);
    const auto count = static_cast<double>(bucket.count);
    total += count;
    const double width = shown.upper - shown.lower;
    for (std::size_t bin = 0; bin < shares.size(); ++bin) {
      const double left = std::max(shown.lower, bin == 0 ? shown.lower : edges[bin]);
      const double right = std::min(shown.upper, bin + 1 == shares.size() ? shown.upper : edges[bin + 1]);
      const bool holds_point = width <= 0 && shown.upper >= left && shown.upper <= right && left <= right;
      if (width > 0 && right > left) shares[bin] += count * (right - left) / width;
      if (holds_point) {
        shares[bin] += count;
        break;
      }
    }
  }
  if (total > 0)
    for (double& share : shares) share /= total;
  return shares;
}

}  // namespace

std::optional<BucketCounts> all_buckets(const MetricSeries& series, std::size_t version) {
  std::optional<BucketCounts> latest;
  std::map<std::pair<double, double>, std::int64_t> sum;  // by the bucket's edges
  for (const MetricSeries::Point& point : series.versions[version]) {
    const auto* counts = std::get_if<BucketCounts>(&point.data);
    if (!counts) continue;
    if (point.span != experiment::Span::since_last) sum.clear();
    for (const Bucket& bucket : counts->buckets) sum[{bucket.lower, bucket.upper}] += bucket.count;
    latest = *counts;
  }
  if (!latest || series.versions[version].size() == 1) return latest;
  BucketCounts all;
  for (const auto& [edges, count] : sum)
    all.buckets.push_back({.lower = edges.first, .upper = edges.second, .count = count});
  return all;
}

std::vector<Distribution> distributions(const Result& result, std::size_t bins) {
  std::vector<Distribution> list;
  for (const auto& [name, series] : result.metrics) {
    if (series.info.kind != experiment::MetricKind::histogram) continue;
    Range range;
    for (std::size_t version = 0; version < series.versions.size(); ++version)
      if (const auto counts = all_buckets(series, version)) range.include(*counts);
    if (range.is_empty()) continue;

    Distribution one{.metric = name, .unit = series.info.unit, .edges = edges_of(range, bins), .shares = {}};
    for (std::size_t version = 0; version < series.versions.size(); ++version) {
      const auto counts = all_buckets(series, version);
      one.shares.push_back(counts ? shares_of(*counts, one.edges) : std::vector<double>());
    }
    list.push_back(std::move(one));
  }
  return list;
}

}  // namespace iter8::report
