#include "web/retry.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <ctime>
#include <string>

#include "base/duration.h"
#include "base/number.h"
#include "web/curl_library.h"

namespace iter8::web {

base::Duration Backoff::before(int next) {
  const double doubled = base::to_seconds(policy_.first_delay) * std::exp2(std::clamp(next - 2, 0, 30));
  const double longest = std::min(doubled, base::to_seconds(policy_.longest_delay));
  return base::from_seconds(longest * std::uniform_real_distribution<double>(0.5, 1.0)(random_));
}

std::optional<base::Duration> retry_after(const Response& response, base::WallTime now) {
  const auto header = response.header("retry-after");
  if (!header) return std::nullopt;
  if (const auto seconds = base::parse_integer(*header)) {
    if (*seconds < 0) return std::nullopt;
    return seconds_to_wait(*seconds);
  }
  const std::time_t date = CurlLibrary::get().getdate(std::string(*header).c_str(), nullptr);
  if (date == -1) return std::nullopt;
  return wait_until_date(date, now);
}

base::Duration seconds_to_wait(std::int64_t seconds) {
  const std::int64_t longest = std::chrono::seconds(kLongestStatedWait).count();
  return std::chrono::seconds(std::clamp<std::int64_t>(seconds, 0, longest));
}

base::Duration wait_until_date(std::int64_t unix_seconds, base::WallTime now) {
  const std::int64_t now_seconds = std::chrono::floor<std::chrono::seconds>(now).time_since_epoch().count();
  std::int64_t seconds = 0;
  if (__builtin_sub_overflow(unix_seconds, now_seconds, &seconds))
    return unix_seconds < 0 ? base::Duration{0} : base::Duration{kLongestStatedWait};
  return seconds_to_wait(seconds);
}

bool is_worth_retrying(const Response& response) {
  return response.status == 429 || (response.status >= 500 && response.status <= 599) ||
         (response.status == 403 && response.header("retry-after"));
}

bool may_repeat(const Request& request, const Response* response) {
  if (request.repeat != Repeat::if_idempotent) return request.repeat == Repeat::always;
  // Refused before any work was done.
  if (response != nullptr && (response->status == 429 || response->status == 403)) return true;
  constexpr std::array idempotent = {"GET", "HEAD", "OPTIONS", "PUT", "DELETE", "TRACE"};
  return std::ranges::find(idempotent, request.method) != idempotent.end();
}

}  // namespace iter8::web
