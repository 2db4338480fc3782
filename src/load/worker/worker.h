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

/// One thread of the load and everything it touches: its poller, its share of every target's connections and
/// requests, its counters. Workers share only the destinations, which are immutable, and the abort flag;
/// their results are merged after joining.
///
/// Event loop: start the requests that are due, wait in epoll until the next one is due or an event comes,
/// handle all events. The pools take turns at going first: requests due at the same moment leave one after
/// the other, and no version must always be the last. A request costs a send and a recv, two or three
/// readings of the clock (about 25 ns each), the parsing (about 100 ns), the recording (about 10 ns), and its
/// share of the wait.
class Worker {
 public:
  struct Share {
    int number = 0;  // of this worker, below `workers`
    int workers = 1;
    base::MonotonicTime start;
    base::MonotonicTime called;  // at plan.wall_time
    bool publishes = false;      // keeps live() up to date
    bool spins = false;          // busy-waits for the last moment before a request is due
    AbortFlag* abort_flag = nullptr;
  };
  Worker(const Plan& plan, std::span<const Destination> destinations, const Share& share);

  /// Generates this worker's share of the load; on the worker's own thread.
  void run(const std::stop_token& stop);
  /// Makes run() notice a stop request or the abort flag; from any thread.
  void wake() const { context_.poller.wake(); }

  const LiveTotals& live() const { return live_; }
  /// After run(): the counts by target, once; and when the last request ended.
  std::vector<Tally> take_tallies();
  std::vector<Tally> take_warmup();
  base::MonotonicTime end() const { return context_.now; }
  const WorkerHealth& health() const { return health_; }

 private:
  struct Phase {
    Profile profile;
    base::MonotonicTime start;
    std::optional<std::int64_t> requests;
    std::optional<base::Duration> duration;
  };

  void start_warmup();
  void start_measurement();
  std::optional<std::int64_t> queue_share() const;
  std::optional<base::Duration> profile_end() const;
  Arrivals arrivals(std::size_t target, const Phase& phase) const;
  bool run_once();
  void check_abort_flag();
  void wait();
  void handle(std::span<const epoll_event> events);
  std::span<const epoll_event> sleep_until(base::MonotonicTime wake);
  std::span<const epoll_event> wait_spinning(base::MonotonicTime wake);
  std::optional<base::MonotonicTime> next_wake() const;
  void repin();
  void publish(base::MonotonicTime next_wake);
  void advance_series();
  void measure_health();

  const Plan& plan_;
  Share share_;
  WorkerContext context_;
  std::vector<ConnectionPool> pools_;
  std::vector<std::uint32_t> first_connections_;  // by pool: the index of its first connection
  std::size_t first_pool_ = 0;                    // which pool goes first next time
  std::vector<Recorder> warmup_;
  std::vector<Recorder> measured_;
  std::vector<epoll_event> events_;
  bool measuring_ = false;
  bool sending_ = true;
  base::MonotonicTime measured_from_;
  base::MonotonicTime point_end_ = base::MonotonicTime::max();  // of the series; see Recorder
  std::optional<base::MonotonicTime> cut_at_;
  std::int64_t errors_counted_ = 0;  // already reported to the abort flag
  base::Duration cpu_before_{0};     // of this thread before the measurement
  std::int64_t switches_before_ = 0;
  base::Duration spin_time_{0};
  WakeupMargin wake_margin_;
  CorePinner core_pinner_;
  base::MonotonicTime repin_at_ = base::MonotonicTime::max();  // when the core is chosen again
  std::int64_t switches_before_repin_ = 0;                     // of this thread when it was last chosen
  WorkerHealth health_;
  base::MonotonicTime publish_at_;
  LiveTotals live_;
};

/// The part of `total` that belongs to one of `workers`; the parts add up to `total` and differ by at most
/// one.
constexpr std::int64_t share_of(std::int64_t total, int worker, int workers) {
  return total / workers + (worker < total % workers ? 1 : 0);
}

}  // namespace iter8::load
