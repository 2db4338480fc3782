#pragma once

#include <cstdint>
#include <list>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "load/protocol/connection.h"
#include "load/schedule/pacer.h"
#include "load/schedule/random.h"
#include "load/schedule/timer_wheel.h"
#include "load/worker/in_flight_requests.h"
#include "load/worker/part_progress.h"
#include "load/worker/recorder.h"
#include "load/worker/standstills.h"
#include "net/poller.h"

namespace iter8::load {

/// What the pools of one worker share. Used by the worker's thread only.
struct WorkerContext {
  static constexpr std::size_t kBufferSize = 64 * 1024;

  net::Poller poller;
  /// All pools read responses into it.
  std::unique_ptr<char[]> buffer = std::make_unique_for_overwrite<char[]>(kBufferSize);
  /// The clock as last read: once for each event, not for each use.
  base::MonotonicTime now;
  Standstills standstills;
  /// Events wait that came during a standstill: a connection that looks idle may have been closed.
  bool is_catching_up = false;

  /// Reads the clock, after a sleep of `asked`.
  void read_clock(base::Duration asked = {}) {
    const base::MonotonicTime before = now;
    now = std::chrono::steady_clock::now();
    if (standstills.note(before, now, asked)) is_catching_up = true;
  }

  std::span<char> read_buffer() { return {buffer.get(), kBufferSize}; }
};

/// The connections of one target on one worker and the requests on them: starts requests when they fall due
/// and a connection is free, opens connections, notices timeouts, and records how each request ended.
/// Passive: its worker calls it. Used by the worker's thread only.
///
/// A due request takes the connection that has been idle for longest, so that all are used equally. Without
/// an idle one it opens a connection, up to `connections`; then it waits (see Pacer); and when the queue is
/// full, the request that has waited longest opens a connection, up to `max_connections`, or fails. Its
/// latency and its timeout count from the moment it fell due, in a closed loop from the moment a connection
/// was free for it or started to be opened. What falls due during a long standstill of the generator is not
/// sent, and what was in flight is given up when it ends: neither says anything about the target. Slots are
/// made when they are first needed, so that a high limit costs nothing.
///
/// Life of a request: start_due_requests() -> start_request() -> assign() -> send_request(); the worker
/// passes the poller's events to handle(); the exchange calls on_response() or one of its siblings, which
/// records the outcome and frees the connection.
class ConnectionPool final : public ResponseSink {
 public:
  struct Settings {
    int connections = 1;
    int max_connections = 1;  // at least `connections`
    int streams = 1;          // concurrent requests on one connection
    base::Duration timeout = std::chrono::seconds(5);
    /// Of its first connection, in the numbering of the worker that the poller's tags use.
    std::uint32_t first_index = 0;
    /// In a closed loop without a fixed number of requests, a target that cannot be reached would be tried as
    /// fast as the processor allows. With this, the pool opens no connection for a while after a failure: 1
    /// ms, doubled up to 100 ms until one succeeds.
    bool backs_off = false;
    /// Keeps a closed loop from opening all connections at once: the first is opened `opening_delay` after
    /// the start and each further one at least `opening_gap` after the one before.
    base::Duration opening_delay{0};
    base::Duration opening_gap{0};
    base::Duration think_min{0};
    base::Duration think_max{0};
    std::uint64_t seed = 1;  // of think times
    /// Closed loop: from each time on, at most so many requests are in flight; ascending, may be empty.
    std::vector<std::pair<base::MonotonicTime, std::size_t>> concurrency = {};
  };
  ConnectionPool(const Destination& destination, WorkerContext& context, const Settings& settings);

  /// Starts the warm-up or the measurement: requests fall due as `arrivals` says and count in `recorder`,
  /// which outlives the pool. Requests of the phase before that still wait are dropped; those in flight go on
  /// and count in that phase's recorder.
  void start_phase(const Arrivals& arrivals, Recorder& recorder);
  /// The next `count` requests count in `recorder` instead, which outlives the pool.
  void skip_requests(std::int64_t count, Recorder& recorder);

  /// Starts every request that is due and has a connection, reads on where more was sent than one turn reads,
  /// and flushes the connections that batch their writes; at most as much as keeps the worker responsive.
  void pump();
  /// Fails the requests that have timed out and ends the think times that are over.
  void expire();
  /// Connections that are open or being opened.
  std::size_t connections() const {
    return slots_in(SlotState::busy).size() + slots_in(SlotState::idle).size() +
           slots_in(SlotState::thinking).size();
  }

  /// Handles an event of the poller; ignored when its tag is of an earlier socket of the slot. Requests that
  /// it lets start may wait for pump() to be sent.
  void handle(std::uint64_t tag, std::uint32_t events);

