#include "load/worker/worker.h"

#include <algorithm>
#include <csignal>
#include <optional>
#include <utility>

#include <sched.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include "base/duration.h"
#include "load/worker/cpu_quota.h"

namespace iter8::load {
namespace {

constexpr std::size_t kEventsPerWait = 256;
constexpr base::Duration kPublishEvery = std::chrono::milliseconds(100);
/// Publishing takes tens of microseconds, so it waits for a moment when nothing is due for kQuiet, but for
/// kPublishLatest at most.
constexpr base::Duration kQuiet = std::chrono::microseconds(200);
constexpr base::Duration kPublishLatest = std::chrono::milliseconds(20);
/// A worker wakes up at least so often, also when nothing is due: so it notices that it did not run.
constexpr base::Duration kHeartbeat = std::chrono::milliseconds(20);
constexpr base::Duration kRepinEvery = std::chrono::milliseconds(100);
/// Closed loop: between the first connections that all workers together open, 20 000 a second.
constexpr base::Duration kOpeningGap = std::chrono::microseconds(50);

/// Signals are for the program's other threads, and a broken connection under TLS must not kill the process
/// with SIGPIPE.
void block_signals() {
  sigset_t all;
  sigfillset(&all);
  pthread_sigmask(SIG_BLOCK, &all, nullptr);
}

base::Duration duration_of(const timeval& time) {
  return std::chrono::seconds(time.tv_sec) + std::chrono::microseconds(time.tv_usec);
}

/// This worker's part of the concurrency at each time.
std::vector<std::pair<base::MonotonicTime, std::size_t>> concurrency_of(const Plan& plan,
                                                                        const Worker::Share& share) {
  std::vector<std::pair<base::MonotonicTime, std::size_t>> steps;
  for (const ConcurrencyStep& step : plan.concurrency)
    steps.emplace_back(share.start + plan.warmup + step.at,
                       static_cast<std::size_t>(share_of(step.limit, share.number, share.workers)));
  return steps;
}

}  // namespace

Worker::Worker(const Plan& plan, std::span<const Destination> destinations, const Share& share)
    : plan_(plan), share_(share), events_(kEventsPerWait), core_pinner_(allowed_processors()) {
  const int most = std::max(plan.connections, plan.max_connections);
  const bool is_closed = plan.arrival == Arrival::closed;
  const auto part = [&share](int total) {
    return static_cast<int>(share_of(total, share.number, share.workers));
  };
  pools_.reserve(destinations.size());
  for (const Destination& destination : destinations) {
    const auto target = static_cast<std::uint32_t>(pools_.size());
    first_connections_.push_back(target * static_cast<std::uint32_t>(part(most)));
    pools_.emplace_back(
        destination, context_,
        ConnectionPool::Settings{
            .connections = part(plan.connections),
            .max_connections = part(most),
            .streams = plan.http == HttpVersion::one ? 1 : plan.streams,
            .timeout = plan.timeout,
            .first_index = first_connections_.back(),
            .backs_off = is_closed && plan.duration.has_value(),
            .opening_delay = is_closed ? kOpeningGap * share.number : base::Duration{0},
            .opening_gap = is_closed ? kOpeningGap * share.workers : base::Duration{0},
            .think_min = plan.think_min,
            .think_max = plan.think_max,
            .seed = plan.seed + static_cast<std::uint64_t>(share.number) * destinations.size() + target,
            .concurrency = concurrency_of(plan, share)});
    warmup_.emplace_back(destination.error_statuses, std::vector<base::Duration>{}, std::nullopt,
                         destination.parts);
    measured_.emplace_back(destination.error_statuses, plan.targets[target].limits,
                           plan.targets[target].latency_cap, destination.parts);
  }
}

void Worker::run(const std::stop_token& stop) {
  block_signals();
  prctl(PR_SET_TIMERSLACK, 1UL);  // the default lets the kernel wake us 50 µs late
  context_.now = std::chrono::steady_clock::now();
  publish_at_ = context_.now + kPublishEvery;
  if (share_.spins) repin_at_ = context_.now + kRepinEvery;
  if (plan_.warmup > base::Duration{0}) {
    start_warmup();
  } else {
    start_measurement();
  }
  while (!stop.stop_requested() && run_once()) wait();
  for (ConnectionPool& pool : pools_) pool.abort_in_flight();
  measure_health();
  for (ConnectionPool& pool : pools_) pool.say_farewell();
}

/// False when the load is done.
bool Worker::run_once() {
  if (!measuring_ && context_.now >= share_.start + plan_.warmup) start_measurement();
  if (share_.abort_flag != nullptr) check_abort_flag();
  if (cut_at_ && context_.now >= *cut_at_) return false;
  bool done = measuring_;
  for (std::size_t i = 0; i < pools_.size(); ++i) {
    ConnectionPool& pool = pools_[(first_pool_ + i) % pools_.size()];
    pool.expire();
    pool.pump();
    done = done && pool.is_done();
  }
  first_pool_ = (first_pool_ + 1) % pools_.size();
  return !done;
}

void Worker::check_abort_flag() {
  std::int64_t errors = 0;
  for (const Recorder& recorder : measured_) errors += recorder.error_count();
  share_.abort_flag->count_errors(errors - errors_counted_);
  errors_counted_ = errors;
  if (!share_.abort_flag->is_set() || !sending_) return;
  sending_ = false;
  if (!measuring_) start_measurement();
  for (ConnectionPool& pool : pools_) pool.stop_sending();
  if (plan_.drain == Drain::cut) cut_at_ = context_.now;
}

void Worker::wait() {
  const std::optional<base::MonotonicTime> wake = next_wake();
  if (share_.publishes && context_.now >= publish_at_) publish(wake.value_or(base::MonotonicTime::max()));

  std::span<const epoll_event> events;
  if (wake && share_.spins) {
    events = wait_spinning(*wake);
  } else {
    events = sleep_until(wake.value_or(base::MonotonicTime::max()));
  }
  if (context_.now >= point_end_) advance_series();
  if (context_.now >= repin_at_) repin();
  handle(events);
  // Responses that arrived meanwhile make room for requests that can leave in the same write.
  const bool batches_writes =
      std::ranges::any_of(pools_, [](const ConnectionPool& pool) { return pool.has_pending_writes(); });
  if (batches_writes) handle(context_.poller.wait(events_, base::Duration{0}));
  // More events than one call brings may have come during a standstill.
  if (events.size() < events_.size()) context_.is_catching_up = false;
}

std::span<const epoll_event> Worker::sleep_until(base::MonotonicTime wake) {
  const base::Duration asked = std::clamp(wake - context_.now, base::Duration{0}, kHeartbeat);
  const std::span<const epoll_event> events = context_.poller.wait(events_, asked);
  context_.read_clock(asked);
  return events;
}

void Worker::handle(std::span<const epoll_event> events) {
  for (const epoll_event& event : events) {
    const std::uint64_t tag = event.data.u64;
    if (tag == net::Poller::kWakeTag) continue;
    const auto after = std::ranges::upper_bound(first_connections_, static_cast<std::uint32_t>(tag));
    pools_[static_cast<std::size_t>(after - first_connections_.begin()) - 1].handle(tag, event.events);
  }
}

/// Sleeps until shortly before `wake`, then polls without blocking: waking up takes as long as many polls,
/// most of all on a virtual machine.
std::span<const epoll_event> Worker::wait_spinning(base::MonotonicTime wake) {
  std::span<const epoll_event> events;
  const base::MonotonicTime until = wake - wake_margin_.size();
  if (until > context_.now) {
    events = sleep_until(until);
    if (context_.now < until) return events;
    if (events.empty()) wake_margin_.add_oversleep(context_.now - until);
  }
  const base::MonotonicTime from = context_.now;
  bool polls = events.empty();
  while (polls) {
    events = context_.poller.wait(events_, base::Duration{0});
    context_.read_clock();
    polls = events.empty() && context_.now < wake;
  }
  spin_time_ += context_.now - from;
  return events;
}

void Worker::repin() {
  repin_at_ = context_.now + kRepinEvery;
  rusage usage{};
  getrusage(RUSAGE_THREAD, &usage);
  const std::int64_t switches = usage.ru_nivcsw - std::exchange(switches_before_repin_, usage.ru_nivcsw);
  if (const std::optional<int> core = core_pinner_.choose_core(switches, sched_getcpu())) pin_to(*core);
}

std::optional<base::MonotonicTime> Worker::next_wake() const {
  std::optional<base::MonotonicTime> wake;
  const auto consider = [&wake](std::optional<base::MonotonicTime> time) {
    if (time) wake = wake ? std::min(*wake, *time) : time;
  };
  for (const ConnectionPool& pool : pools_) consider(pool.next_wake());
  if (!measuring_) consider(share_.start + plan_.warmup);
  if (share_.publishes) consider(publish_at_ + kPublishLatest);
  consider(cut_at_);
  return wake;
}

void Worker::start_warmup() {
  for (std::size_t target = 0; target < pools_.size(); ++target) {
    pools_[target].start_phase(arrivals(target, {.profile = Profile::of_warmup(plan_),
                                                 .start = share_.start,
                                                 .requests = {},
                                                 .duration = plan_.warmup}),
                               warmup_[target]);
  }
}

void Worker::start_measurement() {
  measuring_ = true;
  measured_from_ = context_.now;
  context_.standstills.count_from(share_.start + plan_.warmup);
  const base::MonotonicTime start = share_.start + plan_.warmup;
  for (Recorder& recorder : measured_)
    recorder.start_series(start, plan_.wall_time + (start - share_.called));
  point_end_ = measured_.front().point_end();
  spin_time_ = {};
  rusage usage{};
  getrusage(RUSAGE_THREAD, &usage);
  cpu_before_ = duration_of(usage.ru_utime) + duration_of(usage.ru_stime);
  switches_before_ = usage.ru_nivcsw;
  const std::optional<base::Duration> end = plan_.duration ? plan_.duration : profile_end();
  if (plan_.drain == Drain::cut && end) cut_at_ = share_.start + plan_.warmup + *end;
  for (std::size_t target = 0; target < pools_.size(); ++target) {
    pools_[target].start_phase(arrivals(target, {.profile = Profile::of(plan_),
                                                 .start = share_.start + plan_.warmup,
                                                 .requests = plan_.requests,
                                                 .duration = plan_.duration}),
                               measured_[target]);
    pools_[target].skip_requests(
        Slice::of(plan_.shard, share_.number, share_.workers).share_of(plan_.skip_first), warmup_[target]);
  }
}

std::optional<std::int64_t> Worker::queue_share() const {
  if (!plan_.queue) return std::nullopt;
  return share_of(*plan_.queue, share_.number, share_.workers);
}

/// When the sending ends by itself, where the profile says so.
std::optional<base::Duration> Worker::profile_end() const {
  return plan_.arrival == Arrival::closed ? std::nullopt : Profile::of(plan_).end();
}

Arrivals Worker::arrivals(std::size_t target, const Phase& phase) const {
  const Slice slice = Slice::of(plan_.shard, share_.number, share_.workers);
  if (plan_.arrival == Arrival::closed) {
    Arrivals::Closed closed{.requests = {}, .end = {}, .slice = slice};
    if (phase.requests) closed.requests = slice.share_of(*phase.requests);
    if (phase.duration) closed.end = phase.start + *phase.duration;
    return Arrivals(closed);
  }
  return Arrivals({.pacer = Pacer({.arrival = plan_.arrival,
                                   .profile = phase.profile,
                                   .target = static_cast<int>(target),
                                   .targets = static_cast<int>(pools_.size()),
                                   .seed = plan_.seed,
                                   .slice = slice,
                                   .slots = phase.requests,
                                   .duration = phase.duration}),
                   .start = phase.start,
                   .queue = queue_share()});
}

void Worker::publish(base::MonotonicTime next_wake) {
  if (next_wake - context_.now < kQuiet && context_.now < publish_at_ + kPublishLatest) return;
  if (live_.publish(measuring_ ? measured_ : warmup_)) publish_at_ = context_.now + kPublishEvery;
}

/// Called before anything of the next point is counted.
void Worker::advance_series() {
  for (std::size_t target = 0; target < pools_.size(); ++target)
    measured_[target].advance_series(context_.now, pools_[target].connections());
  point_end_ = measured_.front().point_end();
}

std::vector<Tally> Worker::take_tallies() {
  std::vector<Tally> tallies;
  for (std::size_t target = 0; target < pools_.size(); ++target)
    tallies.push_back(measured_[target].finish(pools_[target].connections()));
  return tallies;
}

void Worker::measure_health() {
  rusage usage{};
  getrusage(RUSAGE_THREAD, &usage);
  const base::Duration worked =
      duration_of(usage.ru_utime) + duration_of(usage.ru_stime) - cpu_before_ - spin_time_;
  const base::Duration elapsed = context_.now - measured_from_;
  if (elapsed > base::Duration{0})
    health_.cpu_share = std::max(0.0, base::to_seconds(worked) / base::to_seconds(elapsed));
  health_.lost = context_.standstills.lost();
  health_.elapsed = std::max(base::Duration{0}, context_.now - (share_.start + plan_.warmup));
  health_.involuntary_switches = usage.ru_nivcsw - switches_before_;
}

std::vector<Tally> Worker::take_warmup() {
  std::vector<Tally> tallies;
  for (Recorder& recorder : warmup_) tallies.push_back(recorder.finish());
  return tallies;
}

}  // namespace iter8::load
