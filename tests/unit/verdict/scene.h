#pragma once

#include <string>
#include <vector>

#include "experiment/assessment.h"
#include "experiment/result/result.h"
#include "verdict/criteria.h"

namespace iter8::tests {

/// What tasks recorded about some versions, and one look at it.
struct Scene {
  explicit Scene(const std::vector<std::string>& versions = {"0"}) { result.versions = versions; }

  /// One more observation; its kind is that of the data, a lone number is a gauge.
  void add(const std::string& metric, std::size_t version, experiment::MetricData data, int of_iteration = 1,
           experiment::Span span = experiment::Span::since_last);
  experiment::Assessment assessed(const verdict::Criteria& criteria) const;

  experiment::Result result;
  int iteration = 1;
  int iterations = 1;
};

/// Limits as the file has them: "1%", "250ms", "+10%".
verdict::ObjectiveOptions at_most(const std::string& metric, const std::string& limit);
verdict::ObjectiveOptions at_least(const std::string& metric, const std::string& limit);
verdict::RewardOptions reward(const std::string& metric,
                              experiment::Direction direction = experiment::Direction::high);

/// The sentence of the first warning of this code; empty without one.
std::string warning_of(const experiment::Assessment& assessment, const std::string& code);

}  // namespace iter8::tests
