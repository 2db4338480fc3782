#include "verdict/ideal_result.h"

#include <algorithm>
#include <cmath>

#include "base/duration.h"
#include "experiment/metric/metric.h"

namespace iter8::verdict {

namespace {

using experiment::LoadSeries;
using experiment::MetricKind;
using experiment::Result;
using stats::LoadSlice;
using stats::LoadSlices;

constexpr double kGolden = 0.6180339887498949;
constexpr std::int64_t kMostOneByOne = 64;  // requests of a slice
constexpr double kNanoseconds = 1e6;        // in a millisecond

/// Evenly spread over (-1/2, 1/2), as even over every part of a run as over all of it.
double variation(std::size_t index) {
  const double turns = static_cast<double>(index) * kGolden;
  return turns - std::floor(turns) - 0.5;
}

/// How long the slices of a load are that lasts so many seconds.
base::Duration width_for(double seconds) {
  base::Duration width = LoadSlices::kShortest;
  while (seconds > base::to_seconds(width) * static_cast<double>(LoadSlices::kMost)) width *= 2;
  return width;
}

/// The share of `total` that is reached at slice `number` of `count`, as a whole number.
std::int64_t reached(double total, std::size_t number, std::size_t count) {
  return std::llround(std::floor(total * static_cast<double>(number) / static_cast<double>(count)));
}

/// Makes the slices of one load, in order.
class SliceFiller {
 public:
  SliceFiller(const IdealVersion& version, const std::optional<double>& limit)
      : version_(version), limit_(limit) {}

  LoadSlice next(std::int64_t requests, std::int64_t errors) {
    LoadSlice slice;
    if (errors > 0) slice.errors = {errors};
    fill(slice.failed, errors);
    fill(slice.ok, requests - errors);
    return slice;
  }

 private:
  void fill(stats::SliceLatencies& latencies, std::int64_t count) {
    latencies.count = count;
    if (limit_ && count > kMostOneByOne) return fill_together(latencies);
    std::int64_t above = 0;
    for (std::int64_t i = 0; i < count; ++i) {
      const double latency = version_.latency * (1 + version_.spread * variation(number_++));
      latencies.sum += latency;
      latencies.squares += latency * latency;
      above += limit_ && latency > *limit_ ? 1 : 0;
      if (!limit_) histogram_.record(std::llround(latency * kNanoseconds));
    }
    latencies.capped_sum = latencies.sum;
    latencies.capped_squares = latencies.squares;
    if (limit_) latencies.above = {above};
    if (!limit_) latencies.histogram = histogram_.take();
  }

  /// Only their mean varies.
  void fill_together(stats::SliceLatencies& latencies) {
    const auto count = static_cast<double>(latencies.count);
    const double latency = version_.latency * (1 + version_.spread * variation(number_++) / std::sqrt(count));
    latencies.sum = latencies.capped_sum = count * latency;
    latencies.squares = latencies.capped_squares = latencies.sum * latency;
    latencies.above = {latency > *limit_ ? latencies.count : 0};
  }

  const IdealVersion& version_;
  const std::optional<double>& limit_;
  std::size_t number_ = 0;
  stats::Sketch::Builder histogram_;  // where no limit is counted exactly
};

LoadSeries series_of(const IdealLoads::Load& load, const IdealVersion& version, std::size_t index,
                     base::WallTime start, const std::optional<double>& limit) {
  const double requests = *load.plan.requests;
  const base::Duration width = width_for(load.plan.seconds);
  const double exact = load.plan.seconds / base::to_seconds(width);
  const auto count =
      std::clamp(static_cast<std::size_t>(std::ceil(exact - 1e-6)), std::size_t{1}, LoadSlices::kMost);
  SliceFiller filler(version, limit);
  std::vector<LoadSlice> slices;
  for (std::size_t i = 0; i < count; ++i) {
    const std::int64_t sent = reached(requests, i + 1, count) - reached(requests, i, count);
    const std::int64_t errors = reached(requests * version.error_share, i + 1, count) -
                                reached(requests * version.error_share, i, count);
    slices.push_back(filler.next(sent, std::min(sent, errors)));
  }
  LoadSeries series{.provider = load.plan.provider,
                    .version = index,
                    .iteration = load.iteration,
                    .start = start,
                    .seconds = load.plan.seconds,
                    .slices = LoadSlices(width, start.time_since_epoch() / width, std::move(slices)),
                    .cap = std::max(1.0, 2 * version.latency)};
  if (limit) series.limits = {*limit};
  if (version.error_share > 0) series.error_classes = {"status"};
  return series;
}

/// Records the observations of one load on one version.
class Recording {
 public:
  Recording(Result& result, const LoadSeries& series) : result_(result), series_(series) {}

