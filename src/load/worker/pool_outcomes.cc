#include <vector>

#include "load/worker/connection_pool.h"

// How requests end: the other half of ConnectionPool.

namespace iter8::load {
namespace {

/// A request that was refused this often fails.
constexpr std::uint32_t kMaxRefusals = 8;

}  // namespace

/// Forgets the request; in a closed loop its connection may pause for a think time.
void ConnectionPool::finish_request(RequestId request_id) {
  const std::uint32_t connection = in_flight_[request_id].connection;
  in_flight_.remove(request_id);
  if (settings_.think_max <= base::Duration{0} || connection == InFlightRequest::kNoConnection) return;
  const auto spread = static_cast<std::uint64_t>((settings_.think_max - settings_.think_min).count());
  const base::Duration pause =
      settings_.think_min + base::Duration(static_cast<std::int64_t>(random_.next_below(spread + 1)));
  slots_[connection]->thinking = true;
  think_timers_.set(connection, context_.now + pause);
}

/// Whether the generator stood still meanwhile: then nobody knows when the request ended, nor whether it
/// would have ended so. It is recorded as given up.
bool ConnectionPool::is_spoilt(const InFlightRequest& request) const {
  const auto since = context_.standstills.first_since(request.due);
  if (!since) [[likely]]
    return false;
  request.recorder->record_cut_off(request.due, *since - request.due);
  return true;
}

void ConnectionPool::on_response(RequestId request_id, int status) {
  context_.read_clock();
  const InFlightRequest& request = in_flight_[request_id];
  if (!is_spoilt(request))
    request.recorder->record_response(status, request.due, context_.now - request.due,
                                      context_.now - request.sent);
  finish_request(request_id);
}

void ConnectionPool::on_unexpected_response(RequestId request_id, int status, std::string_view why) {
  context_.read_clock();
  const InFlightRequest& request = in_flight_[request_id];
  if (!is_spoilt(request))
    request.recorder->record_unexpected_response(status, request.due, context_.now - request.due,
                                                 context_.now - request.sent, why);
  finish_request(request_id);
}

void ConnectionPool::on_refusal(RequestId request_id, std::string_view why) {
  InFlightRequest& request = in_flight_[request_id];
  if (++request.refusals >= kMaxRefusals) return on_failure(request_id, ErrorClass::refused, why);
  request.connection = InFlightRequest::kNoConnection;
  retry_queue_.push_back(request_id);
}

void ConnectionPool::on_failure(RequestId request_id, ErrorClass error, std::string_view why) {
  context_.read_clock();
  const InFlightRequest& request = in_flight_[request_id];
  if (!is_spoilt(request))
    request.recorder->record_failure(error, request.due, context_.now - request.due, why);
  finish_request(request_id);
}

void ConnectionPool::expire() {
  while (const std::optional<std::uint32_t> connection = think_timers_.expire(context_.now)) {
    slots_[*connection]->thinking = false;
    update_state(slots_[*connection]);
  }
  while (in_flight_.size() > 0) {
    const RequestId request_id = in_flight_.oldest();
    const InFlightRequest request = in_flight_[request_id];
    if (deadline(request.due) > context_.now) return;
    if (request.connection == InFlightRequest::kNoConnection) {
      std::erase(retry_queue_, request_id);
      on_failure(request_id, ErrorClass::timeout, "refused, and no other connection within the timeout");
      continue;
    }
    const Slots::iterator slot = slots_[request.connection];
    if (slot->connection.state() == Connection::State::opening) {
      slot->connection.close();
      on_failure(request_id, ErrorClass::timeout, "no connection within the timeout");
    } else {
      slot->connection.abandon(request_id);
      schedule_flush(*slot);
      on_failure(request_id, ErrorClass::timeout, "no complete response within the timeout");
    }
    update_state(slot);
  }
}

void ConnectionPool::abort_in_flight() {
  retry_queue_.clear();
  while (in_flight_.size() > 0) {
    const RequestId request_id = in_flight_.oldest();
    const InFlightRequest& request = in_flight_[request_id];
    if (!is_spoilt(request)) request.recorder->record_cut_off(request.due, context_.now - request.due);
    in_flight_.remove(request_id);
  }
  stop_sending();
}

}  // namespace iter8::load
