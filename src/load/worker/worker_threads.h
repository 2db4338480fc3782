#pragma once

#include <condition_variable>
#include <exception>
#include <memory>
#include <mutex>
#include <span>
#include <stop_token>
#include <thread>
#include <vector>

#include "base/clock.h"
#include "load/worker/worker.h"

namespace iter8::load {

/// Runs each worker on a thread of its own. Leaving its scope stops and joins them; afterwards the workers'
/// results may be read. Used by the thread that started the load.
class WorkerThreads {
 public:
  /// The workers outlive this. `stop` ends the load from outside. Throws base::Error when the system gives no
  /// more threads.
  WorkerThreads(std::span<const std::unique_ptr<Worker>> workers, const std::stop_token& stop);
  ~WorkerThreads() { request_stop(); }
  WorkerThreads(const WorkerThreads&) = delete;
  WorkerThreads& operator=(const WorkerThreads&) = delete;

  /// Makes all workers look at the abort flag.
  void wake();
  /// Waits until all workers are done, but no longer than `limit`; false when they are not. Rethrows what one
  /// of them threw.
  bool wait(base::Duration limit);

 private:
  struct Stop {
    WorkerThreads* threads;
    void operator()() const { threads->request_stop(); }
  };

  void request_stop();
  void run_worker(Worker& worker);

  std::span<const std::unique_ptr<Worker>> workers_;
  std::stop_source stop_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::size_t finished_ = 0;
  std::exception_ptr failure_;
  std::vector<std::jthread> threads_;
  std::stop_callback<Stop> forward_;
};

}  // namespace iter8::load