  void add(const std::string& name, MetricKind kind, const std::string& unit, experiment::MetricData data) {
    const std::string metric = series_.provider + "/" + name;
    experiment::MetricSeries& all = result_.metrics[metric];
    all.info = {.name = metric, .kind = kind, .unit = unit};
    all.versions.resize(result_.versions.size());
    all.versions[series_.version].push_back({.iteration = series_.iteration,
                                             .data = std::move(data),
                                             .window = base::from_seconds(series_.seconds)});
  }

 private:
  Result& result_;
  const LoadSeries& series_;
};

void record(const LoadSeries& series, const IdealVersion& version, const std::optional<double>& limit,
            Result& result) {
  std::int64_t requests = 0;
  std::int64_t errors = 0;
  for (const LoadSlice& slice : series.slices.slices()) {
    requests += slice.ended();
    errors += slice.error_count();
  }
  const double low = version.latency * (1 - version.spread / 2);
  const double high = version.latency * (1 + version.spread / 2);
  const auto mean = [&](std::int64_t count) {
    return experiment::SampleSummary{.count = count,
                                     .mean = version.latency,
                                     .variance = std::pow(version.latency * version.spread, 2) / 12,
                                     .min = low,
                                     .max = high,
                                     .skewness = 0};
  };
  const auto histogram = [&](std::int64_t count) {
    experiment::BucketCounts counts{.buckets = {{.lower = low, .upper = high, .count = count}}};
    if (limit) counts.above = {{.limit = *limit, .count = version.latency > *limit ? count : 0}};
    return counts;
  };
  Recording recording(result, series);
  recording.add("request-count", MetricKind::counter, "", static_cast<double>(requests));
  recording.add("error-count", MetricKind::counter, "", static_cast<double>(errors));
  recording.add("error-rate", MetricKind::proportion, "",
                experiment::Proportion{.count = errors, .total = requests});
  recording.add("latency", MetricKind::histogram, "msec", histogram(requests));
  recording.add("latency-mean", MetricKind::summary, "msec", mean(requests));
  recording.add("latency-mean-capped", MetricKind::summary, "msec", mean(requests));
  recording.add("latency-above-cap", MetricKind::proportion, "",
                experiment::Proportion{.count = 0, .total = requests});
  recording.add("ok-latency", MetricKind::histogram, "msec", histogram(requests - errors));
  recording.add("ok-latency-mean", MetricKind::summary, "msec", mean(requests - errors));
}

}  // namespace

Result ideal_result(const IdealLoads& loads, const std::vector<IdealVersion>& versions,
                    const std::optional<double>& limit) {
  Result result;
  for (std::size_t i = 0; i < versions.size(); ++i) result.versions.push_back(std::to_string(i));
  base::WallTime start{};
  const auto pass = [&start](double seconds) {  // whole slices, so that no two loads share one
    const base::Duration width = width_for(seconds);
    start += width * (static_cast<std::int64_t>(std::ceil(seconds / base::to_seconds(width))) + 1);
    start = base::WallTime(start.time_since_epoch() / width * width);
  };
  for (const IdealLoads::Load& load : loads.loads) {
    for (std::size_t i = 0; i < versions.size(); ++i) {
      result.series.push_back(series_of(load, versions[i], i, start, limit));
      record(result.series.back(), versions[i], limit, result);
      if (load.plan.is_sequential) pass(load.plan.seconds);
    }
    if (!load.plan.is_sequential) pass(load.plan.seconds);
  }
  experiment::limit_slices(result.series);
  return result;
}

}  // namespace iter8::verdict
