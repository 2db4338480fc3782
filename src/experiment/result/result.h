#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "experiment/assessment.h"
#include "experiment/metric/metric.h"
#include "experiment/result/load_series.h"
#include "experiment/shards.h"

namespace iter8::experiment {

/// The three lists of steps in the file.
enum class Section { setup, tasks, finally };
std::string_view to_text(Section section);

/// How the experiment file is written. One in an older spelling is judged and gated as older Iter8 did it;
/// docs/compatibility.md says what counts as one.
enum class FileSpelling { native, older };

enum class ExecutionStatus { completed, failed, skipped, interrupted };
std::string_view to_text(ExecutionStatus status);

/// One execution of one task.
struct Execution {
  Section section = Section::tasks;
  std::size_t index = 0;  // in its section
  int iteration = 0;      // from 1; 0 for setup and finally
  std::string task;       // canonical name, or "run"
  std::string name;
  int line = 0;  // of the experiment file, for annotations; 0 = unknown
  ExecutionStatus status = ExecutionStatus::completed;
  base::WallTime start{};
  double seconds = 0;
  std::string message;
  std::optional<Verdict> verdict;  // given by this execution; nothing if it only measured or acted
  std::vector<Warning> warnings;
  std::optional<Shards> shards = {};  // if it generated only these parts of its load
};

/// The step that is being executed.
struct RunningStep {
  Section section = Section::tasks;
  std::size_t index = 0;  // in its section
  int iteration = 0;      // from 1; 0 for setup and finally
  base::WallTime start{};
};

/// What a task read before the first task ran; see Task::read_first().
struct FirstReading {
  Section section = Section::tasks;
  std::size_t index = 0;  // in its section
  int iteration = 0;      // from 1; 0 for setup and finally
  base::WallTime time{};
  std::string text;
};

/// Something wrong with the experiment file.
struct FileProblem {
  int line = 0;  // from 1; 0 when the file could not be read
  int column = 0;
  bool is_error = true;
  std::string message;
};

/// All observations of one metric, over all iterations.
struct MetricSeries {
  struct Point {
    int iteration = 0;
    MetricData data = 0.0;
    base::Duration window{0};
    std::string query = {};  // see Observation
    std::string note = {};   // see Observation
    std::int64_t samples = 0;
    Span span = Span::since_last;
    /// The traffic split while the data were collected, percent by version; empty = traffic is not split.
    std::vector<int> weights = {};
  };
  MetricInfo info;
  std::vector<std::vector<Point>> versions;  // by version, in order of time; an empty list means missing
  /// Why the latest query found nothing, by version, where that leaves the verdict open; empty text = it
  /// found something. Empty where no query ever found nothing.
  std::vector<std::string> awaited = {};
};

/// Everything that a run recorded: the value behind result.yaml, from which every report, output and exit
/// code is computed. Only the runner changes it.
struct Result {
  std::string iter8_version;
  std::string id;  // tells apart runs that began in the same second; empty in older results
  base::WallTime start{};
  std::optional<base::WallTime> end;  // empty while running, and forever after a kill -9

  /// Why the file was refused, in which case nothing ran. Never written to result.yaml, but every report can
  /// show them.
  std::vector<FileProblem> file_problems;

  std::string experiment_name;
  std::string digest;                           // "sha256:…" of the experiment file's bytes
  FileSpelling spelling = FileSpelling::older;  // as results are read that do not say it
  std::string file;                             // its path as given on the command line, for annotations
  int declared_objectives = 0;                  // of all assess tasks of the file

  int num_tasks = 0;            // of one iteration, plus setup and finally
  int num_completed_tasks = 0;  // setup + latest iteration + finally; skipped ones count
  int num_loops = 0;            // iterations finished
  bool failure = false;
  std::string interrupted;  // "SIGINT", "SIGTERM", …, what ended iter8 itself in the middle, or empty
  std::optional<RunningStep> running;  // saved before it begins, so that whoever comes after a crash knows
  bool merged = false;  // made of the results of shards: what they left undone can now be done on the whole

  std::vector<std::string> walls;  // what held the file back while it ran, a phrase each

  std::vector<std::string> versions;
  /// The current traffic split, percent by version: that of the file (`weight` of every version), then the
  /// one that the latest task applied. Empty = traffic is not split.
  std::vector<int> traffic;
  std::vector<Execution> executions;
  std::vector<FirstReading> first_readings;     // of tasks that have not run yet
  std::map<std::string, MetricSeries> metrics;  // by canonical name
  std::vector<LoadSeries> series;               // loads over time, in the order in which they ended
  /// The latest assessments of all assess tasks, merged; the verdict includes those that plugins gave.
  std::optional<Assessment> assessment;

  /// Whether every task ran, or was skipped by its condition, and nothing stopped the run.
  bool completed() const {
    return num_completed_tasks == num_tasks && interrupted.empty() && file_problems.empty();
  }
};

/// Whether the result holds only one shard of some load: nothing in it can be judged.
bool is_shard(const Result& result);

/// The latest data of a metric for a version, under any spelling of its name. Null when missing.
const MetricData* latest(const Result& result, std::string_view metric, std::size_t version);

/// The latest value of a metric for a version, under any spelling of its name. A metric that was not recorded
/// itself is derived from one that was: `http/latency-p97.5` and `grpc/latency/mean` from the histogram.
/// Nothing when missing.
std::optional<double> latest_value(const Result& result, std::string_view metric, std::size_t version);

/// The name, kind, unit and description of a metric under any spelling, derived ones included. Nothing if no
/// version has it.
std::optional<MetricInfo> metric_info(const Result& result, std::string_view metric);

/// Why a metric, under any spelling, or the one that it is an aggregate of, has no data for the version yet,
/// where the file says that this leaves the verdict open. Nothing where data were found, or nobody asked.
std::optional<std::string> awaited_reason(const Result& result, std::string_view metric, std::size_t version);

/// Counts the completed tasks (setup, latest iteration, finally) among the recorded executions.
/// `is_tolerated` says whether a failed execution counts as completed because its step has continueOnError.
int count_completed(const Result& result, int iteration,
                    const std::function<bool(const Execution&)>& is_tolerated);

/// The verdict of what was judged: skipped when nothing was. A pass that left objectives of the file aside is
/// inconclusive, because nobody knows what those would have said.
Verdict judged_verdict(const Result& result);

/// As judged_verdict(), but error once a task failed, the run was interrupted or the file was refused.
Verdict current_verdict(const Result& result);

/// Whether every declared objective was assessed and is satisfied, for all versions or for one. True if there
/// are no objectives, unless the file is in the native spelling and nothing was judged.
bool slos_satisfied(const Result& result, std::optional<std::size_t> version = std::nullopt);

}  // namespace iter8::experiment
