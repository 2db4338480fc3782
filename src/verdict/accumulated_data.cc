#include "verdict/accumulated_data.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/number.h"

namespace iter8::verdict {

using experiment::CountAbove;
using experiment::MetricKind;
using experiment::MetricSeries;
using experiment::Span;

namespace {

/// Cells of both, those that overlap brought together.
std::vector<stats::Cell> merged_cells(std::vector<stats::Cell> cells, const std::vector<stats::Cell>& more) {
  cells.insert(cells.end(), more.begin(), more.end());
  std::sort(cells.begin(), cells.end(), [](const stats::Cell& one, const stats::Cell& other) {
    return one.lower != other.lower ? one.lower < other.lower : one.upper < other.upper;
  });
  std::vector<stats::Cell> result;
  for (const stats::Cell& cell : cells) {
    const bool is_same = !result.empty() && (cell.lower < result.back().upper ||
                                             (cell.lower == result.back().lower && cell.lower == cell.upper));
    if (!is_same) {
      result.push_back(cell);
      continue;
    }
    result.back().upper = std::max(result.back().upper, cell.upper);
    result.back().count += cell.count;
  }
  return result;
}

double total_of(const std::vector<stats::Cell>& cells) {
  return std::accumulate(cells.begin(), cells.end(), 0.0,
                         [](double sum, const stats::Cell& cell) { return sum + cell.count; });
}

/// Only limits that both counted.
std::vector<CountAbove> merged_counts(const std::vector<CountAbove>& some,
                                      const std::vector<CountAbove>& more) {
  std::vector<CountAbove> result;
  for (const CountAbove& one : some)
    for (const CountAbove& other : more)
      if (one.limit == other.limit) result.push_back({one.limit, one.count + other.count});
  return result;
}

/// What `all` holds beyond `before`, which is a part of it.
stats::Moments difference_of(const stats::Moments& all, const stats::Moments& before) {
  const double count = all.count - before.count;
  if (count <= 0) return {};
  const double mean = (all.count * all.mean - before.count * before.mean) / count;
  const double distance = before.mean - mean;
  const double squares = all.variance * (all.count - 1) - before.variance * std::max(0.0, before.count - 1) -
                         distance * distance * before.count * count / all.count;
  return {.count = count, .mean = mean, .variance = count > 1 ? std::max(0.0, squares) / (count - 1) : 0};
}

std::optional<MetricSource> aggregate_source(const experiment::Result& result, const std::string& metric) {
  const std::size_t cut = metric.find_last_of("/-");
  if (cut == std::string::npos) return std::nullopt;
  const auto series = result.metrics.find(metric.substr(0, cut));
  if (series == result.metrics.end()) return std::nullopt;
  const MetricKind kind = series->second.info.kind;
  if (kind != MetricKind::histogram && kind != MetricKind::samples) return std::nullopt;

  const std::string aggregate = metric.substr(cut + 1);
  if (aggregate == "mean") return MetricSource{.quantity = Quantity::mean, .series = series->first};
  const auto percent = aggregate.starts_with('p') ? base::parse_number(aggregate.substr(1)) : std::nullopt;
  if (!percent || !(*percent > 0 && *percent < 100)) return std::nullopt;
  return MetricSource{.quantity = Quantity::quantile, .series = series->first, .quantile = *percent / 100};
}

}  // namespace

MetricSource source_of(const experiment::Result& result, const std::string& metric) {
  const auto recorded = result.metrics.find(metric);
  if (recorded != result.metrics.end()) {
    const MetricKind kind = recorded->second.info.kind;
    if (kind == MetricKind::proportion) return {.quantity = Quantity::proportion, .series = metric};
    if (kind == MetricKind::summary || kind == MetricKind::samples)
      return {.quantity = Quantity::mean, .series = metric};
  }
  if (const auto source = aggregate_source(result, metric)) return *source;
  return {.series = recorded == result.metrics.end() ? "" : metric};
}

void AccumulatedData::begin_look() {
  new_counts = {};
  new_moments = {};
  new_observations = 0;
}

void AccumulatedData::begin_run() {
  last_counts_ = {};
  last_moments_ = {};
  base_cells_ = cells;
  base_above_ = above;
}

void AccumulatedData::add_counts(const stats::Counts& all, Span span) {
  stats::Counts added = all;
  if (span == Span::since_start) {
    const bool is_reset = all.total < last_counts_.total || all.events < last_counts_.events;
    resets += is_reset ? 1 : 0;
    stale += all.total == last_counts_.total && observations > 0 ? 1 : 0;
    if (!is_reset)
      added = {.events = all.events - last_counts_.events, .total = all.total - last_counts_.total};
    last_counts_ = all;
  }
  counts = counts + added;
  new_counts = new_counts + added;
}

void AccumulatedData::add_moments(const stats::Moments& all, Span span) {
  stats::Moments added = all;
  if (span == Span::since_start) {
    const bool is_reset = all.count < last_moments_.count;
    resets += is_reset ? 1 : 0;
    stale += all.count == last_moments_.count && observations > 0 ? 1 : 0;
    if (!is_reset && last_moments_.count > 0) added = difference_of(all, last_moments_);
    last_moments_ = all;
  }
  moments = moments.count > 0 ? moments + added : added;
  new_moments = new_moments.count > 0 ? new_moments + added : added;
}

void AccumulatedData::add_cells(const std::vector<stats::Cell>& all, std::vector<CountAbove> exact,
                                Span span) {
  const bool holds_earlier =
      span == Span::since_start && total_of(all) + total_of(base_cells_) >= total_of(cells);
  if (!holds_earlier) {
    base_cells_ = cells;
    base_above_ = above;
  }
  const bool is_first = base_cells_.empty();
  cells = merged_cells(base_cells_, all);
  above = is_first ? std::move(exact) : merged_counts(base_above_, exact);
}

template <>
void AccumulatedData::add_data(const double& value, Span) {
  scalars.push_back(value);
}

template <>
void AccumulatedData::add_data(const experiment::Proportion& data, Span span) {
  add_counts({.events = static_cast<double>(data.count), .total = static_cast<double>(data.total)}, span);
}

template <>
void AccumulatedData::add_data(const experiment::SampleSummary& data, Span span) {
  add_moments({.count = static_cast<double>(data.count),
               .mean = data.mean,
               .variance = data.variance,
               .skewness = data.skewness},
              span);
}

template <>
void AccumulatedData::add_data(const experiment::BucketCounts& data, Span span) {
  std::vector<stats::Cell> all;
  stats::Moments of_middles;
  for (const experiment::Bucket& bucket : data.buckets) {
    if (bucket.count <= 0) continue;
    all.push_back({.lower = bucket.lower, .upper = bucket.upper, .count = static_cast<double>(bucket.count)});
    const double middle = (bucket.lower + bucket.upper) / 2;
    const stats::Moments same{.count = all.back().count, .mean = middle, .skewness = 0};
    of_middles = of_middles.count > 0 ? of_middles + same : same;
  }
  add_moments(of_middles, span);
  add_cells(all, data.above, span);
}

template <>
void AccumulatedData::add_data(const experiment::Samples& data, Span span) {
  if (data.values.empty()) return;
  add_moments(stats::moments_of(data.values), span);
  add_cells(stats::cells_of(data.values), {}, span);
  if (span == Span::since_start) samples.clear();
  samples.insert(samples.end(), data.values.begin(), data.values.end());
}

void AccumulatedData::add(const MetricSeries::Point& point) {
  std::visit([&](const auto& data) { add_data(data, point.span); }, point.data);
  weights = point.weights;
  window = point.span == Span::since_start ? point.window : window + point.window;
  ++observations;
  ++new_observations;
}

stats::Exceedances exceedances_of(const AccumulatedData& data, double limit) {
  for (const CountAbove& exact : data.above) {
    if (std::fabs(exact.limit - limit) > 1e-9 * std::fabs(limit)) continue;
    const auto count = static_cast<double>(exact.count);
    return {.surely = count, .possibly = count, .total = total_of(data.cells)};
  }
  return stats::exceedances(data.cells, limit);
}

}  // namespace iter8::verdict
