#include <optional>
#include <vector>

#include <fmt/format.h>

#include "load/worker/connection_pool.h"

// How requests end: the other half of ConnectionPool.

namespace iter8::load {
namespace {

/// A request that was refused this often fails.
constexpr std::uint32_t kMaxRefusals = 8;
/// For a server that takes fewer requests on a connection than are sent at a time.
constexpr std::string_view kRefusalAdvice =
    "; where connections end early, send fewer streams, or let the server take more requests on a connection "
    "(nginx: keepalive_requests)";

}  // namespace

/// Forgets the request; in a closed loop its connection may pause for a think time.
void ConnectionPool::finish_request(RequestId request_id) {
  const std::uint32_t connection = in_flight_[request_id].connection;
  in_flight_.remove(request_id);
  if (!event_timers_.empty()) event_timers_.cancel(request_id);
  if (settings_.think_max <= base::Duration{0} || connection == InFlightRequest::kNoConnection) return;
  const auto spread = static_cast<std::uint64_t>((settings_.think_max - settings_.think_min).count());
  const base::Duration pause =
      settings_.think_min + base::Duration(static_cast<std::int64_t>(random_.next_below(spread + 1)));
  slots_[connection]->thinking = true;
  think_timers_.set(connection, context_.now + pause);
}

/// Whether the generator stood still meanwhile: then nobody knows when the request ended, nor whether it
/// would have ended so. It is recorded as given up.
bool ConnectionPool::is_spoilt(const InFlightRequest& request, RequestId request_id) const {
  const auto since = context_.standstills.first_since(request.due);
  if (!since) return false;
  request.recorder->record_cut_off(request.due, *since - request.due, seen_of(request, request_id, *since));
  return true;
}

/// What of the response had come before `by`.
Seen ConnectionPool::seen_of(const InFlightRequest& request, RequestId request_id,
                             base::MonotonicTime by) const {
  const PartProgress progress = progress_of(request_id);
  return {.first_byte = request.has_begun() && request.first_byte < by,
          .content = progress.has_content() && progress.first_content < by};
}

PartProgress ConnectionPool::progress_of(RequestId request_id) const {
  if (request_id >= progress_.size() || !in_flight_[request_id].has_begun()) return {};
  return progress_[request_id];
}

void ConnectionPool::begin_response(RequestId request_id) {
  InFlightRequest& request = in_flight_[request_id];
  request.first_byte = context_.now;
  if (request_id < progress_.size()) progress_[request_id] = {};
  if (!context_.standstills.first_since(request.due))
    request.recorder->record_first_byte(context_.now - request.due);
}

void ConnectionPool::on_first_byte(RequestId request_id) {
  if (in_flight_[request_id].has_begun()) return;
  context_.read_clock();
  begin_response(request_id);
}

void ConnectionPool::on_part(RequestId request_id, const Part& part) {
  context_.read_clock();
  const InFlightRequest& request = in_flight_[request_id];
  if (!request.has_begun()) begin_response(request_id);
  if (request_id >= progress_.size()) progress_.resize(request_id + 1);
  progress_[request_id].add(part, request.due, context_.now, context_.standstills, *request.recorder);
  if (progress_[request_id].parts > 1 || !destination_.stream) return;
  set_event_timer(request_id);
}

void ConnectionPool::on_response(RequestId request_id, int status) {
  context_.read_clock();
  const InFlightRequest& request = in_flight_[request_id];
  if (context_.standstills.has_long() && is_spoilt(request, request_id)) [[unlikely]]
    return finish_request(request_id);
  const base::Duration latency = context_.now - request.due;
  const base::Duration service = context_.now - request.sent;
  if (request.has_begun()) [[unlikely]]
    request.recorder->record_transferred_response(status, request.due, latency, service,
                                                  context_.now - request.first_byte);
  else
    request.recorder->record_response(status, request.due, latency, service);
  if (destination_.parts == ResponseParts::recorded) [[unlikely]]
    request.recorder->record_parts(status, progress_of(request_id));
  finish_request(request_id);
}

void ConnectionPool::on_error_response(RequestId request_id, int status, std::string_view why) {
  context_.read_clock();
  const InFlightRequest& request = in_flight_[request_id];
  if (!is_spoilt(request, request_id)) {
    std::optional<base::Duration> transfer;
    if (request.has_begun()) transfer = context_.now - request.first_byte;
    request.recorder->record_error_response(status, request.due, context_.now - request.due,
                                            context_.now - request.sent, why, transfer);
  }
  finish_request(request_id);
}

void ConnectionPool::on_unexpected_response(RequestId request_id, int status, std::string_view why) {
  context_.read_clock();
  const InFlightRequest& request = in_flight_[request_id];
  if (!is_spoilt(request, request_id)) {
    std::optional<base::Duration> transfer;
    if (request.has_begun()) transfer = context_.now - request.first_byte;
    request.recorder->record_unexpected_response(status, request.due, context_.now - request.due,
                                                 context_.now - request.sent, why, transfer);
  }
  finish_request(request_id);
}

void ConnectionPool::on_refusal(RequestId request_id, std::string_view why) {
  InFlightRequest& request = in_flight_[request_id];
  // An HTTP/2 connection asks for HTTP/1.1 once, and no further one speaks HTTP/2.
  if (!destination_.is_http1_required() && ++request.refusals >= kMaxRefusals)
    return on_failure(request_id, ErrorClass::refused,
                      fmt::format("{}, and {} times in all{}", why, kMaxRefusals,
                                  settings_.streams > 1 ? kRefusalAdvice : std::string_view{}));
  request.connection = InFlightRequest::kNoConnection;
  retry_queue_.push_back(request_id);
}

void ConnectionPool::on_close(RequestId request_id, int code, std::string_view why) {
  Recorder& recorder = *in_flight_[request_id].recorder;
  if (!context_.standstills.first_since(in_flight_[request_id].due)) recorder.record_close_code(code);
  on_failure(request_id, ErrorClass::closed, why);
}

void ConnectionPool::on_failure(RequestId request_id, ErrorClass error, std::string_view why) {
  context_.read_clock();
  const InFlightRequest& request = in_flight_[request_id];
  if (!is_spoilt(request, request_id))
    request.recorder->record_failure(error, request.due, context_.now - request.due, why,
                                     seen_of(request, request_id, context_.now));
  finish_request(request_id);
}

void ConnectionPool::expire() {
  while (const std::optional<std::uint32_t> connection = think_timers_.expire(context_.now)) {
    slots_[*connection]->thinking = false;
    update_state(slots_[*connection]);
  }
  if (is_timed_) [[unlikely]]
    run_timers();
  while (const std::optional<std::uint32_t> request_id = event_timers_.expire(context_.now))
    expire_event(*request_id);
  while (in_flight_.size() > 0) {
    const RequestId request_id = in_flight_.oldest();
    if (deadline(in_flight_[request_id].due) > context_.now) return;
    give_up(request_id, ErrorClass::timeout, "no complete response within the timeout");
  }
}

/// The request has run out of time; `why` holds where a response was awaited.
void ConnectionPool::give_up(RequestId request_id, ErrorClass error, std::string_view why) {
  const InFlightRequest request = in_flight_[request_id];
  if (request.connection == InFlightRequest::kNoConnection) {
    std::erase(retry_queue_, request_id);
    return on_failure(
        request_id, error,
        fmt::format("refused {} times, and no other connection within the timeout{}", request.refusals,
                    settings_.streams > 1 ? kRefusalAdvice : std::string_view{}));
  }
  const Slots::iterator slot = slots_[request.connection];
  if (slot->connection.state() == Connection::State::opening) {
    fail_opening(*slot, error, "no connection within the timeout");
  } else {
    slot->connection.abandon(request_id);
    schedule_flush(*slot);
    on_failure(request_id, error, why);
  }
  update_state(slot);
}

void ConnectionPool::fail_opening(Slot& slot, ErrorClass error, std::string_view why) {
  slot.connection.close();
  on_failure(slot.opening_for, error, why);
}

/// When the next event of the request's stream must have come; nothing where it has no such limit.
std::optional<base::MonotonicTime> ConnectionPool::event_deadline(RequestId request_id) const {
  const PartProgress progress = progress_of(request_id);
  const bool has_begun = progress.parts > 0;
  const base::Duration timeout =
      has_begun ? destination_.stream->event_timeout : destination_.stream->first_timeout;
  if (timeout <= base::Duration{0}) return std::nullopt;
  const base::MonotonicTime since = has_begun ? progress.last : in_flight_[request_id].due;
  return since + timeout + context_.standstills.since(since);
}

void ConnectionPool::set_event_timer(RequestId request_id) {
  event_timers_.cancel(request_id);
  if (const auto deadline = event_deadline(request_id)) event_timers_.set(request_id, *deadline);
}

/// The timer is set for the first event and for the second; later ones only move the deadline.
void ConnectionPool::expire_event(RequestId request_id) {
  const auto deadline = event_deadline(request_id);
  if (!deadline) return;
  if (*deadline > context_.now) return event_timers_.set(request_id, *deadline);
  const PartProgress progress = progress_of(request_id);
  if (progress.parts == 0)
    return give_up(request_id, ErrorClass::first_event_timeout, "no event within stream.firstEventTimeout");
  // It would have been longer than that: leaving it out would hide the longest.
  const InFlightRequest& request = in_flight_[request_id];
  request.recorder->record_gap(request.due, context_.now - progress.last);
  if (progress.has_content())
    request.recorder->record_content_gap(request.due, context_.now - progress.last_content);
  give_up(request_id, ErrorClass::event_timeout,
          fmt::format("no event within stream.eventTimeout after {} events", progress.parts));
}

void ConnectionPool::say_farewell() {
  for (const Slots::iterator slot : slots_) slot->connection.say_farewell();
}

void ConnectionPool::abort_in_flight() {
  retry_queue_.clear();
  while (in_flight_.size() > 0) {
    const RequestId request_id = in_flight_.oldest();
    const InFlightRequest& request = in_flight_[request_id];
    if (!is_spoilt(request, request_id))
      request.recorder->record_cut_off(request.due, context_.now - request.due,
                                       seen_of(request, request_id, context_.now));
    in_flight_.remove(request_id);
  }
  stop_sending();
}

}  // namespace iter8::load
