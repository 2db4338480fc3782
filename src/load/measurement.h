#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "stats/histogram.h"

namespace iter8::load {

/// Why a request failed; each failed request counts in exactly one class.
enum class ErrorClass {
  resolve,      // the host name has no address
  connect,      // refused, unreachable, or no descriptor left
  tls,          // handshake, certificate or alert
  timeout,      // no complete answer within the timeout
  reset,        // the connection was reset, or a write failed
  early_close,  // closed before the answer was complete; also when a kept connection closes as a request is
                // sent
  malformed,    // not HTTP, over a limit, or bytes after the answer's end
  refused,      // HTTP/2: not processed, as the server said each time that it was sent
  stream,       // HTTP/2: the server reset the stream
  proxy,        // the proxy did not connect
  expect,       // a complete answer that is not what was expected
  status,       // a complete answer with a status that counts as an error
};
inline constexpr std::size_t kErrorClasses = 12;
std::string_view to_text(ErrorClass error);

/// What came of the requests of one target. sent = completed + errors other than `status` and `expect` +
/// in_flight; a request that never got a connection counts as sent when it fails, one that was refused and
/// sent again counts once.
struct Tally {
  std::int64_t asked = 0;  // requests that fell due
  std::int64_t sent = 0;   // those of them that were begun, or failed waiting; the rest a stop found waiting
  std::int64_t completed = 0;  // complete answers, whatever their status
  std::int64_t in_flight = 0;  // cut off by a stop
  std::array<std::int64_t, kErrorClasses> errors{};
  std::vector<std::pair<int, std::int64_t>> statuses;  // complete answers by status code, ascending
  std::int64_t bytes_received = 0;
  std::int64_t connects = 0;  // connections that became ready for requests
  /// Of every request that ended, failed ones too, from the moment it fell due to its last byte. In a closed
  /// loop it falls due when its connection is free, or begins to be opened. A timed-out request has at least
  /// its timeout.
  stats::Histogram latency;
  stats::Histogram service;  // of complete answers, from the send to the last byte
  stats::Histogram
      lateness;  // open loop: from the moment due to the send, for the line and the generator itself
  /// Of `latency`, the values above each of the target's limits, counted exactly; as Target::limits.
  std::vector<std::int64_t> above;
  std::string first_error;  // text of the first failure other than `status`, for the message

  std::int64_t error_count() const;
  void add(const Tally& other);
};

enum class EndReason { done, stopped };

struct Measurement {
  std::vector<Tally> targets;  // as in the plan
  std::vector<Tally> warmup;
  base::Duration elapsed{0};  // of sending and draining, without warm-up
  double asked_rate = 0;      // per second and target; 0 in a closed loop
  EndReason end = EndReason::done;
  int workers = 0;
};

/// Numbers of the running load, all targets together.
struct Snapshot {
  base::Duration elapsed{0};
  std::int64_t requests = 0;
  std::int64_t errors = 0;
  double achieved_rate = 0;
  base::Duration latency_p95{0};
};

}  // namespace iter8::load
