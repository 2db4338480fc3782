#include "tasks/metrics/response/buckets.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <limits>
#include <map>
#include <set>

#include <fmt/format.h>

#include "base/error.h"
#include "base/number.h"
#include "base/text.h"

namespace iter8::tasks::metrics {

namespace {

using experiment::Bucket;
using experiment::BucketCounts;

constexpr double kInfinity = std::numeric_limits<double>::infinity();

double edge_of(const std::string& text) {
  if (text == "+Inf" || text == "Inf") return kInfinity;
  const auto edge = base::parse_number(text);
  if (!edge) throw base::Error("a bucket's edge is '" + base::printable(text) + "', expected a number");
  return *edge;
}

double latest_count(const Series& series) {
  const double value = series.points.empty() ? std::nan("") : series.points.back().value;
  return expect_count(value, "the bucket " + to_text(series.labels) + " holds");
}

Labels labels_without(const Labels& labels, std::string_view name) {
  Labels rest;
  for (const auto& label : labels)
    if (label.first != name) rest.push_back(label);
  return rest;
}

/// Counts up to each edge, of one histogram or the sum of several. 0 is where measured quantities begin.
BucketCounts from_cumulative(const std::map<double, double>& cumulative) {
  BucketCounts counts;
  double below = 0;
  double lower = std::min(0.0, cumulative.begin()->first);
  for (const auto& [upper, count] : cumulative) {
    // increase() extrapolates each bucket by itself, so that neighbours may differ by a hair.
    expect_count(count, fmt::format("the buckets up to le={} hold", base::shortest(upper)));
    if (count < below * (1 - 1e-9))
      throw base::Error(fmt::format("the cumulative count falls from {} to {} at le={}",
                                    base::shortest(below), base::shortest(count), base::shortest(upper)));
    const auto own = static_cast<std::int64_t>(std::round(count) - std::round(below));
    if (own > 0) counts.buckets.push_back({.lower = lower, .upper = upper, .count = own});
    below = std::max(below, count);
    lower = upper;
  }
  return counts;
}

BucketCounts from_ranges(const std::map<std::pair<double, double>, double>& ranges) {
  BucketCounts counts;
  double total = 0;
  for (const auto& [edges, count] : ranges) {
    total =
        expect_count(total + count, fmt::format("the buckets up to {} hold", base::shortest(edges.second)));
    const auto own = static_cast<std::int64_t>(std::round(count));
    if (own > 0) counts.buckets.push_back({.lower = edges.first, .upper = edges.second, .count = own});
  }
  return counts;
}

std::pair<double, double> range_of(const std::string& text) {
  const std::size_t dots = text.find("...");
  if (dots == std::string::npos)
    throw base::Error("vmrange: expected a range such as 1e-1...2e-1, found '" + base::printable(text) + "'");
  return {edge_of(text.substr(0, dots)), edge_of(text.substr(dots + 3))};
}

void expect_one(const std::set<Labels>& groups, ExpectSeries expected) {
  if (expected == ExpectSeries::many || groups.size() < 2) return;
  throw base::Error(
      fmt::format("{} histograms where one is expected: {}, {}, …; sum them by (le) in the query, or say "
                  "expectSeries: many",
                  groups.size(), to_text(*groups.begin()), to_text(*std::next(groups.begin()))));
}

}  // namespace

BucketCounts bucket_counts(const std::vector<const Series*>& series, ExpectSeries expected) {
  std::map<double, double> cumulative;
  std::map<std::pair<double, double>, double> ranges;
  std::set<Labels> groups;
  for (const Series* each : series) {
    const std::string* le = find_label(each->labels, "le");
    const std::string* vmrange = find_label(each->labels, "vmrange");
    if (le == nullptr && vmrange == nullptr && !each->histogram)
      throw base::Error("no buckets: a series without the label le: " + to_text(each->labels));
    groups.insert(labels_without(labels_without(each->labels, "le"), "vmrange"));
    if (each->histogram) {
      for (const Bucket& bucket : each->histogram->buckets)
        ranges[{bucket.lower, bucket.upper}] += static_cast<double>(bucket.count);
    } else if (le != nullptr) {
      cumulative[edge_of(*le)] += latest_count(*each);
    } else {
      ranges[range_of(*vmrange)] += latest_count(*each);
    }
  }
  const bool adds_up = std::ranges::all_of(series, [](const Series* each) { return each->adds_up; });
  expect_one(groups, adds_up ? ExpectSeries::many : expected);
  if (!cumulative.empty() && !ranges.empty()) throw base::Error("buckets of two kinds in one answer");
  return cumulative.empty() ? from_ranges(ranges) : from_cumulative(cumulative);
}

}  // namespace iter8::tasks::metrics
