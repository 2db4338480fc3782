#pragma once

#include <filesystem>
#include <memory>
#include <optional>
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
#include "experiment/metric/metric.h"
#include "experiment/progress.h"
#include "experiment/result/load_series.h"
#include "experiment/result/result.h"
#include "experiment/shards.h"
#include "experiment/version.h"

namespace iter8::experiment {

/// What one execution of a task came to. A task that can do nothing of its work throws base::Error instead.
struct Outcome {
  std::string message;  // one line for people: "800 requests, 2 errors, p95 12.3 ms"
  /// Why the task failed although some of its work was done: what it measured is recorded all the same.
  std::optional<std::string> failure = {};
  std::vector<Observation> observations;
  std::vector<LoadSeries> series;  // their iteration is set by the runner
  std::optional<Assessment> assessment;
  std::optional<Verdict> verdict;  // of a plugin; merged into the assessment's by the runner
  std::vector<Warning> warnings;
  std::vector<int> traffic = {};  // the split between versions that the task applied, percent; empty = none
};

/// What a task may use while it runs. Valid during run() only.
struct Context {
  const std::vector<Version>& versions;
  const Result& result;  // recorded so far; read only
  Section section = Section::tasks;
  int iteration = 1;  // from 1; 1 in setup and finally too
  int iterations = 1;
  std::stop_token
      stop;  // fires on a signal and when the task's timeout is up: stop soon, return what was measured
  base::Clock& clock;
  const base::Logger& log;
  Progress& progress;
  const base::Environment& environment;
  base::Secrets& secrets;
  std::filesystem::path directory;    // of the experiment file; relative paths start here
  std::filesystem::path result_file;  // where result.yaml is
};

/// A metric that an assessment needs, and where the file says so.
struct MetricReference {
  std::string name;
  config::Position position;
};

/// A limit that an objective sets on a metric, in msec for times.
struct MetricLimit {
  std::string metric;  // canonical
  double limit = 0;
};

/// What a task is for. One that concludes judges what was measured or acts on the verdict: a process that
/// does a part of a load leaves it to the run of the merged result.
enum class Role { measures, concludes };

/// One configured task: built and checked before anything runs, then run any number of times (loop, retries).
class Task {
 public:
  virtual ~Task() = default;

  /// Measures, decides or acts. Throws base::Error when it cannot.
  virtual Outcome run(const Context& context) = 0;

  /// What it would do, for --dry-run: a line a request or step, secrets masked by the caller.
  virtual std::vector<std::string> plan(const std::vector<Version>& versions) const = 0;

  /// How many versions the options themselves name (versionInfo); 0 = none.
  virtual std::size_t named_versions() const { return 0; }

  /// Canonical names of the metrics it will record; a final * stands for the rest ("x/*", "http/status-*").
  virtual std::vector<std::string> produces() const { return {}; }
  virtual std::vector<MetricReference> consumes() const { return {}; }
  /// The absolute limits of its objectives.
  virtual std::vector<MetricLimit> limits() const { return {}; }
  /// Told once, when every task is built: the limits of all tasks of the file, so that a task which measures
  /// can count exactly how much is above them.
  virtual void note_limits(const std::vector<MetricLimit>& limits) { static_cast<void>(limits); }
  /// How many objectives it assesses.
  virtual int objectives() const { return 0; }
  /// The part of its load that this process does; nothing when it does not share it with others.
  virtual std::optional<Shards> shards() const { return std::nullopt; }
};

}  // namespace iter8::experiment
