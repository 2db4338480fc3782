#include "load/engine.h"

#include <algorithm>
#include <cmath>
#include <condition_variable>
#include <exception>
#include <memory>
#include <mutex>
#include <system_error>
#include <thread>
#include <vector>

#include <fmt/format.h>
#include <sched.h>
#include <sys/resource.h>

#include "base/duration.h"
#include "base/error.h"
#include "load/destination.h"
#include "load/profile.h"
#include "load/request.h"
#include "load/worker.h"

namespace iter8::load {
namespace {

constexpr base::Duration kWatchEvery = std::chrono::milliseconds(250);
/// Lets all threads be ready when the first request is due.
constexpr base::Duration kStartDelay = std::chrono::milliseconds(1);
/// What one worker handles with ease, so that fewer loads need another: see workers_for().
constexpr double kRatePerWorker = 20'000;
constexpr double kConnectionsPerWorker = 16;
constexpr int kSpareDescriptors = 256;

void check_profile(const Plan& plan) {
  if (!plan.trace.empty()) {
    if (plan.arrival == Arrival::poisson) throw base::Error("load: a trace cannot be poisson");
    if (plan.trace.front() < base::Duration{0} || !std::ranges::is_sorted(plan.trace))
      throw base::Error("load: the times of a trace must be ascending and not negative");
    return;
  }
  if (plan.stages.empty()) {
    if (plan.rate > 0 && std::isfinite(plan.rate)) return;
    throw base::Error("load: the rate must be a positive number");
  }
  const bool sound =
      plan.rate >= 0 && std::isfinite(plan.rate) && std::ranges::all_of(plan.stages, [](const Stage& stage) {
        return stage.duration >= base::Duration{0} && stage.rate >= 0 && std::isfinite(stage.rate);
      });
  if (!sound) throw base::Error("load: rates and durations of stages must not be negative");
  if (!(Profile::of(plan).total() > 0)) throw base::Error("load: the stages ask for no request");
}

void check(const Plan& plan) {
  if (plan.targets.empty()) throw base::Error("load: there is no target");
  if (plan.connections < 1) throw base::Error("load: connections must be at least 1");
  if (plan.streams < 1) throw base::Error("load: streams must be at least 1");
  if (plan.timeout <= base::Duration{0}) throw base::Error("load: the timeout must be positive");
  if (plan.shard.count < 1 || plan.shard.index < 0 || plan.shard.index >= plan.shard.count)
    throw base::Error("load: the shard's index must be at least 0 and below their number");
  const bool ends = plan.requests || plan.duration;
  if (plan.arrival == Arrival::closed) {
    if (!ends) throw base::Error("load: neither a number of requests nor a duration is given");
    return;
  }
  check_profile(plan);
  if (!ends && !Profile::of(plan).end())
    throw base::Error("load: neither a number of requests nor a duration is given");
}

int cores() {
  cpu_set_t set;
  CPU_ZERO(&set);
  return sched_getaffinity(0, sizeof(set), &set) == 0 ? std::max(1, CPU_COUNT(&set)) : 1;
}

/// As many workers as there are cores this process may use, but no more than the load warrants: one for each
/// 20 000 requests a second (open loop) or 16 connections (closed loop) of all targets, and no more than
/// connections or requests of one target.
int workers_for(const Plan& plan) {
  const auto targets = static_cast<double>(plan.targets.size());
  const double warranted = plan.arrival == Arrival::closed
                               ? plan.connections * targets / kConnectionsPerWorker
                               : Profile::of(plan).peak_rate() * targets / plan.shard.count / kRatePerWorker;
  const auto most = static_cast<std::int64_t>(std::min(std::ceil(warranted), 4096.0));
  std::int64_t workers = plan.workers > 0 ? plan.workers : std::min<std::int64_t>(cores(), most);
  workers = std::min<std::int64_t>(workers, plan.connections);
  if (plan.requests) workers = std::min(workers, *plan.requests);
  return static_cast<int>(std::max<std::int64_t>(1, workers));
}

/// Raises the soft limit on descriptors towards the hard one when the connections need it. It stays raised:
/// the limit belongs to the whole process.
void allow_descriptors(const Plan& plan) {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  const rlim_t needed = static_cast<rlim_t>(plan.connections) * plan.targets.size() + kSpareDescriptors;
  if (limit.rlim_cur >= needed) return;
  limit.rlim_cur = std::min(limit.rlim_max, needed);
  setrlimit(RLIMIT_NOFILE, &limit);
}

std::vector<Destination> prepare_all(const Plan& plan, const std::stop_token& stop) {
  std::vector<Destination> destinations;
  destinations.reserve(plan.targets.size());
  for (const Target& target : plan.targets) {
    destinations.push_back(prepare(target, plan, stop));
  }
  return destinations;
}

/// The workers' threads. Leaving its scope stops and joins them.
class Crew {
 public:
  Crew(std::vector<std::unique_ptr<Worker>>& workers, const std::stop_token& stop)
      : workers_(workers), forward_(stop, Stop{this}) {
    try {
      for (const std::unique_ptr<Worker>& worker : workers_) {
        threads_.emplace_back([this, &worker] { work(*worker); });
      }
    } catch (const std::system_error& error) {
      request_stop();
      throw base::Error(fmt::format("load: cannot start {} threads: {}", workers_.size(), error.what()));
    }
  }
  ~Crew() { request_stop(); }
  Crew(const Crew&) = delete;
  Crew& operator=(const Crew&) = delete;

