#pragma once

#include <atomic>
#include <functional>
#include <stop_token>
#include <string>
#include <thread>

#include "base/descriptor.h"

namespace iter8::entrypoint {

/// Turns the first SIGINT or SIGTERM into a stop request; a second one ends the process and all its children
/// at once. Blocks the two signals in every thread created during its lifetime, so it must be created before
/// any other thread. After its destruction a first signal comes too late and has no effect, in particular not
/// on the exit code of a finished run; a second one ends the process, which may be stuck writing its last
/// lines. Also works as process 1, whose unhandled signals the kernel ignores.
class Signals {
 public:
  /// `before_exit` is called before a second signal ends the process, to restore the terminal.
  explicit Signals(std::function<void()> before_exit = [] {});
  ~Signals();
  Signals(const Signals&) = delete;
  Signals& operator=(const Signals&) = delete;

  std::stop_token token() const { return stop_.get_token(); }
  bool received() const { return number_ != 0; }
  /// "SIGINT" or "SIGTERM"; empty before any signal.
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
