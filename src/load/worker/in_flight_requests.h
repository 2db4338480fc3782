#pragma once

#include <cstdint>
#include <vector>

#include "base/clock.h"
#include "load/protocol/exchange.h"

namespace iter8::load {

class Recorder;

/// One request that was begun and not yet answered.
struct InFlightRequest {
  base::MonotonicTime due;   // from here its latency and its timeout count
  base::MonotonicTime sent;  // when its first byte was; zero while its connection is being opened
  Recorder* recorder = nullptr;
  std::uint32_t connection = 0;  // kNowhere between being refused and being sent again
  std::uint32_t refusals = 0;

  static constexpr std::uint32_t kNowhere = UINT32_MAX;
};

/// The requests of one target on one worker that are in flight. They are begun in the order in which they
/// fell due and share one timeout, so a list in that order keeps the next one to expire at its head: begin,
/// end and expire are O(1) and exact, for less than a timer wheel. Allocates only when more are in flight
/// than ever.
class InFlightRequests {
 public:
  std::size_t size() const { return size_; }

  /// Needs a `due` not before that of any request begun earlier.
  RequestId begin(const InFlightRequest& in_flight);
  InFlightRequest& operator[](RequestId request_id) { return nodes_[request_id].in_flight; }
  /// Forgets the request; its ticket may be given out again.
  void end(RequestId request_id);

  /// The request that was due first; it needs size() > 0.
  RequestId oldest() const { return head_; }
  base::MonotonicTime first_due() const { return nodes_[head_].in_flight.due; }

 private:
  static constexpr RequestId kNone = UINT32_MAX;
  struct Node {
    InFlightRequest in_flight;
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
