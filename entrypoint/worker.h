#pragma once

#include <atomic>
#include <cstddef>
#include <optional>
#include <utility>

#include "experiment/run/crash.h"

namespace iter8::entrypoint {

/// Memory that the supervisor and its worker share, so that the supervisor knows how far the worker was when
/// it died.
struct WorkerState {
  enum class Hearing { not_yet, listens, no_longer };  // whether the worker reads orders
  enum class Run { not_begun, begun, ended };
  std::atomic<Hearing> hearing = Hearing::not_yet;
  std::atomic<Run> run = Run::not_begun;
  std::atomic<std::size_t> finally_begun = 0;
};

/// The process that runs an experiment, as it sees its supervisor (supervisor.h). Each order is one byte: the
/// number of a signal that the supervisor received. The end of the orders is the end of the supervisor.
class Worker {
 public:
  /// `state` must outlive it; `orders` and `keep` are descriptors.
  Worker(WorkerState& state, int orders, int keep, std::optional<experiment::Crash> crash)
      : state_(state), orders_(orders), keep_(keep), crash_(std::move(crash)) {}

  int orders() const { return orders_; }
  /// A file without a name that all workers of a supervisor share: what one has read from a pipe, the next
  /// one finds here. -1 where the system has none.
  int keep() const { return keep_; }
  /// How the worker before this one ended, if this one is there to do what that one left undone.
  const std::optional<experiment::Crash>& crash() const { return crash_; }

  void note(WorkerState::Hearing hearing) { state_.hearing = hearing; }
  void note(WorkerState::Run run) { state_.run = run; }
  void note_finally(std::size_t steps_begun) { state_.finally_begun = steps_begun; }

 private:
  WorkerState& state_;
  int orders_;
  int keep_;
  std::optional<experiment::Crash> crash_;
};

}  // namespace iter8::entrypoint
