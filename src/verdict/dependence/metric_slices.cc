#include "verdict/dependence/metric_slices.h"

#include <algorithm>
#include <cmath>
#include <span>
#include <utility>

#include "base/duration.h"
#include "experiment/metric/metric_name.h"
#include "stats/evidence/autocorrelation.h"

namespace iter8::verdict {

namespace {

using experiment::LoadSeries;
using stats::LoadSlice;
using stats::Slice;
using stats::SliceLatencies;

constexpr double kNanoseconds = 1e6;  // in a millisecond

/// Which of a slice's figures a metric is made of.
enum class Figure { latency, ok_latency, capped_latency, above_cap, errors, first_content, gap, content_gap };

/// Which of the times inside responses.
std::optional<LoadSlice::Inside> inside_of(Figure figure) {
  if (figure == Figure::first_content) return LoadSlice::first_content;
  if (figure == Figure::gap) return LoadSlice::gap;
  if (figure == Figure::content_gap) return LoadSlice::content_gap;
  return std::nullopt;
}

std::optional<Figure> figure_of(const std::string& series) {
  const std::string_view name = experiment::name_in_provider(series);
  if (name == "latency" || name == "latency-mean") return Figure::latency;
  if (name == "ok-latency" || name == "ok-latency-mean") return Figure::ok_latency;
  if (name == "latency-mean-capped") return Figure::capped_latency;
  if (name == "latency-above-cap") return Figure::above_cap;
  if (name == "error-rate") return Figure::errors;
  for (const std::string_view first : {"ttft", "time-to-first-message"})
    if (name == first || name == std::string(first) + "-mean") return Figure::first_content;
  for (const std::string_view gap : {"inter-event", "inter-message"})
    if (name == gap || name == std::string(gap) + "-mean") return Figure::gap;
  if (name == "inter-token" || name == "inter-token-mean") return Figure::content_gap;
  return std::nullopt;
}

/// Exact where the load counted at this limit, else as the histogram tells.
double count_above(const SliceLatencies& latencies, const LoadSeries& load, double limit) {
  for (std::size_t i = 0; i < load.limits.size() && i < latencies.above.size(); ++i)
    if (std::fabs(load.limits[i] - limit) <= 1e-9 * std::fabs(limit))
      return static_cast<double>(latencies.above[i]);
  // Not counted there: an empty list in a slice whose load counts means none.
  const bool is_counted = std::any_of(load.limits.begin(), load.limits.end(), [&](double each) {
    return std::fabs(each - limit) <= 1e-9 * std::fabs(limit);
  });
  return is_counted ? 0 : latencies.histogram.count_above(limit * kNanoseconds);
}

Slice slice_of(const SliceLatencies& latencies, const LoadSeries& load, Figure figure,
               const std::optional<double>& above) {
  Slice slice{.count = static_cast<double>(latencies.count)};
  if (above)
    slice.sum = count_above(latencies, load, *above);
  else
    slice.sum = figure == Figure::capped_latency ? latencies.capped_sum : latencies.sum;
  return slice;
}

Slice slice_of(const LoadSlice& slice, const LoadSeries& load, Figure figure,
               const std::optional<double>& above) {
  if (figure == Figure::errors)
    return {.count = static_cast<double>(slice.ended()), .sum = static_cast<double>(slice.error_count())};
  if (const auto inside = inside_of(figure)) {
    if (slice.inside.empty()) return {};
    const SliceLatencies& times = slice.inside[*inside];
    return {.count = static_cast<double>(times.count),
            .sum = above ? times.histogram.count_above(*above * kNanoseconds) : times.sum};
  }
  const auto threshold = figure == Figure::above_cap ? load.cap : above;
  Slice sum = slice_of(slice.ok, load, figure, threshold);
  if (figure == Figure::ok_latency) return sum;
  const Slice failed = slice_of(slice.failed, load, figure, threshold);
  sum.count += failed.count;
  sum.sum += failed.sum;
  return sum;
}

std::int64_t half_of(std::int64_t number) {
  return number >= 0 ? number / 2 : -((1 - number) / 2);
}

/// Twice as long slices, merged by their numbers as those of the load are.
void coarsen(MetricSlices::Stratum& stratum) {
  if (stratum.slices.empty()) return;
  const std::int64_t first = half_of(stratum.first);
  const auto last = stratum.first + static_cast<std::int64_t>(stratum.slices.size()) - 1;
  std::vector<Slice> coarse(static_cast<std::size_t>(half_of(last) - first) + 1);
  for (std::size_t i = 0; i < stratum.slices.size(); ++i) {
    Slice& sum =
        coarse[static_cast<std::size_t>(half_of(stratum.first + static_cast<std::int64_t>(i)) - first)];
    sum.count += stratum.slices[i].count;
    sum.sum += stratum.slices[i].sum;
  }
  stratum.first = first;
  stratum.slices = std::move(coarse);
}

void coarsen_to(MetricSlices& slices, base::Duration width) {
  for (; slices.width < width; slices.width *= 2)
    for (MetricSlices::Stratum& stratum : slices.strata) coarsen(stratum);
}

MetricSlices slices_of_loads(const std::vector<RecordedLoad>& loads, Figure figure,
                             const std::optional<double>& above) {
  MetricSlices all;
  for (const RecordedLoad& each : loads) all.width = std::max(all.width, each.load->slices.width());
  for (const RecordedLoad& each : loads) {
    const LoadSeries& load = *each.load;
    MetricSlices one{.width = load.slices.width()};
    MetricSlices::Stratum& stratum = one.strata.emplace_back();
    stratum = {.run = each.run, .step = each.step, .start = load.start, .first = load.slices.first()};
    for (const LoadSlice& slice : load.slices.slices())
      stratum.slices.push_back(slice_of(slice, load, figure, above));
    coarsen_to(one, all.width);
    all.seconds +=
        std::min(load.seconds, base::to_seconds(all.width) * static_cast<double>(stratum.slices.size()));
    all.strata.push_back(std::move(stratum));
  }
  return all;
}

MetricSlices slices_of_values(const std::vector<double>& values, const std::optional<double>& above) {
  MetricSlices all;
  MetricSlices::Stratum& stratum = all.strata.emplace_back();
  const std::size_t warmup = above ? 0 : stats::warmup_length(values);
  for (const double value : std::span(values).subspan(warmup))
    stratum.slices.push_back({.count = 1, .sum = above ? (value > *above ? 1.0 : 0.0) : value});
  return all;
}

double recorded_units(const AccumulatedData& data, Figure figure) {
  if (figure == Figure::errors || figure == Figure::above_cap) return data.counts.total;
  return data.moments.count;
}

/// The numbers [first, last) that the strata of either cover, with empty slices where one has none.
std::vector<Slice> padded(const MetricSlices::Stratum& stratum, std::int64_t first, std::int64_t end) {
  std::vector<Slice> slices(static_cast<std::size_t>(end - first));
  for (std::size_t i = 0; i < stratum.slices.size(); ++i)
    slices[static_cast<std::size_t>(stratum.first - first) + i] = stratum.slices[i];
  return slices;
}

}  // namespace

double MetricSlices::units() const {
  double units = 0;
  for (const Stratum& stratum : strata)
    for (const Slice& slice : stratum.slices) units += slice.count;
  return units;
}

std::optional<MetricSlices> metric_slices(const EvidenceStore& store, const SliceQuestion& question,
                                          std::size_t version) {
  const std::string& series = question.source.series;
  const AccumulatedData& data = store.data(series, version);
  if (!data.samples.empty()) {
    const bool is_all = static_cast<double>(data.samples.size()) == data.moments.count;
    if (!is_all || data.samples.size() < 2 * stats::kSliceGroups) return std::nullopt;
    return slices_of_values(data.samples, question.above);
  }
  const auto figure = figure_of(series);
  if (!figure || !experiment::is_load_metric(series)) return std::nullopt;
  MetricSlices slices =
      slices_of_loads(store.loads(experiment::provider_of(series), version), *figure, question.above);
  if (slices.strata.empty() || slices.units() != recorded_units(data, *figure)) return std::nullopt;
  return slices;
}

std::optional<PairedSlices> paired(const MetricSlices& baseline, const MetricSlices& candidate) {
  if (baseline.strata.size() != candidate.strata.size() || baseline.width == base::Duration{0} ||
      candidate.width == base::Duration{0})
    return std::nullopt;
  MetricSlices one = baseline;
  MetricSlices other = candidate;
  coarsen_to(one, other.width);
  coarsen_to(other, one.width);
  PairedSlices pairs;
  for (std::size_t i = 0; i < one.strata.size(); ++i) {
    const MetricSlices::Stratum& ours = other.strata[i];
    const MetricSlices::Stratum& theirs = one.strata[i];
    if (ours.run != theirs.run || ours.start != theirs.start) return std::nullopt;
    const std::int64_t first = std::min(ours.first, theirs.first);
    const std::int64_t end = std::max(ours.first + static_cast<std::int64_t>(ours.slices.size()),
                                      theirs.first + static_cast<std::int64_t>(theirs.slices.size()));
    pairs.strata.push_back({padded(theirs, first, end), padded(ours, first, end)});
    pairs.steps.push_back(ours.step);
  }
  return pairs;
}

std::vector<std::vector<Slice>> all_slices(const MetricSlices& slices) {
  std::vector<std::vector<Slice>> all;
  for (const MetricSlices::Stratum& stratum : slices.strata) all.push_back(stratum.slices);
  return all;
}

}  // namespace iter8::verdict
