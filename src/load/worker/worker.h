#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <stop_token>
#include <vector>

#include "base/clock.h"
#include "load/plan.h"
#include "load/protocol/destination.h"
#include "load/schedule/wakeup_margin.h"
#include "load/worker/abort_flag.h"
#include "load/worker/connection_pool.h"
#include "load/worker/core_pinning.h"
#include "load/worker/live_totals.h"
#include "load/worker/recorder.h"

namespace iter8::load {

/// One thread of the load and all it touches: its poller, its share of every target's connections and
/// requests, its counters. Workers share nothing but the destinations, which nobody changes; their results
/// are merged after joining.
///
/// A turn of its loop begins what is due, waits in epoll until the next request is due or an event comes, and
/// handles all events. The lanes take turns at being first: requests that are due at the same moment leave
/// one after the other, and none of the versions must always be the last. A request costs a send and a recv,
/// two or three readings of the clock (about 25 ns each), the parsing (about 100 ns) and the recording (about
/// 10 ns), and its share of the wait.
class Worker {
 public:
  struct Share {
    int number = 0;  // below workers
    int workers = 1;
    base::MonotonicTime start;
    bool publishes = false;  // somebody watches
    bool spins = false;      // the last moment before a request is due
    AbortFlag* abort_flag = nullptr;
  };
  Worker(const Plan& plan, std::span<const Destination> destinations, const Share& share);

  /// Generates this worker's share of the load; on the worker's own thread.
  void run(const std::stop_token& stop);
  /// Makes run() notice a stop request; from any thread.
  void wake() const { bench_.poller.wake(); }

  const LivePage& live() const { return live_; }
  /// After run(): what was measured, by target, and when the last request ended.
  std::vector<Tally> take_measured();
  std::vector<Tally> take_warmup();
  base::MonotonicTime end() const { return bench_.now; }
  const WorkerHealth& health() const { return health_; }

 private:
  struct Phase {
    Profile profile;
    base::MonotonicTime start;
    std::optional<std::int64_t> requests;
    std::optional<base::Duration> duration;
  };

  void begin_warmup();
  void begin_measurement();
  std::optional<std::int64_t> queue_share() const;
  std::optional<base::Duration> profile_end() const;
  Arrivals arrivals(std::size_t target, const Phase& phase) const;
  bool turn();
  void obey_brake();
  void wait();
  void handle(std::span<const epoll_event> events);
  std::span<const epoll_event> wait_spinning(base::MonotonicTime wake);
  std::optional<base::MonotonicTime> next_wake() const;
  void choose_seat();
  void publish(base::MonotonicTime next_wake);
  void roll();
  void examine_health();

  const Plan& plan_;
  Share share_;
  WorkerContext bench_;
  std::vector<ConnectionPool> pools_;
  std::vector<std::uint32_t> first_connections_;  // by lane: the index of its first one
  std::size_t first_lane_ = 0;                    // of the next turn
  std::vector<Recorder> warmup_;
  std::vector<Recorder> measured_;
  std::vector<epoll_event> events_;
  bool measuring_ = false;
  bool sending_ = true;
  base::MonotonicTime measured_from_;
  base::MonotonicTime roll_at_ = base::MonotonicTime::max();  // when a point of the series ends
  std::optional<base::MonotonicTime> cut_at_;
  std::int64_t errors_counted_ = 0;  // that the brake knows of
  base::Duration cpu_before_{0};     // of this thread until it measured
  std::int64_t switches_before_ = 0;
  base::Duration spun_{0};
  WakeupMargin wake_margin_;
  CorePinner seat_;
  base::MonotonicTime seat_at_ = base::MonotonicTime::max();  // when to look at it again
  std::int64_t seat_switches_ = 0;                            // of this thread until then
  WorkerHealth health_;
  base::MonotonicTime publish_at_;
  LivePage live_;
};

/// The part of `total` that falls to one of `workers`; the parts add up to `total` and differ by at most one.
constexpr std::int64_t share_of(std::int64_t total, int worker, int workers) {
  return total / workers + (worker < total % workers ? 1 : 0);
}

}  // namespace iter8::load
