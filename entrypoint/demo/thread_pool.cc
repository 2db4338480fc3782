#include "entrypoint/demo/thread_pool.h"

namespace iter8::demo {
namespace {

constexpr std::size_t kMostThreads = 4096;

}  // namespace

void ThreadPool::enqueue(std::function<void()> job) {
  const std::lock_guard lock(mutex_);
  jobs_.push_back(std::move(job));
  if (idle_ < jobs_.size() && threads_.size() < kMostThreads) threads_.emplace_back([this] { work(); });
  changed_.notify_one();
}

void ThreadPool::shutdown() {
  {
    const std::lock_guard lock(mutex_);
    closed_ = true;
    changed_.notify_all();
  }
  for (std::thread& thread : threads_) thread.join();
}

void ThreadPool::work() {
  std::unique_lock lock(mutex_);
  while (true) {
    idle_ += 1;
    changed_.wait(lock, [this] { return closed_ || !jobs_.empty(); });
    idle_ -= 1;
    if (jobs_.empty()) return;
    const std::function<void()> job = std::move(jobs_.front());
    jobs_.pop_front();
    lock.unlock();
    job();
    lock.lock();
  }
}

}  // namespace iter8::demo