  /// Waits for all workers, at most `limit`; rethrows what one of them threw.
  bool wait(base::Duration limit) {
    std::unique_lock lock(mutex_);
    const bool done = changed_.wait_for(lock, limit, [&] { return finished_ == workers_.size(); });
    if (done && failure_) std::rethrow_exception(failure_);
    return done;
  }

 private:
  struct Stop {
    Crew* crew;
    void operator()() const { crew->request_stop(); }
  };

  void request_stop() {
    stop_.request_stop();
    for (const std::unique_ptr<Worker>& worker : workers_) worker->wake();
  }

  void work(Worker& worker) {
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

  std::vector<std::unique_ptr<Worker>>& workers_;
  std::stop_source stop_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::size_t finished_ = 0;
  std::exception_ptr failure_;
  std::vector<std::jthread> threads_;
  std::stop_callback<Stop> forward_;
};

Snapshot snapshot(const std::vector<std::unique_ptr<Worker>>& workers, base::Duration elapsed) {
  LivePage::Totals totals;
  for (const std::unique_ptr<Worker>& worker : workers) worker->live().add_to(totals);
  return {.elapsed = elapsed,
          .requests = totals.finished,
          .errors = totals.errors,
          .achieved_rate = static_cast<double>(totals.finished) / std::max(base::to_seconds(elapsed), 1e-3),
          .latency_p95 = base::Duration(totals.latency.percentile(95))};
}

void merge(std::vector<Tally>& into, const std::vector<Tally>& parts) {
  into.resize(parts.size());
  for (std::size_t i = 0; i < parts.size(); ++i) into[i].add(parts[i]);
}

}  // namespace

Measurement run(const Plan& plan, const Watch& watch, const std::stop_token& stop) {
  check(plan);
  allow_descriptors(plan);
  const std::vector<Destination> destinations = prepare_all(plan, stop);
  const int count = workers_for(plan);
  const base::MonotonicTime start = std::chrono::steady_clock::now() + kStartDelay;
  const base::MonotonicTime measured_from = start + plan.warmup;
  std::vector<std::unique_ptr<Worker>> workers;
  for (int number = 0; number < count; ++number) {
    workers.push_back(std::make_unique<Worker>(
        plan, destinations,
        Worker::Share{
            .number = number, .workers = count, .start = start, .publishes = static_cast<bool>(watch)}));
  }

  {
    Crew crew(workers, stop);
    while (!crew.wait(kWatchEvery)) {
      if (!watch) continue;
      const base::MonotonicTime now = std::chrono::steady_clock::now();
      watch(snapshot(workers, now - (now < measured_from ? start : measured_from)));
    }
  }

  Measurement measurement;
  measurement.asked_rate =
      plan.arrival == Arrival::closed ? 0 : Profile::of(plan).mean_rate() / plan.shard.count;
  measurement.end = stop.stop_requested() ? EndReason::stopped : EndReason::done;
  measurement.workers = count;
  for (const std::unique_ptr<Worker>& worker : workers) {
    merge(measurement.targets, worker->take_measured());
    merge(measurement.warmup, worker->take_warmup());
    measurement.elapsed = std::max(measurement.elapsed, worker->end() - measured_from);
  }
  return measurement;
}

std::string request_text(const Target& target, KeepAlive keep_alive) {
  return http1_request(target, keep_alive);
}

}  // namespace iter8::load
