#pragma once

#include <string>
#include <vector>

#include "experiment/assessment.h"
#include "experiment/result/result.h"
#include "verdict/criteria.h"

namespace iter8::tests {

/// One request of a load: when it fell due since the start, in seconds, and its latency in milliseconds.
struct LoadRequest {
  double due = 0;
  double latency = 1;
  bool is_error = false;  // with a latency
};

/// What tasks recorded about some versions, and one look at it.
struct Scene {
  explicit Scene(const std::vector<std::string>& versions = {"0"}) { result.versions = versions; }

  /// One more observation; its kind is that of the data, a lone number is a gauge.
  void add(const std::string& metric, std::size_t version, experiment::MetricData data, int of_iteration = 1,
           experiment::Span span = experiment::Span::since_last);
  /// A load of an http task that started at this second; series of the same start share their time. Records
  /// latency (histogram), latency-mean, error-rate and the slices.
  void add_load(std::size_t version, const std::vector<LoadRequest>& requests, double start = 0,
                int of_iteration = 1);
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
