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
#include <sys/resource.h>

#include "base/duration.h"
#include "base/error.h"
#include "load/protocol/destination.h"
#include "load/request/request.h"
#include "load/schedule/profile.h"
#include "load/worker/abort_flag.h"
#include "load/worker/cpu_quota.h"
#include "load/worker/worker.h"

namespace iter8::load {
namespace {

constexpr base::Duration kRuleEvery = std::chrono::milliseconds(100);
constexpr int kRulesPerWatch = 3;
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
  if (plan.think_least < base::Duration{0} || plan.think_most < plan.think_least)
    throw base::Error("load: the longest pause must be at least the shortest one");
  if (plan.think_most > base::Duration{0} && plan.http != HttpVersion::one && plan.streams > 1)
    throw base::Error("load: with pauses a connection carries one stream");
  if (plan.queue && *plan.queue < 0) throw base::Error("load: the queue must not be negative");
  if (plan.arrival == Arrival::closed) {
    if (!ends) throw base::Error("load: neither a number of requests nor a duration is given");
    return;
  }
  check_profile(plan);
  if (!ends && !Profile::of(plan).end())
    throw base::Error("load: neither a number of requests nor a duration is given");
}

/// As many workers as there are whole cores this process may use (a container may have a quota), but no more
/// than the load warrants: one for each 20 000 requests a second (open loop) or 16 connections (closed loop)
/// of all targets, and no more than connections or requests of one target.
int workers_for(const Plan& plan) {
  const auto targets = static_cast<double>(plan.targets.size());
  const double warranted = plan.arrival == Arrival::closed
                               ? plan.connections * targets / kConnectionsPerWorker
                               : Profile::of(plan).peak_rate() * targets / plan.shard.count / kRatePerWorker;
  const auto most = static_cast<std::int64_t>(std::min(std::ceil(warranted), 4096.0));
  std::int64_t workers = plan.workers > 0
                             ? plan.workers
                             : std::min(static_cast<std::int64_t>(std::max(1.0, available_cores())), most);
  workers = std::min<std::int64_t>(workers, plan.connections);
  if (plan.requests) workers = std::min(workers, *plan.requests);
  return static_cast<int>(std::max<std::int64_t>(1, workers));
}

int most_connections(const Plan& plan) {
  return std::max(plan.connections, plan.max_connections);
}

/// Raises the soft limit on descriptors towards the hard one when the connections need it, and notes when
/// that is not enough. It stays raised: the limit belongs to the whole process.
void allow_descriptors(const Plan& plan, std::vector<std::string>& notes) {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  const rlim_t needed = static_cast<rlim_t>(most_connections(plan)) * plan.targets.size() + kSpareDescriptors;
  if (limit.rlim_cur >= needed) return;
  limit.rlim_cur = std::min(limit.rlim_max, needed);
  const bool raised = setrlimit(RLIMIT_NOFILE, &limit) == 0;
  if (raised && limit.rlim_cur >= needed) return;
  notes.push_back(fmt::format("{} connections need {} descriptors, and the limit (ulimit -Hn) is {}",
                              most_connections(plan) * static_cast<std::int64_t>(plan.targets.size()), needed,
                              limit.rlim_max));
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
class WorkerThreads {
 public:
  WorkerThreads(std::vector<std::unique_ptr<Worker>>& workers, const std::stop_token& stop)
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
  ~WorkerThreads() { request_stop(); }
  WorkerThreads(const WorkerThreads&) = delete;
  WorkerThreads& operator=(const WorkerThreads&) = delete;

  /// Makes all workers look at the brake.
  void wake() {
    for (const std::unique_ptr<Worker>& worker : workers_) worker->wake();
  }

  /// Waits for all workers, at most `limit`; rethrows what one of them threw.
  bool wait(base::Duration limit) {
    std::unique_lock lock(mutex_);
    const bool done = changed_.wait_for(lock, limit, [&] { return finished_ == workers_.size(); });
    if (done && failure_) std::rethrow_exception(failure_);
    return done;
  }

 private:
  struct Stop {
    WorkerThreads* threads;
    void operator()() const { threads->request_stop(); }
  };

  void request_stop() {
    stop_.request_stop();
    wake();
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

Snapshot snapshot(const Plan& plan, const std::vector<std::unique_ptr<Worker>>& workers,
                  base::MonotonicTime measured_from) {
  LivePage::Totals totals;
  for (const std::unique_ptr<Worker>& worker : workers) worker->live().add_to(totals);
  const base::MonotonicTime now = std::chrono::steady_clock::now();
  const bool warms_up = now < measured_from;
  const base::Duration elapsed = now - (warms_up ? measured_from - plan.warmup : measured_from);
  Snapshot snapshot{
      .elapsed = elapsed,
      .requests = totals.finished,
      .errors = totals.errors,
      .begun = totals.begun,
      .achieved_rate = static_cast<double>(totals.finished) / std::max(base::to_seconds(elapsed), 1e-3),
      .latency = std::move(totals.latency),
      .lateness = std::move(totals.lateness),
      .warms_up = warms_up};
  if (plan.arrival == Arrival::closed) return snapshot;
  const Profile profile = warms_up ? Profile::of_warmup(plan) : Profile::of(plan);
  snapshot.due = profile.arrivals_until(plan.duration ? std::min(elapsed, *plan.duration) : elapsed);
  if (plan.requests) snapshot.due = std::min(snapshot.due, static_cast<double>(*plan.requests));
  snapshot.due *= static_cast<double>(plan.targets.size()) / plan.shard.count;
  return snapshot;
}

/// Waits until the crew is done, watches it and asks the rule.
void accompany(WorkerThreads& threads, AbortFlag& abort_flag, const std::function<Snapshot()>& look,
               const Watch& watch, const StopRule& stop_rule) {
  for (int round = 1; !threads.wait(kRuleEvery); ++round) {
    const bool watches = watch && round % kRulesPerWatch == 0;
    if (abort_flag.is_pulled()) threads.wake();
    if (!watches && !stop_rule) continue;
    const Snapshot snapshot = look();
    if (watches) watch(snapshot);
    if (!stop_rule || snapshot.warms_up) continue;
    if (const auto why = stop_rule(snapshot)) {
      abort_flag.pull(EndReason::stop_rule, *why);
      threads.wake();
    }
  }
}

/// Of a load that ended before its schedule, the rate until then.
double asked_rate(const Plan& plan, const Measurement& measurement) {
  if (plan.arrival == Arrival::closed) return 0;
  const Profile profile = Profile::of(plan);
  std::int64_t asked = 0;
  for (const Tally& tally : measurement.targets) asked = std::max(asked, tally.asked);
  const bool is_part = plan.requests || plan.duration || measurement.end != EndReason::done;
  const double rate = is_part && asked > 0
                          ? profile.mean_rate_of(static_cast<double>(asked) * plan.shard.count)
                          : profile.mean_rate();
  return rate / plan.shard.count;
}

void merge(std::vector<Tally>& into, const std::vector<Tally>& parts) {
  into.resize(parts.size());
  for (std::size_t i = 0; i < parts.size(); ++i) into[i].add(parts[i]);
}

}  // namespace

Measurement run(const Plan& plan, const Watch& watch, const std::stop_token& stop,
                const StopRule& stop_rule) {
  check(plan);
  const base::MonotonicTime called = std::chrono::steady_clock::now();
  Measurement measurement;
  allow_descriptors(plan, measurement.notes);
  const std::vector<Destination> destinations = prepare_all(plan, stop);
  const int count = workers_for(plan);
  const bool can_spin = plan.precision == Precision::high && available_cores() > count;
  if (can_spin) measurement.precision = Precision::high;
  if (plan.precision == Precision::high && !can_spin)
    measurement.notes.emplace_back(
        "precision: high needs a core to spare beside the workers'; it was normal");
  AbortFlag abort_flag(plan.error_budget);
  const base::MonotonicTime start = std::chrono::steady_clock::now() + kStartDelay;
  const base::MonotonicTime measured_from = start + plan.warmup;
  measurement.lead = measured_from - called;
  std::vector<std::unique_ptr<Worker>> workers;
  for (int number = 0; number < count; ++number) {
    const Worker::Share share{.number = number,
                              .workers = count,
                              .start = start,
                              .publishes = watch || stop_rule,
                              .spins = can_spin,
                              .abort_flag = &abort_flag};
    workers.push_back(std::make_unique<Worker>(plan, destinations, share));
  }
  {
    WorkerThreads threads(workers, stop);
    accompany(
        threads, abort_flag, [&] { return snapshot(plan, workers, measured_from); }, watch, stop_rule);
  }

  measurement.end = stop.stop_requested() ? EndReason::stopped : abort_flag.reason();
  measurement.end_text = abort_flag.why();
  for (const std::unique_ptr<Worker>& worker : workers) {
    merge(measurement.targets, worker->take_measured());
    merge(measurement.warmup, worker->take_warmup());
    measurement.workers.push_back(worker->health());
    measurement.elapsed = std::max(measurement.elapsed, worker->end() - measured_from);
  }
  measurement.asked_rate = asked_rate(plan, measurement);
  return measurement;
}

std::string request_text(const Target& target, KeepAlive keep_alive) {
  return http1_request(target, keep_alive);
}

}  // namespace iter8::load
