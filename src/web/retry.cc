#include "web/retry.h"

#include <algorithm>
#include <array>
#include <cmath>
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
    return base::from_seconds(static_cast<double>(*seconds));
  }
  const std::time_t date = CurlLibrary::get().getdate(std::string(*header).c_str(), nullptr);
  if (date == -1) return std::nullopt;
  const base::Duration wait = base::WallTime(std::chrono::seconds(date)) - now;
  return std::max(wait, base::Duration{0});
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
