#include "load/worker/worker_threads.h"

#include <system_error>

#include <fmt/format.h>

#include "base/error.h"

namespace iter8::load {

WorkerThreads::WorkerThreads(std::span<const std::unique_ptr<Worker>> workers, const std::stop_token& stop)
    : workers_(workers), forward_(stop, Stop{this}) {
  try {
    for (const std::unique_ptr<Worker>& worker : workers_) {
      threads_.emplace_back([this, &worker] { run_worker(*worker); });
    }
  } catch (const std::system_error& error) {
    request_stop();
    throw base::Error(fmt::format("load: cannot start {} threads: {}", workers_.size(), error.what()));
  }
}

void WorkerThreads::wake() {
  for (const std::unique_ptr<Worker>& worker : workers_) worker->wake();
}

bool WorkerThreads::wait(base::Duration limit) {
  std::unique_lock lock(mutex_);
  const bool done = changed_.wait_for(lock, limit, [&] { return finished_ == workers_.size(); });
  if (done && failure_) std::rethrow_exception(failure_);
  return done;
}

void WorkerThreads::request_stop() {
  stop_.request_stop();
  wake();
}

void WorkerThreads::run_worker(Worker& worker) {
  std::exception_ptr failure;
  try {
    worker.run(stop_.get_token());
  } catch (...) {
    failure = std::current_exception();
    request_stop();
  }
  const std::lock_guard lock(mutex_);
  if (failure) failure_ = failure;
  ++finished_;
  changed_.notify_all();
}

}  // namespace iter8::load