  /// Whether output waits for pump() to be sent.
  bool has_pending_writes() const { return !pending_flushes_.empty(); }
  /// When pump() or expire() will next have something to do that no event announces.
  std::optional<base::MonotonicTime> next_wake() const;
  /// No further request falls due, and none is in flight.
  bool is_done() const;
  /// Starts no further request; those that wait are dropped, those in flight go on.
  void stop_sending();
  /// Aborts the requests in flight and drops those that wait, counting both.
  void abort_in_flight();
  /// Says goodbye on every connection, at the end; see Connection.
  void say_farewell();

  void on_first_byte(RequestId request_id) override;
  void on_part(RequestId request_id, const Part& part) override;
  void on_response(RequestId request_id, int status) override;
  void on_error_response(RequestId request_id, int status, std::string_view why) override;
  void on_unexpected_response(RequestId request_id, int status, std::string_view why) override;
  void on_close(RequestId request_id, int code, std::string_view why) override;
  void on_refusal(RequestId request_id, std::string_view why) override;
  void on_failure(RequestId request_id, ErrorClass error, std::string_view why) override;

 private:
  static constexpr RequestId kNoRequest = UINT32_MAX;
  enum class SlotState { closed, busy, idle, thinking };
  static constexpr std::size_t kSlotStates = 4;
  struct Slot {
    Connection connection;
    SlotState state = SlotState::closed;
    RequestId opening_for = 0;   // the request that opens the connection
    bool flush_pending = false;  // listed in pending_flushes_
    bool read_pending = false;   // listed in pending_reads_
    bool thinking = false;       // starts no request until its think time is over
    base::MonotonicTime idle_since{};
    base::MonotonicTime open_until{};  // with a time to connect: when it is over
  };
  using Slots = std::list<Slot>;

  Slots& slots_in(SlotState state) { return slots_by_state_[static_cast<std::size_t>(state)]; }
  const Slots& slots_in(SlotState state) const { return slots_by_state_[static_cast<std::size_t>(state)]; }
  void start_requests();
  void start_due_requests();
  void start_retries();
  void skip_unsendable();
  base::MonotonicTime deadline(base::MonotonicTime due) const;
  bool is_spoilt(const InFlightRequest& request, RequestId request_id = kNoRequest) const;
  bool can_start() const;
  bool is_at_limit() const;
  std::optional<base::MonotonicTime> next_limit_at() const;
  Recorder& next_recorder();
  bool is_queue_full() const;
  std::optional<base::MonotonicTime> next_opening() const;
  Slots::iterator pick_slot();
  Slots::iterator add_slot();
  void start_request(Slots::iterator slot, base::MonotonicTime due);
  void fail_unstarted(ErrorClass error, base::Duration latency, std::string_view why);
  void drop_due_requests();
  void assign(Slots::iterator slot, RequestId request_id);
  void send_request(Slot& slot, RequestId request_id);
  void continue_opening(Slot& slot, std::uint32_t events);
  void handle_open_failure(const Slot& slot);
  void update_state(Slots::iterator slot);
  void begin_response(RequestId request_id);
  PartProgress progress_of(RequestId request_id) const;
  Seen seen_of(const InFlightRequest& request, RequestId request_id, base::MonotonicTime by) const;
  void update_timer(Slot& slot);
  void run_timers();
  void fail_opening(Slot& slot, ErrorClass error, std::string_view why);
  std::optional<base::MonotonicTime> event_deadline(RequestId request_id) const;
  void set_event_timer(RequestId request_id);
  void expire_event(RequestId request_id);
  void give_up(RequestId request_id, ErrorClass error, std::string_view why);
  void finish_request(RequestId request_id);
  void schedule_flush(Slot& slot);
  void flush_pending_writes();
  void schedule_read(Slot& slot);
  void read_pending();

  const Destination& destination_;
  WorkerContext& context_;
  Settings settings_;
  std::array<Slots, kSlotStates> slots_by_state_;
  std::vector<Slots::iterator> slots_;
  std::vector<std::uint32_t> pending_flushes_;  // indices of slots with output
  std::vector<std::uint32_t> pending_reads_;    // indices of slots with input, in turn
  std::vector<RequestId> retry_queue_;          // refused requests that wait for another connection
  InFlightRequests in_flight_;
  std::vector<PartProgress> progress_;  // by request; shorter where no parts have come
  Arrivals arrivals_{Arrivals::Closed{.requests = 0, .end = {}}};
  Recorder* recorder_ = nullptr;
  Recorder* skip_recorder_ = nullptr;  // of the next skip_left_ requests
  std::int64_t skip_left_ = 0;
  base::Duration backoff_{0};
  base::MonotonicTime backoff_until_;  // no connection is opened before then
  base::MonotonicTime next_slot_at_;   // no slot is added before then
  TimerWheel think_timers_;            // by slot index
  bool is_timed_ = false;              // see Destination
  TimerWheel connection_timers_;       // by slot index: where connections are timed
  TimerWheel event_timers_;            // by request: when the next event of its stream must have come
  SplitMix64 random_;
};

}  // namespace iter8::load
