#include "load/engine.h"

#include <algorithm>
#include <cmath>
#include <memory>
#include <vector>

#include <fmt/format.h>
#include <sys/resource.h>

#include "base/duration.h"
#include "load/plan_check.h"
#include "load/protocol/destination.h"
#include "load/schedule/profile.h"
#include "load/worker/abort_flag.h"
#include "load/worker/cpu_quota.h"
#include "load/worker/worker.h"
#include "load/worker/worker_threads.h"

namespace iter8::load {
namespace {

constexpr base::Duration kStopRuleInterval = std::chrono::milliseconds(100);
constexpr int kStopRulesPerProgress = 3;
/// Until the first request is due, so that all threads are ready by then.
constexpr base::Duration kStartDelay = std::chrono::milliseconds(1);
/// What one worker handles with ease: see worker_count().
constexpr double kRatePerWorker = 20'000;
constexpr double kConnectionsPerWorker = 16;
constexpr int kSpareDescriptors = 256;

/// As many workers as there are whole cores this process may use (a container may have a quota), but no more
/// than the load warrants: one for each 20 000 requests a second (open loop) or 16 connections (closed loop)
/// of all targets, and no more than connections or requests of one target.
int worker_count(const Plan& plan) {
  const auto targets = static_cast<double>(plan.targets.size());
  const double warranted = plan.arrival == Arrival::closed
                               ? plan.connections * targets / kConnectionsPerWorker
                               : Profile::of(plan).peak_rate() * targets / plan.shard.count / kRatePerWorker;
  const auto limit = static_cast<std::int64_t>(std::min(std::ceil(warranted), 4096.0));
  std::int64_t workers = plan.workers > 0
                             ? plan.workers
                             : std::min(static_cast<std::int64_t>(std::max(1.0, available_cores())), limit);
  workers = std::min<std::int64_t>(workers, plan.connections);
  if (plan.requests) workers = std::min(workers, *plan.requests);
  if (!plan.concurrency.empty()) workers = std::min<std::int64_t>(workers, plan.concurrency.back().limit);
  return static_cast<int>(std::max<std::int64_t>(1, workers));
}

int max_connections(const Plan& plan) {
  return std::max(plan.connections, plan.max_connections);
}

/// Raises the soft limit on descriptors towards the hard one when the connections need it, and notes when
/// that is not enough. It stays raised: the limit belongs to the whole process.
void raise_descriptor_limit(const Plan& plan, std::vector<std::string>& notes) {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  const rlim_t needed = static_cast<rlim_t>(max_connections(plan)) * plan.targets.size() + kSpareDescriptors;
  if (limit.rlim_cur >= needed) return;
  limit.rlim_cur = std::min(limit.rlim_max, needed);
  const bool raised = setrlimit(RLIMIT_NOFILE, &limit) == 0;
  if (raised && limit.rlim_cur >= needed) return;
  notes.push_back(fmt::format("{} connections need {} descriptors, and the limit (ulimit -Hn) is {}",
                              max_connections(plan) * static_cast<std::int64_t>(plan.targets.size()), needed,
                              limit.rlim_max));
}

std::vector<Destination> prepare_targets(const Plan& plan, const std::stop_token& stop) {
  std::vector<Destination> destinations;
  destinations.reserve(plan.targets.size());
  for (const Target& target : plan.targets) {
    destinations.push_back(prepare(target, plan, stop));
  }
  return destinations;
}

/// The live numbers of all workers together.
Snapshot take_snapshot(const Plan& plan, const std::vector<std::unique_ptr<Worker>>& workers,
                       base::MonotonicTime measured_from) {
  LiveTotals::Values totals;
  for (const std::unique_ptr<Worker>& worker : workers) worker->live().add_to(totals);
  const base::MonotonicTime now = std::chrono::steady_clock::now();
  const bool is_warmup = now < measured_from;
  const base::Duration elapsed = now - (is_warmup ? measured_from - plan.warmup : measured_from);
  Snapshot snapshot{
      .elapsed = elapsed,
      .requests = totals.finished,
      .errors = totals.errors,
      .started = totals.started,
      .achieved_rate = static_cast<double>(totals.finished) / std::max(base::to_seconds(elapsed), 1e-3),
      .latency = std::move(totals.latency),
      .lateness = std::move(totals.lateness),
      .is_warmup = is_warmup};
  for (LiveTotals::Values::Target& target : totals.targets)
    snapshot.targets.push_back(
        {.requests = target.finished, .errors = target.errors, .latency = std::move(target.latency)});
  if (plan.arrival == Arrival::closed) return snapshot;
  const Profile profile = is_warmup ? Profile::of_warmup(plan) : Profile::of(plan);
  snapshot.due = profile.arrivals_until(plan.duration ? std::min(elapsed, *plan.duration) : elapsed);
  if (plan.requests) snapshot.due = std::min(snapshot.due, static_cast<double>(*plan.requests));
  snapshot.due *= static_cast<double>(plan.targets.size()) / plan.shard.count;
  return snapshot;
}

/// Waits until all workers are done; meanwhile reports progress and evaluates the stop rule.
void monitor(WorkerThreads& threads, AbortFlag& abort_flag, const std::function<Snapshot()>& snapshot_now,
             const ProgressCallback& on_progress, const StopRule& stop_rule) {
  for (int round = 1; !threads.wait(kStopRuleInterval); ++round) {
    const bool reports = on_progress && round % kStopRulesPerProgress == 0;
    if (abort_flag.is_set()) threads.wake();
    if (!reports && !stop_rule) continue;
    const Snapshot snapshot = snapshot_now();
    if (reports) on_progress(snapshot);
    if (!stop_rule || snapshot.is_warmup) continue;
    if (const auto why = stop_rule(snapshot)) {
      abort_flag.set(EndReason::stop_rule, *why);
      threads.wake();
    }
  }
}

/// The mean rate of the schedule; of a load that ended before its schedule did, the mean until then.
double requested_rate(const Plan& plan, const Measurement& measurement) {
  if (plan.arrival == Arrival::closed) return 0;
  const Profile profile = Profile::of(plan);
  std::int64_t scheduled = 0;
  for (const Tally& tally : measurement.targets) scheduled = std::max(scheduled, tally.scheduled);
  const bool is_part = plan.requests || plan.duration || measurement.end != EndReason::done;
  const double rate = is_part && scheduled > 0
                          ? profile.mean_rate_of(static_cast<double>(scheduled) * plan.shard.count)
                          : profile.mean_rate();
  return rate / plan.shard.count;
}

void merge(std::vector<Tally>& into, const std::vector<Tally>& parts) {
  into.resize(parts.size());
  for (std::size_t i = 0; i < parts.size(); ++i) into[i].add(parts[i]);
}

}  // namespace

Measurement run(const Plan& plan, const ProgressCallback& on_progress, const std::stop_token& stop,
                const StopRule& stop_rule) {
  check_plan(plan);
  const base::MonotonicTime called = std::chrono::steady_clock::now();
  Measurement measurement;
  raise_descriptor_limit(plan, measurement.notes);
  const std::vector<Destination> destinations = prepare_targets(plan, stop);
  const int count = worker_count(plan);
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
                              .called = called,
                              .publishes = on_progress || stop_rule,
                              .spins = can_spin,
                              .abort_flag = &abort_flag};
    workers.push_back(std::make_unique<Worker>(plan, destinations, share));
  }
  {
    WorkerThreads threads(workers, stop);
    monitor(
        threads, abort_flag, [&] { return take_snapshot(plan, workers, measured_from); }, on_progress,
        stop_rule);
  }

  measurement.end = stop.stop_requested() ? EndReason::stopped : abort_flag.reason();
  measurement.end_text = abort_flag.why();
  for (const std::unique_ptr<Worker>& worker : workers) {
    merge(measurement.targets, worker->take_tallies());
    merge(measurement.warmup, worker->take_warmup());
    measurement.workers.push_back(worker->health());
    measurement.elapsed = std::max(measurement.elapsed, worker->end() - measured_from);
  }
  for (std::size_t i = 0; i < destinations.size(); ++i)
    if (destinations[i].is_http1_required())
      measurement.notes.push_back(plan.targets[i].url.authority() +
                                  " asks for HTTP/1.1 (HTTP_1_1_REQUIRED), which was spoken from then on");
  measurement.requested_rate = requested_rate(plan, measurement);
  return measurement;
}

}  // namespace iter8::load
