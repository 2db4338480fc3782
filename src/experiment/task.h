#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <set>
#include <stop_token>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/environment.h"
#include "base/log.h"
#include "base/secrets.h"
#include "config/yaml/node.h"
#include "config/yaml/problems.h"
#include "experiment/assessment.h"
#include "experiment/foresight.h"
#include "experiment/metric/metric.h"
#include "experiment/metric/unit.h"
#include "experiment/progress.h"
#include "experiment/result/load_series.h"
#include "experiment/result/result.h"
#include "experiment/shards.h"
#include "experiment/version.h"

namespace iter8::experiment {

/// What one execution of a task returns. A task that could do none of its work throws base::Error instead.
struct Outcome {
  std::string message;  // one line for people: "800 requests, 2 errors, p95 12.3 ms"
  /// Why the task failed after doing part of its work: what it measured is recorded nevertheless.
  std::optional<std::string> failure = {};
  std::vector<Observation> observations;
  std::vector<AwaitedObservation> awaited = {};
  std::vector<LoadSeries> series;  // the runner sets their iteration
  std::optional<Assessment> assessment;
  std::optional<Verdict> verdict;  // of a plugin; the runner combines it with the assessment's
  std::vector<Warning> warnings;
  std::vector<int> traffic = {};  // the traffic split that the task applied, percent by version; empty = none
};

/// What a task may use while it runs. Valid during run() only.
struct Context {
  const std::vector<Version>& versions;
  const Result& result;  // recorded so far; read only
  Section section = Section::tasks;
  int iteration = 1;  // from 1; 1 in setup and finally too
  int iterations = 1;
  /// Fires on a signal and at the task's timeout: stop soon, and return what was measured.
  std::stop_token stop;
  base::Clock& clock;
  const base::Logger& log;
  Progress& progress;
  const base::Environment& environment;
  base::Secrets& secrets;
  std::filesystem::path directory;    // of the experiment file; relative paths are relative to it
  std::filesystem::path result_file;  // where result.yaml is
  /// What read_first() returned for this execution; null when it returned nothing, or was not called.
  const FirstReading* first_reading = nullptr;
};

/// A limit that is a time or a share, as it is written: "250ms". The metric must have such a unit too.
struct LimitWithUnit {
  UnitKind kind = UnitKind::none;
  std::string text;
};

/// A metric that a task consumes, and where the file names it.
struct MetricReference {
  std::string name;
  config::Position position;
  std::vector<LimitWithUnit> limits = {};
};

/// any: relative limits and rewards, which no number stands for.
enum class LimitSide { upper, lower, any };

/// A limit that an objective sets on a metric: a time in msec, every other in the metric's unit, NaN for
/// `any`.
struct MetricLimit {
  std::string metric;  // canonical
  double limit = 0;
  LimitSide side = LimitSide::upper;
  UnitKind kind = UnitKind::none;  // of the limit: time where it is written as one
};

/// What a task is for. One that concludes judges what was measured, or acts on the verdict: a process that
/// generates one shard of a load leaves such tasks to the run of the merged result.
enum class Role { measures, concludes };

/// One task of the file: built and checked before anything runs, then run any number of times (loop,
/// retries), always from the runner's thread.
class Task {
 public:
  virtual ~Task() = default;

  /// Measures, decides or acts. Throws base::Error when it cannot.
  virtual Outcome run(const Context& context) = 0;

  /// Called before the first task of its section runs, in a loop before that of each iteration; for a task of
  /// `finally`, before the first of `tasks`. One that reports by how much something grew reads here where
  /// that begins. The result keeps the text until the task has run, so that a resumed run has it too. What
  /// goes wrong is part of the text.
  virtual std::optional<std::string> read_first(const Context& context) {
    static_cast<void>(context);
    return std::nullopt;
  }

  /// What it would do, for --dry-run: one line per request or action. The caller masks secrets.
  virtual std::vector<std::string> plan(const std::vector<Version>& versions) const = 0;

  /// The program of its own that it runs, an absolute path; empty for none.
  virtual std::filesystem::path program() const { return {}; }

  /// How many versions its options name (versionInfo of older files); 0 = none.
  virtual std::size_t named_versions() const { return 0; }

  /// Canonical names of the metrics that it will record; a final * matches any ending ("x/*"), and a final #
  /// three digits ("http/status-#").
  virtual std::vector<std::string> produces() const { return {}; }
  /// Those of them whose kind and unit the file says, so that limits on them can be checked before the run.
  virtual std::vector<MetricInfo> described_metrics() const { return {}; }
  /// The metrics that it needs.
  virtual std::vector<MetricReference> consumes() const { return {}; }
  /// The limits of its objectives, and what its rewards ask of metrics.
  virtual std::vector<MetricLimit> limits() const { return {}; }
  /// Called once, after all tasks are built, with the limits of every task: one that measures can then count
  /// exactly how many values are above them, which the buckets of a histogram cannot tell, and knows which
  /// values are settled by a part of the data.
  virtual void note_limits(const std::vector<MetricLimit>& limits) { static_cast<void>(limits); }
  /// Called once, after all tasks are built, with the canonical names of the metrics that tasks consume: one
  /// that measures then records 0 for what it counted and never saw.
  virtual void note_uses(const std::set<std::string>& metrics) { static_cast<void>(metrics); }
  /// How the objectives and rewards that it judges by are written; nothing for a task that does not judge.
  virtual std::optional<FileSpelling> spelling() const { return std::nullopt; }
  /// How many objectives it judges.
  virtual int objectives() const { return 0; }
  /// The loads that it puts on the versions each time it runs.
  virtual std::vector<PlannedLoad> planned_loads() const { return {}; }
  /// Called once, after all tasks are built: reports what can be known before the run about what the task
  /// will come to, as that no number of versions or requests that the file plans allows a verdict.
  virtual void foresee(const Foresight& foresight, config::Problems& problems) const {
    static_cast<void>(foresight);
    static_cast<void>(problems);
  }
  /// The shard of its load that this process generates; nothing when it generates the whole.
  virtual std::optional<Shards> shards() const { return std::nullopt; }

  /// Called once, after all tasks are built: what the experiment is called, for plan().
  void note_experiment(std::string name) { experiment_ = std::move(name); }

 protected:
  /// Of a task that nobody has told: a word in its place.
  const std::string& experiment() const { return experiment_; }

 private:
  std::string experiment_ = "EXPERIMENT";
};

}  // namespace iter8::experiment
