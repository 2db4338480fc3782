#include "experiment/result/load_series.h"

#include <algorithm>
#include <tuple>

namespace iter8::experiment {

namespace {

constexpr std::size_t kMostBlocks = 1200;

auto identity(const LoadSeries& series) {
  return std::tie(series.provider, series.version, series.iteration);
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

}  // namespace iter8::experiment
