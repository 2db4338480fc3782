#pragma once

#include <memory>
#include <string>
#include <vector>

#include "experiment/catalog.h"
#include "tasks/assess/criteria.h"

namespace iter8::tasks {

/// Decides from recorded metrics, never from its own measurements. The verdict of the whole:
///   pass   every objective of every version, the baseline included, is satisfied;
///   fail   one is violated (fail beats error);
///   error  one has no data to decide on;
/// and with rewards but no objectives `pass` when every version has a value of each reward, else `error`. An
/// unmet objective does not fail the task: gates and conditions act on the verdict.
class AssessTask final : public experiment::Task {
 public:
  explicit AssessTask(Criteria criteria) : criteria_(std::move(criteria)) {}

  experiment::Outcome run(const experiment::Context& context) override;
  std::vector<std::string> plan(const std::vector<experiment::Version>& versions) const override;
  std::vector<experiment::MetricReference> consumes() const override;
  std::vector<experiment::MetricLimit> limits() const override;
  int objectives() const override { return static_cast<int>(criteria_.objectives.size()); }

 private:
  Criteria criteria_;
};

experiment::TaskKind assess_kind();

}  // namespace iter8::tasks
