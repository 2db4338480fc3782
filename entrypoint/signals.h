#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <stop_token>
#include <string>
#include <thread>

#include "base/descriptor.h"
#include "entrypoint/worker.h"

namespace iter8::entrypoint {

/// Turns the first of the signals that stop a run (stop_signals.h) into a stop request; a second one ends the
/// process and all its children at once. A worker receives them from its supervisor: what reaches it directly
/// is a first signal or a copy of what the supervisor passes on, and never a second one. The end of the
/// supervisor is like a first signal, SIGKILL.
/// Blocks the signals in every thread created during its lifetime, so it must be created before any other
/// thread. After its destruction a first signal comes too late and has no effect, in particular not on the
/// exit code of a finished run; a second one ends the process, which may be stuck writing its last lines.
/// Also works as process 1, whose unhandled signals the kernel ignores.
class Signals {
 public:
  /// `before_exit` is called before a second signal ends the process, to restore the terminal. `worker` is
  /// null in a process without a supervisor, and must outlive this otherwise.
  explicit Signals(
      Worker* worker = nullptr, std::function<void()> before_exit = [] {});
  ~Signals();
  Signals(const Signals&) = delete;
  Signals& operator=(const Signals&) = delete;

  std::stop_token token() const { return stop_.get_token(); }
  bool received() const { return number_ != 0; }
  /// "SIGINT", "SIGTERM", …; empty before any signal.
  std::string name() const;
  /// 128 plus the signal's number.
  int exit_code() const { return 128 + number_; }

 private:
  void watch(const std::stop_token& ended);
  void take_signal();
  void take_order();
  bool is_echo(int signal) const;
  void count(int signal);
  void stop(int signal);
  [[noreturn]] void end(int signal);

  Worker* worker_;  // null once the supervisor is gone
  std::function<void()> before_exit_;
  std::stop_source stop_;
  std::atomic<int> number_ = 0;
  int counted_ = 0;
  int copies_ = 0;
  std::chrono::steady_clock::time_point first_time_;
  base::Descriptor signals_;
  base::Descriptor ended_;
  std::jthread watcher_;
};

}  // namespace iter8::entrypoint
