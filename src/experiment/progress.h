#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "experiment/result/result.h"

namespace iter8::experiment {

/// The numbers of the load of one version so far.
struct LiveVersion {
  std::string name;
  std::int64_t requests = 0;
  std::int64_t errors = 0;
  double achieved_rate = 0;  // requests per second since the start
  std::optional<base::Duration> latency_p50;
  std::optional<base::Duration> latency_p99;
};

/// The numbers of a load so far, all versions together and each.
struct LiveLoad {
  base::Duration elapsed{0};
  std::int64_t requests = 0;
  std::int64_t errors = 0;
  std::optional<double> target_rate;  // requests per second; nothing in a closed loop
  double achieved_rate = 0;           // requests per second since the start
  std::optional<base::Duration> latency_p95;
  std::optional<base::Duration> remaining;  // until the sending should be over; nothing where nobody knows
  bool is_warmup = false;
  std::vector<LiveVersion> versions = {};
};

/// Which execution the run is at, for people.
struct TaskLabel {
  Section section = Section::tasks;
  std::size_t number = 0;  // from 1, over all sections
  std::size_t total = 0;
  int iteration = 0;  // from 1; 0 outside the loop
  int iterations = 0;
  std::string title;  // "http", "assess (gate)"
};

/// Receives the progress of a run: the live line of a terminal, a CI log, a test. Called by the runner and by
/// tasks, from one thread at a time.
class Progress {
 public:
  virtual ~Progress() = default;
  virtual void task_started(const TaskLabel& label) = 0;
  virtual void load(const LiveLoad& numbers) = 0;
  virtual void task_finished(const TaskLabel& label, const Execution& execution) = 0;
};

}  // namespace iter8::experiment
