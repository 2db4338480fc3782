#pragma once

#include <atomic>
#include <functional>
#include <stop_token>
#include <string>
#include <thread>

#include "base/descriptor.h"

namespace iter8::entrypoint {

/// Turns SIGINT and SIGTERM into a stop request; a second signal ends the process at once, with all its
/// children. While it lives the two are blocked in every thread made after it, so it must be made before any
/// other thread. Afterwards a first signal comes too late and changes nothing, above all not the exit code of
/// a finished run; another one of its kind ends the process, which may be stuck in writing its last lines.
/// Also works as process 1, whose unhandled signals the kernel drops.
class Signals {
 public:
  /// `before_exit` runs before the process is ended by a second signal: to leave the terminal as it was.
  explicit Signals(std::function<void()> before_exit = [] {});
  ~Signals();
  Signals(const Signals&) = delete;
  Signals& operator=(const Signals&) = delete;

  std::stop_token token() const { return stop_.get_token(); }
  bool received() const { return number_ != 0; }
  /// "SIGINT" or "SIGTERM"; empty before a signal came.
  std::string name() const;
  /// 130 or 143.
  int exit_code() const { return 128 + number_; }

 private:
  void watch(const std::stop_token& ended);

  std::function<void()> before_exit_;
  std::stop_source stop_;
  std::atomic<int> number_ = 0;
  base::Descriptor signals_;
  base::Descriptor ended_;
  std::jthread watcher_;
};

}  // namespace iter8::entrypoint
