// Where the values of histograms lie: their distribution, and the value at each percentile, drawn so that the
// slowest thousandth has as much room as the slowest half.
#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "experiment/metric/metric_name.h"
#include "report/distribution.h"
#include "report/html/chart.h"
#include "report/html/judged_limits.h"
#include "report/html/markup.h"
#include "report/html/sections.h"

namespace iter8::report {

using experiment::Result;

namespace {

constexpr std::size_t kBins = 44;
constexpr std::size_t kMostCharts = 12;  // metrics
constexpr std::size_t kMostLines = 120;  // of all of them
constexpr std::size_t kFilledVersions = 3;

ChartLine share_line(const Distribution& distribution, std::size_t version, std::size_t versions) {
  ChartLine line{.version = version, .look = versions <= kFilledVersions ? "filled" : ""};
  line.points.emplace_back(distribution.edges.front(), 0);
  for (std::size_t bin = 0; bin < distribution.shares[version].size(); ++bin) {
    const double middle = std::sqrt(distribution.edges[bin] * distribution.edges[bin + 1]);
    line.points.emplace_back(middle, 100 * distribution.shares[version][bin]);
  }
  line.points.emplace_back(distribution.edges.back(), 0);
  return line;
}

std::string share_chart(const View& view, const Distribution& distribution,
                        const std::vector<JudgedLimit>& limits) {
  Chart chart{.title = distribution.metric + ": distribution",
              .caption = "share of the samples by value",
              .description = distribution.metric + ": share of the samples by value",
              .group = "distribution-" + distribution.metric};
  double highest = 0;
  double low = distribution.edges.front(), high = distribution.edges.back();
  for (std::size_t version = 0; version < distribution.shares.size(); ++version) {
    if (distribution.shares[version].empty()) continue;
    chart.lines.push_back(share_line(distribution, version, distribution.shares.size()));
    for (const double share : distribution.shares[version]) highest = std::max(highest, 100 * share);
  }
  for (const JudgedLimit& limit : limits) {
    if (!(limit.at > 0)) continue;
    low = std::min(low, limit.at);
    high = std::max(high, limit.at);
    chart.limits.push_back({.axis = ChartLimit::Axis::x, .at = limit.at, .label = limit.label});
  }
  const auto y = axis_from_zero(highest, "%");
  const auto x = logarithmic_axis(low, high, distribution.unit);
  if (!y || !x) return {};
  chart.x = *x;
  chart.y = *y;
  return chart_markup(view, chart);
}

double place_of(double percentile) {
  return -std::log10(1 - percentile / 100);
}

/// As far as one sample in a thousand, ten thousand and so on exists.
ChartLine percentile_line(const experiment::BucketCounts& counts, std::size_t version) {
  constexpr double kFarthest = 5, kStep = 0.08;
  double total = 0;
  for (const experiment::Bucket& bucket : counts.buckets) total += static_cast<double>(bucket.count);
  ChartLine line{.version = version};
  if (total <= 0) return line;
  const double end = std::min(kFarthest, std::log10(std::max(total, 2.0)));
  for (double place = 0; place < end + kStep; place += kStep) {
    const double at = std::min(place, end);
    const auto value = experiment::percentile_of(counts, 100 * (1 - std::pow(10, -at)));
    if (value && std::isfinite(*value) && *value > 0) line.points.emplace_back(at, value);
  }
  return line;
}

ChartAxis percentile_axis(double end) {
  ChartAxis axis{.high = std::max(end, 1.0), .unit = "percentile", .kind = "percentile"};
  for (const double percentile : {50.0, 90.0, 99.0, 99.9, 99.99, 99.999})
    if (place_of(percentile) <= axis.high + 0.01)
      axis.ticks.emplace_back(place_of(percentile), fmt::format("p{:.6g}", percentile));
  return axis;
}

std::string percentile_chart(const View& view, const Distribution& distribution,
                             const std::vector<JudgedLimit>& limits) {
  Chart chart{.title = distribution.metric + ": percentiles",
              .caption = "the value that so many percent of the samples do not exceed",
              .description = distribution.metric + ": value by percentile",
              .group = "percentiles-" + distribution.metric};
  const auto& series = view.result.metrics.at(distribution.metric);
  double low = std::numeric_limits<double>::infinity(), high = 0, end = 0;
  for (std::size_t version = 0; version < series.versions.size(); ++version) {
    const auto counts = all_buckets(series, version);
    if (!counts) continue;
    ChartLine line = percentile_line(*counts, version);
    if (line.points.empty()) continue;
    for (const auto& [place, value] : line.points) {
      low = std::min(low, *value);
      high = std::max(high, *value);
    }
    end = std::max(end, line.points.back().first);
    chart.lines.push_back(std::move(line));
  }
  for (const JudgedLimit& limit : limits) {
    if (!limit.percentile || *limit.percentile >= 100 || !(limit.at > 0)) continue;
    low = std::min(low, limit.at);
    high = std::max(high, limit.at);
    chart.limits.push_back({.at = limit.at, .label = limit.label, .until = place_of(*limit.percentile)});
  }
  const auto y = logarithmic_axis(low, high, distribution.unit);
  if (!y || chart.lines.empty()) return {};
  chart.x = percentile_axis(end);
  chart.y = *y;
  return chart_markup(view, chart);
}

/// What a reader came for: histograms that objectives or rewards are about, and the latency of each load. The
/// others show the same requests from other sides.
bool is_important(const Result& result, const Distribution& distribution) {
  if (!limits_on(result, distribution.metric).empty()) return true;
  if (experiment::name_in_provider(distribution.metric) == "latency") return true;
  if (!experiment::is_load_metric(distribution.metric)) return true;
  if (!result.assessment) return false;
  const auto& rewards = result.assessment->rewards;
  return std::any_of(rewards.begin(), rewards.end(),
                     [&](const auto& reward) { return reward.metric.starts_with(distribution.metric); });
}

}  // namespace

std::string distribution_section(const View& view) {
  std::vector<Distribution> list = distributions(view.result, kBins);
  const auto others = std::stable_partition(
      list.begin(), list.end(), [&](const Distribution& each) { return is_important(view.result, each); });
  const auto important = static_cast<std::size_t>(others - list.begin());
  std::string text, more;
  std::size_t drawn = 0, lines = 0;
  for (; drawn < list.size() && drawn < kMostCharts && lines <= kMostLines; ++drawn) {
    const Distribution& distribution = list[drawn];
    const std::vector<JudgedLimit> limits = limits_on(view.result, distribution.metric);
    (drawn < important ? text : more) +=
        share_chart(view, distribution, limits) + percentile_chart(view, distribution, limits);
    lines += 2 * distribution.shares.size();
  }
  const auto grid = [](const std::string& charts) { return "<div class=\"charts\">" + charts + "</div>\n"; };
  if (!text.empty()) text = grid(text);
  if (!more.empty()) text += folded("More histograms of the loads", grid(more));
  if (drawn < list.size())
    text += fmt::format(
        "<p class=\"soft\">{} more histograms are in the result; iter8 report -o hdr writes those of "
        "loads.</p>\n",
        list.size() - drawn);
  return section("distributions", "Distributions", text);
}

}  // namespace iter8::report
