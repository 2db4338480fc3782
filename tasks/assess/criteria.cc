#include "tasks/assess/criteria.h"

#include "experiment/metric/metric_name.h"

namespace iter8::tasks::assess {

namespace {

template <typename T>
void append(std::vector<T>& list, const std::vector<T>& more) {
  list.insert(list.end(), more.begin(), more.end());
}

void make_canonical(std::string& metric) {
  metric = experiment::canonical_metric_name(metric);
}

}  // namespace

Criteria criteria_of(const AssessOptions& options) {
  Criteria criteria{.objectives = options.slos.items,
                    .indicators = options.criteria.indicators,
                    .request_count = options.criteria.request_count,
                    .pattern = options.pattern,
                    .no_data = options.no_data,
                    .evidence = options.evidence,
                    .alpha = options.alpha,
                    .on_inconclusive = options.on_inconclusive,
                    .min_samples = options.min_samples,
                    .stop_on_loss = options.stop_on_loss,
                    .cutoff_on_violation = options.cutoff_on_violation,
                    .score = options.score,
                    .history = options.history ? options.history->value : ""};
  append(criteria.indicators, options.indicators);
  append(criteria.objectives, options.criteria.objectives.items);
  if (options.reward) criteria.rewards.push_back(*options.reward);
  append(criteria.rewards, options.rewards.items);
  append(criteria.rewards, options.criteria.rewards.items);

  for (auto& objective : criteria.objectives) make_canonical(objective.metric.value);
  for (auto& reward : criteria.rewards) make_canonical(reward.metric.value);
  for (auto& indicator : criteria.indicators) make_canonical(indicator.value);
  if (criteria.request_count) make_canonical(criteria.request_count->value);
  return criteria;
}

}  // namespace iter8::tasks::assess
