#include "load/worker/connection_pool.h"

#include <algorithm>

namespace iter8::load {
namespace {

constexpr base::Duration kFirstBackOff = std::chrono::milliseconds(1);
constexpr base::Duration kLongestBackOff = std::chrono::milliseconds(100);
/// Requests begun before events are looked at again.
constexpr int kBurst = 256;
/// A request that was refused this often fails.
constexpr std::uint32_t kMostRefusals = 8;

base::MonotonicTime read_clock() {
  return std::chrono::steady_clock::now();
}

}  // namespace

ConnectionPool::ConnectionPool(const Destination& destination, WorkerContext& bench, const Settings& settings)
    : destination_(destination), bench_(bench), settings_(settings), random_(settings.seed) {}

void ConnectionPool::begin_phase(const Arrivals& arrivals, Recorder& recorder) {
  if (recorder_ != nullptr) {
    drop_due();
  } else {
    makes_from_ = bench_.now + settings_.opening_delay;
  }
  arrivals_ = arrivals;
  recorder_ = &recorder;
}

void ConnectionPool::pump() {
  begin_all();
  if (!gathered_.empty()) flush_gathered();
}

void ConnectionPool::begin_all() {
  if (!retry_queue_.empty()) begin_again();
  begin_due();
}

/// Those that were refused come first: they have waited for longest.
void ConnectionPool::begin_again() {
  while (!retry_queue_.empty() && can_begin()) {
    const RequestId request_id = retry_queue_.front();
    retry_queue_.erase(retry_queue_.begin());
    const Slots::iterator slot = pick();
    flights_[request_id].connection = slot->connection.index() - settings_.first_index;
    place(slot, request_id);
  }
}

void ConnectionPool::begin_due() {
  for (int i = 0; i < kBurst; ++i) {
    const std::optional<base::MonotonicTime> due = arrivals_.next(bench_.now);
    if (!due || *due > bench_.now) return;
    if (!arrivals_.is_closed_loop() && *due + settings_.timeout <= bench_.now) {
      give_up(ErrorClass::timeout, bench_.now - *due, "no connection became free within the timeout");
    } else if (can_begin()) {
      begin(pick(), *due);
      if (!arrivals_.is_closed_loop()) bench_.now = read_clock();
    } else if (is_line_full()) {
      give_up(ErrorClass::overflow, settings_.timeout, "more requests waited for a connection than may");
    } else {
      return;
    }
  }
}

bool ConnectionPool::can_begin() const {
  if (!at(Place::free).empty()) return true;
  const std::optional<base::MonotonicTime> time = opens_at();
  return time && *time <= bench_.now;
}

bool ConnectionPool::is_line_full() const {
  return arrivals_.full_from().value_or(base::MonotonicTime::max()) <= bench_.now;
}

/// When a connection may be opened; nothing while there are as many as may be.
std::optional<base::MonotonicTime> ConnectionPool::opens_at() const {
  const int most = is_line_full() ? settings_.max_connections : settings_.connections;
  if (connections() >= static_cast<std::size_t>(most)) return std::nullopt;
  return at(Place::closed).empty() ? std::max(opens_from_, makes_from_) : opens_from_;
}

ConnectionPool::Slots::iterator ConnectionPool::pick() {
  if (!at(Place::free).empty()) return at(Place::free).begin();
  return at(Place::closed).empty() ? make_slot() : at(Place::closed).begin();
}

ConnectionPool::Slots::iterator ConnectionPool::make_slot() {
  const std::uint32_t index = settings_.first_index + static_cast<std::uint32_t>(slots_.size());
  at(Place::closed).push_back({.connection = Connection(destination_, bench_.poller, index)});
  slots_.push_back(std::prev(at(Place::closed).end()));
  makes_from_ = std::max(makes_from_, bench_.now - settings_.opening_gap) + settings_.opening_gap;
  return slots_.back();
}

void ConnectionPool::begin(Slots::iterator slot, base::MonotonicTime due) {
  if (!arrivals_.is_closed_loop()) {
    base::MonotonicTime able = std::max(due, slot->idle_since);
    const bool is_extra =
        slot->place == Place::closed && connections() >= static_cast<std::size_t>(settings_.connections);
    if (is_extra) able = std::max(able, arrivals_.full_from().value_or(due));
    recorder_->late(bench_.now - due, bench_.now - able);
  }
  arrivals_.take();
  const RequestId request_id =
      flights_.begin({.due = due,
                      .sent = {},
                      .recorder = recorder_,
                      .connection = slot->connection.index() - settings_.first_index});
  recorder_->begun(due);
  place(slot, request_id);
}

/// The next request never gets a connection.
void ConnectionPool::give_up(ErrorClass error, base::Duration latency, std::string_view why) {
  recorder_->begun(arrivals_.next(bench_.now).value_or(bench_.now));
  arrivals_.take();
  recorder_->failed(error, latency, why);
}

/// What is due and waits will not be begun any more.
void ConnectionPool::drop_due() {
  if (arrivals_.is_closed_loop()) return;
  for (auto due = arrivals_.next(bench_.now); due && *due <= bench_.now; due = arrivals_.next(bench_.now)) {
    recorder_->dropped(*due);
    arrivals_.take();
  }
}

/// Hands the request to the slot's connection, which is opened first if need be.
void ConnectionPool::place(Slots::iterator slot, RequestId request_id) {
  if (slot->place == Place::free) {
    launch(*slot, request_id);
  } else {
    slot->opening_for = request_id;
    slot->connection.open();
    if (slot->connection.state() == Connection::State::closed) opening_failed(*slot);
  }
  settle(slot);
}

void ConnectionPool::launch(Slot& slot, RequestId request_id) {
  InFlightRequest& in_flight = flights_[request_id];
  in_flight.sent = bench_.now;
  recorder_->received(slot.connection.start(request_id, bench_.read_buffer(), *this));
  gather(slot);
}

void ConnectionPool::handle(std::uint64_t tag, std::uint32_t events) {
  const Slots::iterator slot = slots_[static_cast<std::uint32_t>(tag) - settings_.first_index];
  Connection& connection = slot->connection;
  if (connection.tag() != tag || connection.state() == Connection::State::closed) return;

  if (connection.state() == Connection::State::opening) {
    continue_opening(*slot, events);
  } else {
    recorder_->received(connection.handle(events, bench_.read_buffer(), *this));
    gather(*slot);
  }
  settle(slot);
  begin_all();
}

void ConnectionPool::continue_opening(Slot& slot, std::uint32_t events) {
  slot.connection.continue_opening(events);
  if (slot.connection.state() == Connection::State::closed) return opening_failed(slot);
  if (slot.connection.state() == Connection::State::opening) return;

  bench_.now = read_clock();
  back_off_ = {};
  flights_[slot.opening_for].recorder->connected();
  launch(slot, slot.opening_for);
  // What the server said before it was asked lies in the same edge; no other will announce it.
  if ((events & EPOLLIN) != 0 && slot.connection.state() == Connection::State::ready) {
    recorder_->received(slot.connection.handle(EPOLLIN, bench_.read_buffer(), *this));
  }
}

void ConnectionPool::opening_failed(const Slot& slot) {
  const Connection::Failure& failure = slot.connection.failure();
  failed(slot.opening_for, failure.error, failure.why);
  if (!settings_.backs_off || bench_.now < opens_from_) return;
  back_off_ = std::clamp(back_off_ * 2, kFirstBackOff, kLongestBackOff);
  opens_from_ = bench_.now + back_off_;
}

void ConnectionPool::settle(Slots::iterator slot) {
  Place place = Place::busy;
  if (slot->connection.state() == Connection::State::closed) place = Place::closed;
  if (slot->connection.room() > 0) place = Place::free;
  if (slot->thinking) place = Place::thinking;
  if (place != slot->place) slot->idle_since = bench_.now;
  at(place).splice(at(place).end(), at(slot->place), slot);
  slot->place = place;
}

void ConnectionPool::gather(Slot& slot) {
  if (!slot.connection.batches_writes() || slot.gathered) return;
  slot.gathered = true;
  gathered_.push_back(slot.connection.index() - settings_.first_index);
}

void ConnectionPool::flush_gathered() {
  for (const std::uint32_t index : gathered_) {
    const Slots::iterator slot = slots_[index];
    slot->gathered = false;
    if (slot->connection.state() != Connection::State::ready) continue;
    recorder_->received(slot->connection.flush(bench_.read_buffer(), *this));
    settle(slot);
  }
  gathered_.clear();
}

/// The request has ended; in a closed loop its connection may pause.
void ConnectionPool::land(RequestId request_id) {
  const std::uint32_t connection = flights_[request_id].connection;
  flights_.end(request_id);
  if (settings_.think_most <= base::Duration{0} || connection == InFlightRequest::kNowhere) return;
  const auto spread = static_cast<std::uint64_t>((settings_.think_most - settings_.think_least).count());
  const base::Duration pause =
      settings_.think_least + base::Duration(static_cast<std::int64_t>(random_.next_below(spread + 1)));
  slots_[connection]->thinking = true;
  pauses_.set(connection, bench_.now + pause);
}

void ConnectionPool::answered(RequestId request_id, int status) {
  bench_.now = read_clock();
  const InFlightRequest& in_flight = flights_[request_id];
  in_flight.recorder->answered(status, bench_.now - in_flight.due, bench_.now - in_flight.sent);
  land(request_id);
}

void ConnectionPool::unexpected(RequestId request_id, int status, std::string_view why) {
  bench_.now = read_clock();
  const InFlightRequest& in_flight = flights_[request_id];
  in_flight.recorder->unexpected(status, bench_.now - in_flight.due, bench_.now - in_flight.sent, why);
  land(request_id);
}

void ConnectionPool::refused(RequestId request_id, std::string_view why) {
  InFlightRequest& in_flight = flights_[request_id];
  if (++in_flight.refusals >= kMostRefusals) return failed(request_id, ErrorClass::refused, why);
  in_flight.connection = InFlightRequest::kNowhere;
  retry_queue_.push_back(request_id);
}

void ConnectionPool::failed(RequestId request_id, ErrorClass error, std::string_view why) {
  bench_.now = read_clock();
  const InFlightRequest& in_flight = flights_[request_id];
  in_flight.recorder->failed(error, bench_.now - in_flight.due, why);
  land(request_id);
}

void ConnectionPool::expire() {
  while (const std::optional<std::uint32_t> connection = pauses_.expire(bench_.now)) {
    slots_[*connection]->thinking = false;
    settle(slots_[*connection]);
  }
  while (flights_.size() > 0) {
    const RequestId request_id = flights_.oldest();
    const InFlightRequest in_flight = flights_[request_id];
    if (in_flight.due + settings_.timeout > bench_.now) return;
    if (in_flight.connection == InFlightRequest::kNowhere) {
      std::erase(retry_queue_, request_id);
      failed(request_id, ErrorClass::timeout, "refused, and no other connection within the timeout");
      continue;
    }
    const Slots::iterator slot = slots_[in_flight.connection];
    if (slot->connection.state() == Connection::State::opening) {
      slot->connection.close();
      failed(request_id, ErrorClass::timeout, "no connection within the timeout");
    } else {
      slot->connection.abandon(request_id);
      gather(*slot);
      failed(request_id, ErrorClass::timeout, "no complete answer within the timeout");
    }
    settle(slot);
  }
}

std::optional<base::MonotonicTime> ConnectionPool::next_wake() const {
  std::optional<base::MonotonicTime> wake;
  const auto consider = [&wake](std::optional<base::MonotonicTime> time) {
    if (time) wake = wake ? std::min(*wake, *time) : time;
  };
  if (flights_.size() > 0) consider(flights_.first_due() + settings_.timeout);
  consider(pauses_.next());
  const std::optional<base::MonotonicTime> opening = opens_at();
  if (!retry_queue_.empty()) consider(at(Place::free).empty() ? opening : bench_.now);

  const std::optional<base::MonotonicTime> due = arrivals_.next(bench_.now);
  if (!due) return wake;
  if (!at(Place::free).empty()) {
    consider(*due);
  } else if (opening) {
    consider(std::max(*due, *opening));
  } else if (!arrivals_.is_closed_loop()) {
    consider(*due + settings_.timeout);
    consider(arrivals_.full_from());
  }
  return wake;
}

bool ConnectionPool::is_done() const {
  return flights_.size() == 0 && !arrivals_.next(bench_.now);
}

void ConnectionPool::end_sending() {
  if (recorder_ != nullptr) drop_due();
  arrivals_ = Arrivals(Arrivals::Closed{.requests = 0, .end = {}});
}

void ConnectionPool::cut_off() {
  retry_queue_.clear();
  while (flights_.size() > 0) {
    const RequestId request_id = flights_.oldest();
    flights_[request_id].recorder->cut_off();
    flights_.end(request_id);
  }
  end_sending();
}

}  // namespace iter8::load
