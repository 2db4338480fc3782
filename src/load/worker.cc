#include "load/worker.h"

#include <algorithm>
#include <csignal>

#include <sys/prctl.h>

namespace iter8::load {
namespace {

constexpr std::size_t kEventsPerWait = 256;
constexpr base::Duration kPublishEvery = std::chrono::milliseconds(100);

/// Signals go to the program's other threads, and a broken connection under TLS must not kill the process by
/// SIGPIPE.
void block_signals() {
  sigset_t all;
  sigfillset(&all);
  pthread_sigmask(SIG_BLOCK, &all, nullptr);
}

}  // namespace

Worker::Worker(const Plan& plan, std::span<const Destination> destinations, const Share& share)
    : plan_(plan), share_(share), events_(kEventsPerWait) {
  const auto connections = static_cast<int>(share_of(plan.connections, share.number, share.workers));
  lanes_.reserve(destinations.size());
  for (const Destination& destination : destinations) {
    const Lane::Settings settings{.connections = connections,
                                  .streams = plan.http == HttpVersion::one ? 1 : plan.streams,
                                  .timeout = plan.timeout,
                                  .first_index = static_cast<std::uint32_t>(lane_of_connection_.size()),
                                  .backs_off = plan.arrival == Arrival::closed && plan.duration.has_value()};
    lane_of_connection_.insert(lane_of_connection_.end(), static_cast<std::size_t>(connections),
                               lanes_.size());
    lanes_.emplace_back(destination, bench_, settings);
    warmup_.emplace_back(destination.error_statuses);
    measured_.emplace_back(destination.error_statuses, plan.targets[measured_.size()].limits);
  }
}

void Worker::run(const std::stop_token& stop) {
  block_signals();
  prctl(PR_SET_TIMERSLACK, 1UL);  // the default lets the kernel wake us 50 µs late
  bench_.now = std::chrono::steady_clock::now();
  publish_at_ = bench_.now + kPublishEvery;
  if (plan_.warmup > base::Duration{0}) {
    begin_warmup();
  } else {
    begin_measurement();
  }
  while (!stop.stop_requested() && turn()) wait();
  for (Lane& lane : lanes_) lane.cut_off();
}

/// False when the load is done.
bool Worker::turn() {
  if (!measuring_ && bench_.now >= share_.start + plan_.warmup) begin_measurement();
  bool done = measuring_;
  for (Lane& lane : lanes_) {
    lane.expire();
    lane.pump();
    done = done && lane.is_done();
  }
  if (share_.publishes && bench_.now >= publish_at_) publish();
  return !done;
}

void Worker::wait() {
  std::optional<base::MonotonicTime> wake;
  const auto consider = [&wake](base::MonotonicTime time) { wake = wake ? std::min(*wake, time) : time; };
  for (const Lane& lane : lanes_) {
    if (const auto time = lane.next_wake()) consider(*time);
  }
  if (!measuring_) consider(share_.start + plan_.warmup);
  if (share_.publishes) consider(publish_at_);

  const auto limit = wake ? std::optional<base::Duration>(*wake - bench_.now) : std::nullopt;
  const std::span<const epoll_event> events = bench_.poller.wait(events_, limit);
  bench_.now = std::chrono::steady_clock::now();
  for (const epoll_event& event : events) {
    const std::uint64_t tag = event.data.u64;
    if (tag == net::Poller::kWakeTag) continue;
    lanes_[lane_of_connection_[static_cast<std::uint32_t>(tag)]].handle(tag, event.events);
  }
}

void Worker::begin_warmup() {
  for (std::size_t target = 0; target < lanes_.size(); ++target) {
    lanes_[target].begin_phase(arrivals(target, {.profile = Profile::of_warmup(plan_),
                                                 .start = share_.start,
                                                 .requests = {},
                                                 .duration = plan_.warmup}),
                               warmup_[target]);
  }
}

void Worker::begin_measurement() {
  measuring_ = true;
  for (std::size_t target = 0; target < lanes_.size(); ++target) {
    lanes_[target].begin_phase(arrivals(target, {.profile = Profile::of(plan_),
                                                 .start = share_.start + plan_.warmup,
                                                 .requests = plan_.requests,
                                                 .duration = plan_.duration}),
                               measured_[target]);
  }
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
                                   .targets = static_cast<int>(lanes_.size()),
                                   .seed = plan_.seed,
                                   .slice = slice,
                                   .slots = phase.requests,
                                   .duration = phase.duration}),
                   .start = phase.start});
}

void Worker::publish() {
  if (!live_.publish(measuring_ ? measured_ : warmup_)) return;
  publish_at_ = bench_.now + kPublishEvery;
}

std::vector<Tally> Worker::take(std::vector<Recorder>& recorders) {
  std::vector<Tally> tallies;
  std::ranges::transform(recorders, std::back_inserter(tallies),
                         [](Recorder& recorder) { return recorder.take(); });
  return tallies;
}

}  // namespace iter8::load
