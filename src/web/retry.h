#pragma once

#include <cstdint>
#include <optional>
#include <random>

#include "base/clock.h"
#include "web/message.h"

namespace iter8::web {

/// How often and how long a call is tried: network errors, statuses 429 and 500 to 599, and 403 that carries
/// Retry-After (how GitHub says "too fast") are worth another attempt.
struct RetryPolicy {
  int attempts = 3;                                             // the first included; 1 = no second one
  base::Duration budget = std::chrono::seconds(30);             // of all attempts and the waits between them
  base::Duration first_delay = std::chrono::milliseconds(250);  // doubles with each attempt
  base::Duration longest_delay = std::chrono::seconds(10);      // a Retry-After may be longer
};

/// The waits between attempts: exponential, each drawn from the upper half of its range so that callers which
/// failed together do not come back together. Not thread-safe.
class Backoff {
 public:
  Backoff(const RetryPolicy& policy, std::uint64_t seed) : policy_(policy), random_(seed) {}

  /// The wait before attempt `next`, from 2.
  base::Duration before(int next);

 private:
  RetryPolicy policy_;
  std::mt19937_64 random_;
};

/// The longest wait that a server's words come to: it may say any number, and nobody waits so long anyway.
constexpr std::chrono::hours kLongestStatedWait{24 * 366};

/// What Retry-After asks for, as seconds or as a date (RFC 9110 section 10.2.3); 0 for a date that is past,
/// at most kLongestStatedWait. Nothing without a Retry-After that can be read.
std::optional<base::Duration> retry_after(const Response& response, base::WallTime now);

/// A number of seconds, and the time until a date, as a server says them: from 0 to kLongestStatedWait.
base::Duration seconds_to_wait(std::int64_t seconds);
base::Duration wait_until_date(std::int64_t unix_seconds, base::WallTime now);

/// Whether the server may do better next time.
bool is_worth_retrying(const Response& response);

/// Whether a request may be sent again that got this response, or (null) none although it may have reached
/// the server.
bool may_repeat(const Request& request, const Response* response);

}  // namespace iter8::web
