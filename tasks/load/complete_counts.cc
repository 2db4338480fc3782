#include <iterator>
#include <map>
#include <set>
#include <utility>

#include "tasks/load/metrics.h"

namespace iter8::tasks {

using experiment::Observation;

void complete_counts(const std::vector<VersionLoad>& loads, const std::string& provider,
                     std::vector<Observation>& observations) {
  std::map<std::string, const experiment::MetricInfo*> counters;
  std::set<std::pair<std::string, std::size_t>> counted;
  for (const Observation& observation : observations) {
    if (observation.metric.kind != experiment::MetricKind::counter) continue;
    counters.emplace(observation.metric.name, &observation.metric);
    counted.emplace(observation.metric.name, observation.version);
  }
  std::vector<Observation> missing;
  for (const auto& [name, metric] : counters)
    for (const VersionLoad& load : loads) {
      const bool is_of_responses = name.starts_with(provider + "/status-");
      const bool has_any = is_of_responses ? load.tally.completed > 0 : load.requests() > 0;
      if (has_any && !counted.contains({name, load.version}))
        missing.push_back({.metric = *metric, .version = load.version, .data = 0.0, .window = load.elapsed});
    }
  std::move(missing.begin(), missing.end(), std::back_inserter(observations));
}

}  // namespace iter8::tasks
