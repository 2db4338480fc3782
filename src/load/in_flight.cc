#include "load/in_flight.h"

namespace iter8::load {

Ticket InFlight::begin(const Flight& flight) {
  if (free_ == kNone) {
    free_ = static_cast<Ticket>(nodes_.size());
    nodes_.emplace_back();
  }
  const Ticket ticket = free_;
  Node& node = nodes_[ticket];
  free_ = node.next;
  node = {.flight = flight, .previous = tail_, .next = kNone};
  (tail_ == kNone ? head_ : nodes_[tail_].next) = ticket;
  tail_ = ticket;
  ++size_;
  return ticket;
}

void InFlight::end(Ticket ticket) {
  Node& node = nodes_[ticket];
  (node.previous == kNone ? head_ : nodes_[node.previous].next) = node.next;
  (node.next == kNone ? tail_ : nodes_[node.next].previous) = node.previous;
  node.next = free_;
  free_ = ticket;
  --size_;
}

}  // namespace iter8::load
