#pragma once

#include <cstdint>
#include <vector>

#include "base/clock.h"
#include "load/protocol/exchange.h"

namespace iter8::load {

class Recorder;

/// One request that was started and has neither been answered nor failed.
struct InFlightRequest {
  base::MonotonicTime due;   // when it fell due: its latency and its timeout count from here
  base::MonotonicTime sent;  // when its first byte was sent; zero while its connection is being opened
  base::MonotonicTime first_byte{};  // of its response; zero where that came together with the last one
  Recorder* recorder = nullptr;      // of the phase in which it was started
  std::uint32_t connection = 0;      // index of its slot; kNoConnection between a refusal and the retry
  std::uint32_t refusals = 0;

  static constexpr std::uint32_t kNoConnection = UINT32_MAX;
  /// Whether something of its response has come before its end.
  bool has_begun() const { return first_byte != base::MonotonicTime{}; }
};

/// The requests of one target on one worker that are in flight. They are started in the order in which they
/// fell due and share one timeout, so a list in that order keeps the next one to expire at its head: adding,
/// removing and expiring are O(1) and exact, and cheaper than a timer wheel. Allocates only when more
/// requests are in flight than ever before. One thread.
class InFlightRequests {
 public:
  std::size_t size() const { return size_; }

  /// `request.due` must not be before that of any request added earlier.
  RequestId add(const InFlightRequest& request) {
    if (free_ == kNone) {
      free_ = static_cast<RequestId>(nodes_.size());
      nodes_.emplace_back();
    }
    const RequestId request_id = free_;
    Node& node = nodes_[request_id];
    free_ = node.next;
    node = {.request = request, .previous = tail_, .next = kNone};
    (tail_ == kNone ? head_ : nodes_[tail_].next) = request_id;
    tail_ = request_id;
    ++size_;
    return request_id;
  }
  InFlightRequest& operator[](RequestId request_id) { return nodes_[request_id].request; }
  const InFlightRequest& operator[](RequestId request_id) const { return nodes_[request_id].request; }
  /// Forgets the request; its id may be used again by a later one.
  void remove(RequestId request_id) {
    Node& node = nodes_[request_id];
    (node.previous == kNone ? head_ : nodes_[node.previous].next) = node.next;
    (node.next == kNone ? tail_ : nodes_[node.next].previous) = node.previous;
    node.next = free_;
    free_ = request_id;
    --size_;
  }

  /// The request that fell due first; needs size() > 0.
  RequestId oldest() const { return head_; }
  base::MonotonicTime oldest_due() const { return nodes_[head_].request.due; }

 private:
  static constexpr RequestId kNone = UINT32_MAX;
  struct Node {
    InFlightRequest request;
    RequestId previous = kNone;
    RequestId next = kNone;  // also links the free nodes
  };

  std::vector<Node> nodes_;
  std::size_t size_ = 0;
  RequestId head_ = kNone;
  RequestId tail_ = kNone;
  RequestId free_ = kNone;
};

}  // namespace iter8::load
