#include "forge/limits.h"

#include <algorithm>

#include "base/number.h"
#include "web/retry.h"

namespace iter8::forge {

namespace {

constexpr int kMostDoublings = 5;

int doublings(int attempt) {
  return 1 << std::clamp(attempt, 0, kMostDoublings);
}

std::optional<long long> number_in(const web::Response& response, std::string_view header) {
  const auto text = response.header(header);
  return text ? base::parse_integer(*text) : std::nullopt;
}

/// What the header's Unix time is away from now, and a second for clocks that differ.
std::optional<base::Duration> until(const web::Response& response, std::string_view header,
                                    base::WallTime now) {
  const auto date = number_in(response, header);
  if (!date) return std::nullopt;
  return web::wait_until_date(*date, now) + std::chrono::seconds(1);
}

/// GitHub's words for its secondary limit, which may come without any header.
bool speaks_of_limit(const web::Response& response) {
  return response.body.find("secondary rate limit") != std::string::npos ||
         response.body.find("abuse detection") != std::string::npos;
}

/// What the server says, as it says it.
std::optional<base::Duration> stated_wait(const web::Response& response, base::WallTime now, int attempt) {
  if (const auto wait = web::retry_after(response, now)) return wait;
  if (number_in(response, "x-ratelimit-remaining") == 0)
    if (const auto reset = until(response, "x-ratelimit-reset", now)) return reset;
  if (response.status == 429)
    if (const auto reset = until(response, "ratelimit-reset", now)) return reset;
  if (response.status == 403 && !speaks_of_limit(response)) return std::nullopt;
  return std::chrono::minutes(1) * doublings(attempt);
}

}  // namespace

std::optional<base::Duration> wait_for_limit(const web::Response& response, base::WallTime now, int attempt) {
  if (response.status != 403 && response.status != 429) return std::nullopt;
  const auto wait = stated_wait(response, now, attempt);
  if (!wait) return std::nullopt;
  return std::max<base::Duration>(*wait, std::chrono::seconds(1) * doublings(attempt));
}

}  // namespace iter8::forge
