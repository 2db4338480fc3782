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

enum class Section { setup, tasks, finally };
std::string_view to_text(Section section);

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
  std::optional<Verdict> verdict;  // that this task itself gave; nothing when it only measured or acted
  std::vector<Warning> warnings;
  std::optional<Shards> shards = {};  // of a task that did no more than these parts of its load
};

/// Something wrong with the experiment file.
struct FileProblem {
  int line = 0;  // from 1; 0 when the file could not be read
  int column = 0;
  bool is_error = true;
  std::string message;
};

/// All observations of one metric.
struct MetricSeries {
  struct Point {
    int iteration = 0;
    MetricData data = 0.0;
    base::Duration window{0};
    std::string query = {};  // see Observation
    std::int64_t samples = 0;
    Span span = Span::since_last;
    /// The traffic split while the data came in, percent a version; empty = nobody splits traffic.
    std::vector<int> weights = {};
  };
  MetricInfo info;
  std::vector<std::vector<Point>> versions;  // by version, in order; an inner list may be empty = missing
};

/// Everything a run came to: the value behind result.yaml, from which every report, output and exit code is
/// computed. Only the runner changes it.
struct Result {
  std::string iter8_version;
  base::WallTime start{};
  std::optional<base::WallTime> end;  // empty while running, and for ever after a kill -9

  /// Why the file was refused: nothing ran then. No result file holds them, but every report can show them.
  std::vector<FileProblem> file_problems;

  std::string experiment_name;
  std::string digest;           // "sha256:…" of the experiment file's bytes
  std::string file;             // its path as given, for annotations
  int declared_objectives = 0;  // of all assess tasks of the file

  int num_tasks = 0;            // of one iteration, plus setup and finally
  int num_completed_tasks = 0;  // setup + latest iteration + finally; skipped ones count
  int num_loops = 0;            // iterations finished
  bool failure = false;
  std::string interrupted;  // "SIGINT", "SIGTERM", or empty
  bool merged = false;      // made of the results of shards: what they left to the whole can be done

  std::vector<std::string> versions;
  /// The traffic split in force, percent a version: that of the file (`weight` of every version), then the
  /// one that the latest task applied. Empty = nobody splits traffic.
  std::vector<int> traffic;
  std::vector<Execution> executions;
  std::map<std::string, MetricSeries> metrics;  // by canonical name
  std::vector<LoadSeries> series;               // the courses of loads, in the order in which they ended
  /// The latest of every assess task of the file, as one; its verdict is combined with those that plugins
  /// gave.
  std::optional<Assessment> assessment;

  /// Every task ran, or was skipped by its condition, and nobody stopped the run.
  bool completed() const {
    return num_completed_tasks == num_tasks && interrupted.empty() && file_problems.empty();
  }
};

/// Whether it is of one shard of several: nothing in it can be judged.
bool is_part(const Result& result);

/// The latest data of a metric for a version, under any spelling. Nothing when missing.
const MetricData* latest(const Result& result, std::string_view metric, std::size_t version);

/// The latest number of a metric for a version, under any spelling, derived ones included:
/// `http/latency-p97.5` and `grpc/latency/mean` come from the histogram when they were not recorded
/// themselves. Nothing when missing.
std::optional<double> latest_value(const Result& result, std::string_view metric, std::size_t version);

/// The info of a metric under any spelling, derived ones included; nothing when no version has it.
std::optional<MetricInfo> metric_info(const Result& result, std::string_view metric);

/// Counts again how many tasks are completed (setup, latest iteration, finally) from the executions recorded.
/// `is_tolerated` says whether a failed execution counts, because its step continues on error.
int count_completed(const Result& result, int iteration,
                    const std::function<bool(const Execution&)>& is_tolerated);

/// Whether every declared objective was assessed and is satisfied, for all versions or for one. With no
/// objective declared: true.
bool slos_satisfied(const Result& result, std::optional<std::size_t> version = std::nullopt);

}  // namespace iter8::experiment
