#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <stop_token>
#include <vector>

#include "base/clock.h"
#include "load/destination.h"
#include "load/lane.h"
#include "load/live.h"
#include "load/plan.h"

namespace iter8::load {

/// One thread of the load and all it touches: its poller, its share of every target's connections and
/// requests, its counters. Workers share nothing but the destinations, which nobody changes; their results
/// are merged after joining.
///
/// A turn of its loop begins what is due, waits in epoll until the next request is due or an event comes, and
/// handles all events. A request costs a send and a recv, two or three readings of the clock (about 25 ns
/// each), the parsing (about 100 ns) and the recording (about 10 ns), and its share of the wait.
class Worker {
 public:
  struct Share {
    int number = 0;  // below workers
    int workers = 1;
    base::MonotonicTime start;
    bool publishes = false;  // somebody watches
  };
  Worker(const Plan& plan, std::span<const Destination> destinations, const Share& share);

  /// Generates this worker's share of the load; on the worker's own thread.
  void run(const std::stop_token& stop);
  /// Makes run() notice a stop request; from any thread.
  void wake() const { bench_.poller.wake(); }

  const LivePage& live() const { return live_; }
  /// After run(): what was measured, by target, and when the last request ended.
  std::vector<Tally> take_measured() { return take(measured_); }
  std::vector<Tally> take_warmup() { return take(warmup_); }
  base::MonotonicTime end() const { return bench_.now; }

 private:
  struct Phase {
    Profile profile;
    base::MonotonicTime start;
    std::optional<std::int64_t> requests;
    std::optional<base::Duration> duration;
  };

  void begin_warmup();
  void begin_measurement();
  Arrivals arrivals(std::size_t target, const Phase& phase) const;
  bool turn();
  void wait();
  void publish();
  static std::vector<Tally> take(std::vector<Recorder>& recorders);

  const Plan& plan_;
  Share share_;
  Workbench bench_;
  std::vector<Lane> lanes_;
  std::vector<std::size_t> lane_of_connection_;
  std::vector<Recorder> warmup_;
  std::vector<Recorder> measured_;
  std::vector<epoll_event> events_;
  bool measuring_ = false;
  base::MonotonicTime publish_at_;
  LivePage live_;
};

/// The part of `total` that falls to one of `workers`; the parts add up to `total` and differ by at most one.
constexpr std::int64_t share_of(std::int64_t total, int worker, int workers) {
  return total / workers + (worker < total % workers ? 1 : 0);
}

}  // namespace iter8::load
