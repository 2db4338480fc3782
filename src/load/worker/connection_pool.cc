#include "load/worker/connection_pool.h"

#include <algorithm>
#include <utility>

namespace iter8::load {
namespace {

constexpr base::Duration kMinBackoff = std::chrono::milliseconds(1);
constexpr base::Duration kMaxBackoff = std::chrono::milliseconds(100);
/// Requests started before events are handled again.
constexpr int kMaxBurst = 256;
/// Bytes read on in one turn of the pool, beside those of events: a few milliseconds of work at most.
constexpr std::size_t kReadBudget = std::size_t{1} << 20;

}  // namespace

ConnectionPool::ConnectionPool(const Destination& destination, WorkerContext& context,
                               const Settings& settings)
    : destination_(destination),
      context_(context),
      settings_(settings),
      is_timed_(destination.is_timed()),
      random_(settings.seed) {}

void ConnectionPool::start_phase(const Arrivals& arrivals, Recorder& recorder) {
  if (recorder_ != nullptr) {
    drop_due_requests();
  } else {
    next_slot_at_ = context_.now + settings_.opening_delay;
  }
  arrivals_ = arrivals;
  recorder_ = &recorder;
}

void ConnectionPool::skip_requests(std::int64_t count, Recorder& recorder) {
  skip_left_ = count;
  skip_recorder_ = &recorder;
}

/// Where the request that is started next counts.
Recorder& ConnectionPool::next_recorder() {
  if (skip_left_ == 0) [[likely]]
    return *recorder_;
  --skip_left_;
  return *skip_recorder_;
}

void ConnectionPool::pump() {
  start_requests();
  if (!pending_reads_.empty()) read_pending();
  if (!pending_flushes_.empty()) flush_pending_writes();
}

void ConnectionPool::start_requests() {
  if (context_.is_catching_up) return;
  if (!retry_queue_.empty()) start_retries();
  start_due_requests();
}

/// Refused requests come first: they have waited longest.
void ConnectionPool::start_retries() {
  while (!retry_queue_.empty() && can_start()) {
    const RequestId request_id = retry_queue_.front();
    retry_queue_.erase(retry_queue_.begin());
    const Slots::iterator slot = pick_slot();
    in_flight_[request_id].connection = slot->connection.index() - settings_.first_index;
    assign(slot, request_id);
  }
}

void ConnectionPool::start_due_requests() {
  for (int i = 0; i < kMaxBurst && !is_at_limit(); ++i) {
    skip_unsendable();
    const std::optional<base::MonotonicTime> due = arrivals_.next(context_.now);
    if (!due || *due > context_.now) return;
    if (!arrivals_.is_closed_loop() && deadline(*due) <= context_.now) {
      fail_unstarted(ErrorClass::timeout, context_.now - *due,
                     "no connection became free within the timeout");
    } else if (can_start()) {
      start_request(pick_slot(), *due);
      if (!arrivals_.is_closed_loop()) context_.read_clock();
    } else if (is_queue_full()) {
      fail_unstarted(ErrorClass::overflow, settings_.timeout,
                     "more requests waited for a connection than the queue holds");
    } else {
      return;
    }
  }
}

/// Counts the requests that fell due while the generator stood still.
void ConnectionPool::skip_unsendable() {
  if (arrivals_.is_closed_loop()) return;
  for (auto due = arrivals_.next(context_.now);
       due && *due <= context_.now && context_.standstills.include(*due);
       due = arrivals_.next(context_.now)) {
    recorder_->record_unsent(*due);
    arrivals_.advance();
  }
}

/// When a request that fell due then has timed out: time in which the generator could not read its response
/// does not count.
base::MonotonicTime ConnectionPool::deadline(base::MonotonicTime due) const {
  return due + settings_.timeout + context_.standstills.since(due);
}

/// Whether the schedule of the concurrency allows no more requests now.
bool ConnectionPool::is_at_limit() const {
  if (settings_.concurrency.empty()) [[likely]]
    return false;
  std::size_t limit = settings_.concurrency.front().second;
  for (const auto& [from, most] : settings_.concurrency)
    if (from <= context_.now) limit = most;
  return in_flight_.size() >= limit;
}

/// When the limit changes next.
std::optional<base::MonotonicTime> ConnectionPool::next_limit_at() const {
  for (const auto& [from, most] : settings_.concurrency)
    if (from > context_.now) return from;
  return std::nullopt;
}

bool ConnectionPool::can_start() const {
  if (!slots_in(SlotState::idle).empty()) return true;
  const std::optional<base::MonotonicTime> time = next_opening();
  return time && *time <= context_.now;
}

bool ConnectionPool::is_queue_full() const {
  if (context_.standstills.has_long() && !arrivals_.is_closed_loop()) {
    // What fell due during a standstill will not be sent, and so does not fill the queue.
    const auto due = arrivals_.next(context_.now);
    if (due && context_.standstills.first_since(*due)) return false;
  }
  return arrivals_.queue_full_from().value_or(base::MonotonicTime::max()) <= context_.now;
}

/// When the next connection may be opened; nullopt while there are as many as allowed.
std::optional<base::MonotonicTime> ConnectionPool::next_opening() const {
  const int limit = is_queue_full() ? settings_.max_connections : settings_.connections;
  if (connections() >= static_cast<std::size_t>(limit)) return std::nullopt;
  return slots_in(SlotState::closed).empty() ? std::max(backoff_until_, next_slot_at_) : backoff_until_;
}

ConnectionPool::Slots::iterator ConnectionPool::pick_slot() {
  if (!slots_in(SlotState::idle).empty()) return slots_in(SlotState::idle).begin();
  return slots_in(SlotState::closed).empty() ? add_slot() : slots_in(SlotState::closed).begin();
}

ConnectionPool::Slots::iterator ConnectionPool::add_slot() {
  const std::uint32_t index = settings_.first_index + static_cast<std::uint32_t>(slots_.size());
  slots_in(SlotState::closed).push_back({.connection = Connection(destination_, context_.poller, index)});
  slots_.push_back(std::prev(slots_in(SlotState::closed).end()));
  next_slot_at_ = std::max(next_slot_at_, context_.now - settings_.opening_gap) + settings_.opening_gap;
  return slots_.back();
}

void ConnectionPool::start_request(Slots::iterator slot, base::MonotonicTime due) {
  Recorder& recorder = next_recorder();
  if (!arrivals_.is_closed_loop()) {
    base::MonotonicTime startable_at = std::max(due, slot->idle_since);
    const bool is_extra =
        slot->state == SlotState::closed && connections() >= static_cast<std::size_t>(settings_.connections);
    if (is_extra) startable_at = std::max(startable_at, arrivals_.queue_full_from().value_or(due));
    const Standstills& standstills = context_.standstills;
    recorder.record_lateness(context_.now - due - standstills.since(due),
                             context_.now - startable_at - standstills.since(startable_at));
  }
  arrivals_.advance();
  const RequestId request_id =
      in_flight_.add({.due = due,
                      .sent = {},
                      .recorder = &recorder,
                      .connection = slot->connection.index() - settings_.first_index});
  recorder.record_start(due);
  assign(slot, request_id);
}

/// The request that is due next fails without ever getting a connection.
void ConnectionPool::fail_unstarted(ErrorClass error, base::Duration latency, std::string_view why) {
  const base::MonotonicTime due = arrivals_.next(context_.now).value_or(context_.now);
  Recorder& recorder = next_recorder();
  recorder.record_start(due);
  arrivals_.advance();
  const InFlightRequest request{.due = due, .sent = {}, .recorder = &recorder};
  if (!is_spoilt(request)) recorder.record_failure(error, due, latency, why);
}

/// Counts the requests that are due and wait, which will not be started any more.
void ConnectionPool::drop_due_requests() {
  if (arrivals_.is_closed_loop()) return;
  for (auto due = arrivals_.next(context_.now); due && *due <= context_.now;
       due = arrivals_.next(context_.now)) {
    if (context_.standstills.include(*due)) {
      recorder_->record_unsent(*due);
    } else {
      recorder_->record_drop(*due, context_.standstills.first_since(*due).value_or(context_.now) - *due);
    }
    arrivals_.advance();
  }
}

/// Gives the request to the slot's connection, which is opened first if necessary.
void ConnectionPool::assign(Slots::iterator slot, RequestId request_id) {
  if (slot->state == SlotState::idle) {
    send_request(*slot, request_id);
  } else {
    slot->opening_for = request_id;
    if (destination_.connect_timeout) slot->open_until = context_.now + *destination_.connect_timeout;
    slot->connection.open();
    if (slot->connection.state() == Connection::State::closed) handle_open_failure(*slot);
  }
  update_state(slot);
}

void ConnectionPool::send_request(Slot& slot, RequestId request_id) {
  InFlightRequest& request = in_flight_[request_id];
  request.sent = context_.now;
  if (is_timed_) [[unlikely]]
    slot.connection.set_time(context_.now, deadline(request.due));
  if (destination_.stream) [[unlikely]]
    set_event_timer(request_id);
  recorder_->record_bytes(slot.connection.start(request_id, context_.read_buffer(), *this));
  schedule_flush(slot);
  schedule_read(slot);
}

void ConnectionPool::handle(std::uint64_t tag, std::uint32_t events) {
  const Slots::iterator slot = slots_[static_cast<std::uint32_t>(tag) - settings_.first_index];
  Connection& connection = slot->connection;
  if (connection.tag() != tag || connection.state() == Connection::State::closed) return;

  if (connection.state() == Connection::State::opening) {
    continue_opening(*slot, events);
  } else {
    recorder_->record_bytes(connection.handle(events, context_.read_buffer(), *this));
    schedule_flush(*slot);
  }
  schedule_read(*slot);
  update_state(slot);
  start_requests();
}

void ConnectionPool::continue_opening(Slot& slot, std::uint32_t events) {
  slot.connection.continue_opening(events);
  if (slot.connection.state() == Connection::State::closed) return handle_open_failure(slot);
  if (slot.connection.state() == Connection::State::opening) return;

  context_.read_clock();
  backoff_ = {};
  in_flight_[slot.opening_for].recorder->record_connect();
  send_request(slot, slot.opening_for);
  // Bytes that the server sent before the request came with the same edge; no other event announces them.
  if ((events & EPOLLIN) != 0 && slot.connection.state() == Connection::State::ready) {
    recorder_->record_bytes(slot.connection.handle(EPOLLIN, context_.read_buffer(), *this));
  }
}

void ConnectionPool::handle_open_failure(const Slot& slot) {
  const Connection::Failure& failure = slot.connection.failure();
  on_failure(slot.opening_for, failure.error, failure.why);
  if (!settings_.backs_off || context_.now < backoff_until_) return;
  backoff_ = std::clamp(backoff_ * 2, kMinBackoff, kMaxBackoff);
  backoff_until_ = context_.now + backoff_;
}

void ConnectionPool::update_state(Slots::iterator slot) {
  SlotState state = SlotState::busy;
  if (slot->connection.state() == Connection::State::closed) state = SlotState::closed;
  if (slot->connection.room() > 0) state = SlotState::idle;
  if (slot->thinking) state = SlotState::thinking;
  if (state != slot->state) slot->idle_since = context_.now;
  slots_in(state).splice(slots_in(state).end(), slots_in(slot->state), slot);
  slot->state = state;
  if (is_timed_) [[unlikely]]
    update_timer(*slot);
}

void ConnectionPool::update_timer(Slot& slot) {
  recorder_->record_messages(slot.connection.take_message_counts());
  std::optional<base::MonotonicTime> wake;
  if (slot.connection.state() == Connection::State::ready) wake = slot.connection.next_wake();
  if (slot.connection.state() == Connection::State::opening && destination_.connect_timeout)
    wake = slot.open_until;
  const std::uint32_t index = slot.connection.index() - settings_.first_index;
  if (wake)
    connection_timers_.set(index, *wake);
  else
    connection_timers_.cancel(index);
}

void ConnectionPool::run_timers() {
  while (const std::optional<std::uint32_t> index = connection_timers_.expire(context_.now)) {
    const Slots::iterator slot = slots_[*index];
    if (slot->connection.state() == Connection::State::opening) {
      fail_opening(*slot, ErrorClass::connect, "no connection within the time to connect");
    } else if (slot->connection.state() == Connection::State::ready) {
      slot->connection.set_time(context_.now, context_.now + settings_.timeout);
      slot->connection.on_time(*this);
      schedule_flush(*slot);
    }
    update_state(slot);
  }
}

void ConnectionPool::schedule_flush(Slot& slot) {
  if (!slot.connection.batches_writes() || slot.flush_pending) return;
  slot.flush_pending = true;
  pending_flushes_.push_back(slot.connection.index() - settings_.first_index);
}

void ConnectionPool::flush_pending_writes() {
  for (const std::uint32_t index : pending_flushes_) {
    const Slots::iterator slot = slots_[index];
    slot->flush_pending = false;
    if (slot->connection.state() != Connection::State::ready) continue;
    recorder_->record_bytes(slot->connection.flush(context_.read_buffer(), *this));
    schedule_read(*slot);
    update_state(slot);
  }
  pending_flushes_.clear();
}

void ConnectionPool::schedule_read(Slot& slot) {
  if (!slot.connection.has_unread() || slot.read_pending) return;
  slot.read_pending = true;
  pending_reads_.push_back(slot.connection.index() - settings_.first_index);
}

void ConnectionPool::read_pending() {
  const std::vector<std::uint32_t> turn = std::exchange(pending_reads_, {});
  std::size_t received = 0;
  std::size_t done = 0;
  for (; done < turn.size() && received < kReadBudget; ++done) {
    const Slots::iterator slot = slots_[turn[done]];
    slot->read_pending = false;
    if (!slot->connection.has_unread()) continue;
    const std::size_t bytes = slot->connection.read_on(context_.read_buffer(), *this);
    recorder_->record_bytes(bytes);
    received += bytes;
    schedule_flush(*slot);
    schedule_read(*slot);
    update_state(slot);
  }
  pending_reads_.insert(pending_reads_.begin(), turn.begin() + static_cast<std::ptrdiff_t>(done), turn.end());
}

std::optional<base::MonotonicTime> ConnectionPool::next_wake() const {
  std::optional<base::MonotonicTime> wake;
  const auto consider = [&wake](std::optional<base::MonotonicTime> time) {
    if (time) wake = wake ? std::min(*wake, *time) : time;
  };
  if (!pending_reads_.empty()) consider(context_.now);
  if (in_flight_.size() > 0) consider(deadline(in_flight_.oldest_due()));
  consider(think_timers_.next());
  if (is_timed_) consider(connection_timers_.next());
  consider(event_timers_.next());
  const std::optional<base::MonotonicTime> opening = next_opening();
  if (!retry_queue_.empty()) consider(slots_in(SlotState::idle).empty() ? opening : context_.now);

  const std::optional<base::MonotonicTime> due = arrivals_.next(context_.now);
  if (!due) return wake;
  if (is_at_limit()) {
    consider(next_limit_at());
    return wake;
  }
  if (!slots_in(SlotState::idle).empty()) {
    consider(*due);
  } else if (opening) {
    consider(std::max(*due, *opening));
  } else if (!arrivals_.is_closed_loop()) {
    consider(deadline(*due));
    consider(arrivals_.queue_full_from());
  }
  return wake;
}

bool ConnectionPool::is_done() const {
  return in_flight_.size() == 0 && !arrivals_.next(context_.now);
}

void ConnectionPool::stop_sending() {
  if (recorder_ != nullptr) drop_due_requests();
  arrivals_ = Arrivals(Arrivals::Closed{.requests = 0, .end = {}});
}

}  // namespace iter8::load
