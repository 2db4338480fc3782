#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "experiment/catalog.h"
#include "tasks/assess/history.h"
#include "verdict/criteria.h"
#include "verdict/judge.h"

namespace iter8::tasks::assess {

/// Decides from recorded metrics, never from its own measurements; verdict/judge.h says how. An unmet
/// objective does not fail the task: gates and conditions act on the verdict. Keeps the evidence of a loop
/// between its runs; a resumed run and earlier runs of a history are replayed first.
class AssessTask final : public experiment::Task {
 public:
  /// `position` of the task in the file.
  AssessTask(verdict::Criteria criteria, experiment::FileSpelling spelling, config::Position position)
      : criteria_(std::move(criteria)), spelling_(spelling), position_(position), line_(position.line) {}

  experiment::Outcome run(const experiment::Context& context) override;
  std::vector<std::string> plan(const std::vector<experiment::Version>& versions) const override;
  std::vector<experiment::MetricReference> consumes() const override;
  std::vector<experiment::MetricLimit> limits() const override;
  std::optional<experiment::FileSpelling> spelling() const override;
  void foresee(const experiment::Foresight& foresight, config::Problems& problems) const override;
  int objectives() const override { return static_cast<int>(criteria_.objectives.size()); }

 private:
  std::filesystem::path history_file(const experiment::Context& context) const;
  verdict::PastLooks looks_so_far(const experiment::Context& context);
  experiment::Assessment assess_with_past(const experiment::Context& context);
  void log_open(const experiment::Assessment& assessment, const experiment::Context& context) const;

  verdict::Criteria criteria_;
  experiment::FileSpelling spelling_;
  config::Position position_;
  int line_;                                 // of it: distinguishes the looks of several tasks
  std::optional<verdict::PastLooks> looks_;  // nothing before the first look, and after one that failed
  int last_look_ = 0;                        // the iteration of it
};

experiment::TaskKind assess_kind();

}  // namespace iter8::tasks::assess
