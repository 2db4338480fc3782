#include "forge/limits.h"

#include <algorithm>

#include "base/number.h"

namespace iter8::forge {

namespace {

constexpr int kMostDoublings = 5;

std::optional<long long> number_in(const web::Response& response, std::string_view header) {
  const auto text = response.header(header);
  return text ? base::parse_integer(*text) : std::nullopt;
}

/// What the header's Unix time is away from now, and a second for clocks that differ.
std::optional<base::Duration> until(const web::Response& response, std::string_view header,
                                    base::WallTime now) {
  const auto seconds = number_in(response, header);
  if (!seconds) return std::nullopt;
  const base::WallTime reset{std::chrono::seconds(*seconds)};
  return std::max<base::Duration>(reset - now, base::Duration{0}) + std::chrono::seconds(1);
}

/// GitHub's words for its secondary limit, which may come without any header.
bool speaks_of_limit(const web::Response& response) {
  return response.body.find("secondary rate limit") != std::string::npos ||
         response.body.find("abuse detection") != std::string::npos;
}

}  // namespace

std::optional<base::Duration> wait_for_limit(const web::Response& response, base::WallTime now, int attempt) {
  if (response.status != 403 && response.status != 429) return std::nullopt;
  if (const auto seconds = number_in(response, "retry-after")) return std::chrono::seconds(*seconds);
  if (number_in(response, "x-ratelimit-remaining") == 0)
    if (const auto reset = until(response, "x-ratelimit-reset", now)) return reset;
  if (response.status == 429)
    if (const auto reset = until(response, "ratelimit-reset", now)) return reset;
  if (response.status == 403 && !speaks_of_limit(response)) return std::nullopt;
  return std::chrono::minutes(1) * (1 << std::clamp(attempt, 0, kMostDoublings));
}

}  // namespace iter8::forge
