#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

#include <httplib.h>

namespace iter8::demo {

/// Runs every connection on a thread of its own: grows when no thread is idle, up to a limit, and keeps the
/// threads. A connection that is kept alive holds its thread, so a pool of fixed size would starve the other
/// clients.
class ThreadPool final : public httplib::TaskQueue {
 public:
  void enqueue(std::function<void()> job) override;

  /// Finishes what was enqueued and joins the threads.
  void shutdown() override;

 private:
  void work();

  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::function<void()>> jobs_;
  std::vector<std::thread> threads_;
  std::size_t idle_ = 0;
  bool closed_ = false;
};

}  // namespace iter8::demo
