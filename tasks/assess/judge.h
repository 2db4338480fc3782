#pragma once

#include <optional>
#include <string>
#include <vector>

#include "stats/evidence/mismatch.h"
#include "tasks/assess/criteria.h"
#include "tasks/assess/evidence_store.h"
#include "tasks/assess/explanation.h"
#include "tasks/assess/rewards.h"

namespace iter8::tasks::assess {

/// When a look happens, and whether the declared looks end with it.
struct LookAt {
  int iteration = 1;
  int iterations = 1;
  stats::Look look = stats::Look::last;
};

/// Judges with control of error over many looks: keeps all data so far and what was decided when. A pure
/// function of the looks it was given, in order; one thread.
class Judge {
 public:
  /// `mode` is that of objectives and rewards that name none; `line` the assess task's, kept with each look.
  Judge(Criteria criteria, EvidenceMode mode, int line)
      : criteria_(std::move(criteria)), mode_(mode), line_(line) {}

  /// The assessment at one more look; `looks` of it holds this look only.
  experiment::Assessment look(const experiment::Result& result, const LookAt& at);
  /// What follows is another run of the same versions.
  void begin_run() { store_.begin_run(); }
  /// The data of an earlier run that "relativeTo: previous" means.
  void set_previous(EvidenceStore previous) { previous_ = std::move(previous); }

 private:
  struct Case;

  EvidenceMode mode_of(const ObjectiveOptions& options) const { return options.evidence.value_or(mode_); }
  stats::Rule rule_of(const ObjectiveOptions& options, const LookAt& at) const;
  void plan(const experiment::Result& result, const LookAt& at);

  void judge_version(std::size_t version, const experiment::Result& result, const LookAt& at,
                     experiment::Assessment& assessment);
  std::optional<Case> case_of(std::size_t index, std::size_t version, const experiment::Result& result,
                              const LookAt& at, experiment::Assessment& assessment);
  bool bound(Case& each, const experiment::Result& result);
  void find(Case& each, experiment::Assessment& assessment);
  stats::Evidence relative_evidence(const Case& each, stats::Side side, double ratio, double& probability);
  void conclude(Case& each, stats::Decision decision, const LookAt& at);
  void conclude_undecided(Case& each, const LookAt& at) const;

  void judge_rewards(const experiment::Result& result, const LookAt& at, experiment::Assessment& assessment);
  void check_split(const experiment::Result& result, experiment::Assessment& assessment);

  Criteria criteria_;
  EvidenceMode mode_;
  int line_;
  EvidenceStore store_;
  std::optional<EvidenceStore> previous_;
  std::vector<std::vector<stats::Track>> tracks_;  // by objective, by version
  std::vector<double> feasibility_;                // P(every objective is met) at this look, by version
  stats::SplitState split_;
  double planned_ = 0;  // samples a version that the declared looks will take; 0 = not known yet
  std::optional<experiment::Winner> won_;
};

}  // namespace iter8::tasks::assess
