#include "verdict/evidence_store.h"

#include <algorithm>
#include <limits>
#include <utility>

namespace iter8::verdict {

void EvidenceStore::look(const experiment::Result& result, int iteration) {
  ++looks_;
  std::vector<int> weights;
  for (const auto& [name, series] : result.metrics) {
    std::vector<AccumulatedData>& versions = data_[name];
    std::vector<std::size_t>& taken = taken_[name];
    versions.resize(result.versions.size());
    taken.resize(result.versions.size());
    for (std::size_t version = 0; version < series.versions.size(); ++version) {
      const auto& points = series.versions[version];
      versions[version].begin_look();
      for (; taken[version] < points.size(); ++taken[version]) {
        const auto& point = points[taken[version]];
        if (point.iteration > iteration) break;
        versions[version].add(point);
        if (!point.weights.empty()) weights = point.weights;
      }
    }
  }
  if (!weights.empty() && weights != weights_) {
    ++step_;
    weights_ = weights;
  }
  take_loads(result, iteration);
  for (auto& [key, comparison] : comparisons_) advance(key, comparison, false);
}

void EvidenceStore::take_loads(const experiment::Result& result, int iteration) {
  for (; taken_loads_ < result.series.size(); ++taken_loads_) {
    const experiment::LoadSeries& load = result.series[taken_loads_];
    if (load.iteration > iteration) break;
    if (load.slices.empty()) continue;
    auto& versions = loads_[load.provider];
    versions.resize(std::max(versions.size(), load.version + 1));
    auto copy = std::make_shared<experiment::LoadSeries>(load);
    copy->blocks = {};  // a second picture of the same requests
    versions[load.version].push_back({.run = run_, .step = step_, .load = std::move(copy)});
  }
}

void EvidenceStore::begin_run() {
  taken_.clear();
  taken_loads_ = 0;
  ++run_;
  ++step_;  // what happened between two runs is not known
  for (auto& [name, versions] : data_)
    for (AccumulatedData& version : versions) version.begin_run();
}

const AccumulatedData& EvidenceStore::data(const std::string& series, std::size_t version) const {
  static const AccumulatedData nothing;
  const auto found = data_.find(series);
  return found == data_.end() || version >= found->second.size() ? nothing : found->second[version];
}

const std::vector<RecordedLoad>& EvidenceStore::loads(const std::string& provider,
                                                      std::size_t version) const {
  static const std::vector<RecordedLoad> nothing;
  const auto found = loads_.find(provider);
  return found == loads_.end() || version >= found->second.size() ? nothing : found->second[version];
}

stats::LookNumber EvidenceStore::look_number() const {
  return {.number = static_cast<double>(std::max(1, looks_)),
          .planned = static_cast<double>(std::max({1, looks_, planned_looks_}))};
}

void EvidenceStore::advance(const ComparisonKey& key, Comparison& comparison, bool is_new) const {
  const AccumulatedData& reference = data(key.series, key.reference);
  const AccumulatedData& candidate = data(key.series, key.candidate);
  if (!is_new && reference.new_observations == 0 && candidate.new_observations == 0) return;
  comparison.counts =
      stats::next_state(comparison.counts, {.step = step_,
                                            .baseline = is_new ? reference.counts : reference.new_counts,
                                            .candidate = is_new ? candidate.counts : candidate.new_counts});
  comparison.means =
      stats::next_state(comparison.means, {.step = step_,
                                           .baseline = is_new ? reference.moments : reference.new_moments,
                                           .candidate = is_new ? candidate.moments : candidate.new_moments});
}

const Comparison& EvidenceStore::comparison(const ComparisonKey& key) {
  const auto found = comparisons_.find(key);
  if (found != comparisons_.end()) return found->second;
  Comparison comparison;
  comparison.counts.margin.ratio = key.ratio;
  comparison.counts.width = key.width;
  comparison.means.margin.ratio = key.ratio;
  advance(key, comparison, true);
  return comparisons_.emplace(key, std::move(comparison)).first->second;
}

PreviousRun::PreviousRun(experiment::Result recorded) : result(std::move(recorded)) {
  store.look(result, std::numeric_limits<int>::max());
}

}  // namespace iter8::verdict
