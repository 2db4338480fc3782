#include "load/worker/in_flight_requests.h"

namespace iter8::load {

RequestId InFlightRequests::begin(const InFlightRequest& in_flight) {
  if (free_ == kNone) {
    free_ = static_cast<RequestId>(nodes_.size());
    nodes_.emplace_back();
  }
  const RequestId request_id = free_;
  Node& node = nodes_[request_id];
  free_ = node.next;
  node = {.in_flight = in_flight, .previous = tail_, .next = kNone};
  (tail_ == kNone ? head_ : nodes_[tail_].next) = request_id;
  tail_ = request_id;
  ++size_;
  return request_id;
}

void InFlightRequests::end(RequestId request_id) {
  Node& node = nodes_[request_id];
  (node.previous == kNone ? head_ : nodes_[node.previous].next) = node.next;
  (node.next == kNone ? tail_ : nodes_[node.next].previous) = node.previous;
  node.next = free_;
  free_ = request_id;
  --size_;
}

}  // namespace iter8::load
