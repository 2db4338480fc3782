#pragma once

#include <cstdint>
#include <list>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "load/protocol/connection.h"
#include "load/schedule/arrivals.h"
#include "load/schedule/random.h"
#include "load/schedule/timer_wheel.h"
#include "load/worker/in_flight_requests.h"
#include "load/worker/recorder.h"
#include "net/poller.h"

namespace iter8::load {

/// What the lanes of one worker share.
struct WorkerContext {
  static constexpr std::size_t kBufferSize = 64 * 1024;

  net::Poller poller;
  std::unique_ptr<char[]> buffer =
      std::make_unique_for_overwrite<char[]>(kBufferSize);  // every answer is read here
  base::MonotonicTime now;                                  // the clock as last read

  std::span<char> read_buffer() { return {buffer.get(), kBufferSize}; }
};

/// The requests of one target on one worker: begins them when they fall due and a connection is free, opens
/// connections, notices timeouts, and records how each request ended. Passive: its worker calls it.
///
/// A due request takes the connection that has been free for longest, so that all are used alike. Without a
/// free one it opens a connection, up to `connections`; then it waits (see Pacer); and when more wait than
/// may, the one that has waited for longest opens a connection, up to `max_connections`, or fails. Its
/// latency and its timeout count from the moment it fell due, in a closed loop from the moment a connection
/// was free for it or began to be opened. Slots for connections are made when they are first needed, so that
/// a high limit costs nothing.
class ConnectionPool final : public ResponseSink {
 public:
  struct Settings {
    int connections = 1;
    int max_connections = 1;  // at least `connections`
    int streams = 1;          // requests at a time on one connection
    base::Duration timeout = std::chrono::seconds(5);
    std::uint32_t first_index = 0;  // of its connections among all of the worker
    /// In a closed loop without a fixed number of requests, a target that cannot be reached would be tried as
    /// fast as the processor allows. There a failed opening makes the lane open no connection for a while: 1
    /// ms, doubled up to 100 ms until one succeeds.
    bool backs_off = false;
    /// In a closed loop connections would all be opened at once; the first is opened `opening_delay` after
    /// the beginning and each new one at least `opening_gap` after the one before.
    base::Duration opening_delay{0};
    base::Duration opening_gap{0};
    base::Duration think_least{0};
    base::Duration think_most{0};
    std::uint64_t seed = 1;  // of pauses
  };
  ConnectionPool(const Destination& destination, WorkerContext& bench, const Settings& settings);

  /// From here on, requests fall due as `arrivals` says and count in `recorder`. Those of the phase before
  /// that still wait are dropped; those in flight go on and count there.
  void begin_phase(const Arrivals& arrivals, Recorder& recorder);

  /// Begins every request that is due and for which there is a connection (at most so many that the worker
  /// stays responsive), and sends what waits to be sent together.
  void pump();
  /// Ends the requests whose time is over.
  void expire();
  /// Connections that are open or being opened.
  std::size_t connections() const {
    return at(Place::busy).size() + at(Place::free).size() + at(Place::thinking).size();
  }

  /// What the poller saw of the connection with this index, if the event is about its present socket.
  /// Requests that it lets begin may wait for pump() to be sent.
  void handle(std::uint64_t tag, std::uint32_t events);

  /// Whether requests wait for pump() to be sent.
  bool has_gathered() const { return !gathered_.empty(); }
  /// When pump() or expire() will have something to do that no event announces.
  std::optional<base::MonotonicTime> next_wake() const;
  /// Nothing falls due any more, and nothing is in flight.
  bool is_done() const;
  /// Begins nothing any more; what waits is dropped.
  void end_sending();
  /// Gives up what is in flight or waits, and counts it.
  void cut_off();

  void answered(RequestId request_id, int status) override;
  void unexpected(RequestId request_id, int status, std::string_view why) override;
  void refused(RequestId request_id, std::string_view why) override;
  void failed(RequestId request_id, ErrorClass error, std::string_view why) override;

 private:
  enum class Place { closed, busy, free, thinking };
  static constexpr std::size_t kPlaces = 4;
  struct Slot {
    Connection connection;
    Place place = Place::closed;
    RequestId opening_for = 0;  // while the connection is being opened
    bool gathered = false;      // its connection waits for being flushed
    bool thinking = false;      // it begins nothing until its pause is over
    base::MonotonicTime idle_since{};
  };
  using Slots = std::list<Slot>;

  Slots& at(Place place) { return places_[static_cast<std::size_t>(place)]; }
  const Slots& at(Place place) const { return places_[static_cast<std::size_t>(place)]; }
  void begin_all();
  void begin_due();
  void begin_again();
  bool can_begin() const;
  bool is_line_full() const;
  std::optional<base::MonotonicTime> opens_at() const;
  Slots::iterator pick();
  Slots::iterator make_slot();
  void begin(Slots::iterator slot, base::MonotonicTime due);
  void give_up(ErrorClass error, base::Duration latency, std::string_view why);
  void drop_due();
  void place(Slots::iterator slot, RequestId request_id);
  void launch(Slot& slot, RequestId request_id);
  void continue_opening(Slot& slot, std::uint32_t events);
  void opening_failed(const Slot& slot);
  void settle(Slots::iterator slot);
  void land(RequestId request_id);
  void gather(Slot& slot);
  void flush_gathered();

  const Destination& destination_;
  WorkerContext& bench_;
  Settings settings_;
  std::array<Slots, kPlaces> places_;
  std::vector<Slots::iterator> slots_;
  std::vector<std::uint32_t> gathered_;  // of slots with something to send
  std::vector<RequestId> retry_queue_;   // refused requests that wait for a connection
  InFlightRequests flights_;
  Arrivals arrivals_{Arrivals::Closed{.requests = 0, .end = {}}};
  Recorder* recorder_ = nullptr;
  base::Duration back_off_{0};
  base::MonotonicTime opens_from_;  // backing off until then
  base::MonotonicTime makes_from_;  // no new slot before then
  TimerWheel pauses_;               // of thinking slots
  SplitMix64 random_;
};

}  // namespace iter8::load
