#include "load/in_flight.h"

namespace iter8::load {

InFlight::InFlight(std::size_t capacity) : nodes_(capacity) {
  for (std::size_t i = capacity; i > 0; --i) {
    nodes_[i - 1].next = free_;
    free_ = static_cast<Ticket>(i - 1);
  }
}

Ticket InFlight::begin(const Flight& flight) {
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
