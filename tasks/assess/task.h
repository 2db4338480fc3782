#pragma once

#include <memory>
#include <string>
#include <vector>

#include "experiment/catalog.h"
#include "tasks/assess/criteria.h"
#include "tasks/assess/history.h"
#include "tasks/assess/judge.h"

namespace iter8::tasks::assess {

/// Decides from recorded metrics, never from its own measurements; see verdicts.h for the verdict of the
/// whole. An unmet objective does not fail the task: gates and conditions act on the verdict. Keeps the
/// evidence of a loop between its runs; a resumed run and earlier runs of a history are replayed first.
class AssessTask final : public experiment::Task {
 public:
  /// `line` of the task in the file.
  AssessTask(Criteria criteria, int line) : criteria_(std::move(criteria)), line_(line) {}

  experiment::Outcome run(const experiment::Context& context) override;
  std::vector<std::string> plan(const std::vector<experiment::Version>& versions) const override;
  std::vector<experiment::MetricReference> consumes() const override;
  std::vector<experiment::MetricLimit> limits() const override;
  int objectives() const override { return static_cast<int>(criteria_.objectives.size()); }

 private:
  void begin(const experiment::Context& context, EvidenceMode mode,
             std::vector<experiment::Warning>& warnings);
  void replay(const experiment::Result& result, int line, int iterations);
  experiment::Assessment certified(const experiment::Context& context, EvidenceMode mode);
  experiment::Assessment compared(const experiment::Result& result) const;

  Criteria criteria_;
  int line_;
  std::unique_ptr<Judge> judge_;
  int last_look_ = 0;  // the iteration of it
  std::vector<HistoryRun> history_;
};

experiment::TaskKind assess_kind();

}  // namespace iter8::tasks::assess
