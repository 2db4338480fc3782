#include "experiment/result/load_series.h"

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

namespace iter8::experiment {

namespace {

constexpr std::size_t kMostBlocks = 1200;

auto identity(const LoadSeries& series) {
  return std::tie(series.provider, series.version, series.iteration);
}

/// Whether its requests are known, but not when they fell due: a result of an older version.
bool lacks_slices(const LoadSeries& series) {
  return series.slices.empty() && std::any_of(series.blocks.points().begin(), series.blocks.points().end(),
                                              [](const LoadBlock& block) { return block.sent > 0; });
}

/// Changes every slice of the series.
template <typename Change>
void change_slices(LoadSeries& series, Change change) {
  std::vector<stats::LoadSlice> slices = series.slices.slices();
  for (stats::LoadSlice& slice : slices) change(slice);
  series.slices = {series.slices.width(), series.slices.first(), std::move(slices)};
}

/// For each of `names`, where it stands among the `given` ones; nothing for none.
template <typename Name>
std::vector<std::optional<std::size_t>> places_of(const std::vector<Name>& names,
                                                  const std::vector<Name>& given) {
  std::vector<std::optional<std::size_t>> places;
  for (const Name& name : names) {
    const auto found = std::find(given.begin(), given.end(), name);
    places.push_back(found == given.end() ? std::nullopt : std::optional(found - given.begin()));
  }
  return places;
}

/// 0 for what has no place.
void arrange(std::vector<std::int64_t>& counts, const std::vector<std::optional<std::size_t>>& places) {
  if (counts.empty()) return;
  std::vector<std::int64_t> arranged;
  for (const std::optional<std::size_t>& place : places)
    arranged.push_back(place && *place < counts.size() ? counts[*place] : 0);
  counts = std::move(arranged);
}

/// Gives the slices these classes of errors and limits, and no cap unless it is this one.
void arrange_slices(LoadSeries& series, const LoadSeries& like) {
  const auto classes = places_of(like.error_classes, series.error_classes);
  const auto limits = places_of(like.limits, series.limits);
  const bool keeps_cap = series.cap == like.cap;
  change_slices(series, [&](stats::LoadSlice& slice) {
    arrange(slice.errors, classes);
    for (stats::SliceLatencies* latencies : {&slice.ok, &slice.failed}) {
      arrange(latencies->above, limits);
      if (!keeps_cap) latencies->capped_sum = latencies->capped_squares = 0;
    }
  });
  series.error_classes = like.error_classes;
  series.limits = like.limits;
  series.cap = like.cap;
}

void add_slices(LoadSeries& sum, LoadSeries part) {
  if (lacks_slices(sum) || lacks_slices(part)) {
    sum.slices = {};
    return;
  }
  if (part.slices.empty()) return;
  if (sum.slices.empty()) {
    sum.slices = std::move(part.slices);
    sum.limits = std::move(part.limits);
    sum.cap = part.cap;
    sum.error_classes = std::move(part.error_classes);
    return;
  }
  LoadSeries common{.limits = sum.limits, .cap = sum.cap, .error_classes = sum.error_classes};
  for (const std::string& name : part.error_classes)
    if (!std::count(common.error_classes.begin(), common.error_classes.end(), name))
      common.error_classes.push_back(name);
  std::erase_if(common.limits,
                [&](double limit) { return std::count(part.limits.begin(), part.limits.end(), limit) == 0; });
  if (sum.cap != part.cap) common.cap.reset();
  arrange_slices(sum, common);
  arrange_slices(part, common);
  sum.slices.add(part.slices);
}

/// The most slices that one version has in all series of a provider.
std::size_t most_slices(const std::vector<LoadSeries*>& series) {
  std::map<std::size_t, std::size_t> counts;
  std::size_t most = 0;
  for (const LoadSeries* each : series)
    most = std::max(most, counts[each->version] += each->slices.slices().size());
  return most;
}

}  // namespace

std::optional<double> LoadBlock::percentile(double p) const {
  if (histogram.count() == 0) return std::nullopt;
  return histogram.percentile(p) / 1e6;
}

void LoadBlock::add(const LoadBlock& other) {
  asked += other.asked;
  sent += other.sent;
  completed += other.completed;
  for (const auto& [name, count] : other.errors) errors[name] += count;
  connections += other.connections;
  latency = latency + other.latency;
  histogram.add(other.histogram);
}

void LoadBlock::follow(const LoadBlock& next) {
  connections = 0;
  add(next);
}

void add(std::vector<LoadSeries>& sum, const std::vector<LoadSeries>& part) {
  const std::size_t own = sum.size();
  std::vector<bool> is_matched(own);
  for (const LoadSeries& series : part) {
    std::size_t i = 0;
    while (i < own && (is_matched[i] || identity(sum[i]) != identity(series))) ++i;
    if (i == own) {
      sum.push_back(series);
      continue;
    }
    is_matched[i] = true;
    sum[i].start = std::min(sum[i].start, series.start);
    sum[i].seconds = std::max(sum[i].seconds, series.seconds);
    // Whether slices are lacking shows in the blocks of one.
    add_slices(sum[i], series);
    sum[i].blocks.add(series.blocks);
  }
}

void limit_blocks(std::vector<LoadSeries>& series) {
  for (;;) {
    std::size_t blocks = 0;
    base::Duration finest = base::Duration::max();
    for (const LoadSeries& each : series) {
      blocks += each.blocks.points().size();
      if (each.blocks.points().size() > 1) finest = std::min(finest, each.blocks.interval());
    }
    if (blocks <= kMostBlocks || finest == base::Duration::max()) return;
    for (LoadSeries& each : series)
      if (each.blocks.interval() == finest) each.blocks.coarsen();
  }
}

void limit_slices(std::vector<LoadSeries>& series) {
  std::vector<LoadSeries*> all;
  for (LoadSeries& each : series) all.push_back(&each);
  limit_slices(all);
}

void limit_slices(const std::vector<LoadSeries*>& series) {
  std::map<std::string, std::vector<LoadSeries*>> providers;
  for (LoadSeries* each : series)
    if (!each->slices.empty()) providers[each->provider].push_back(each);
  for (auto& each_provider : providers) {
    const std::vector<LoadSeries*>& own = each_provider.second;
    base::Duration width = stats::LoadSlices::kShortest;
    for (const LoadSeries* each : own) width = std::max(width, each->slices.width());
    const auto coarsen = [&] {
      for (LoadSeries* each : own) each->slices.coarsen_to(width);
    };
    coarsen();
    while (most_slices(own) > stats::LoadSlices::kMost &&
           std::any_of(own.begin(), own.end(),
                       [](const LoadSeries* each) { return each->slices.slices().size() > 1; })) {
      width *= 2;
      coarsen();
    }
  }
}

}  // namespace iter8::experiment
