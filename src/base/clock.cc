#include "base/clock.h"

#include <charconv>
#include <condition_variable>
#include <ctime>
#include <mutex>

#include <fmt/format.h>

namespace iter8::base {

namespace {

/// Reads `width` digits at `at` and moves on; nothing when they are not all digits.
std::optional<int> digits(std::string_view text, std::size_t& at, std::size_t width) {
  if (at + width > text.size()) return std::nullopt;
  int value = 0;
  const char* begin = text.data() + at;
  const auto [end, error] = std::from_chars(begin, begin + width, value);
  if (error != std::errc{} || end != begin + width || *begin == '-') return std::nullopt;
  at += width;
  return value;
}

bool take(std::string_view text, std::size_t& at, std::string_view any_of) {
  if (at >= text.size() || any_of.find(text[at]) == std::string_view::npos) return false;
  ++at;
  return true;
}

/// Nanoseconds of ".123456789"; further digits are below the resolution and dropped.
std::optional<Duration> fraction(std::string_view text, std::size_t& at) {
  if (!take(text, at, ".")) return Duration{0};
  std::int64_t scale = 100'000'000;
  std::int64_t nanoseconds = 0;
  const std::size_t begin = at;
  for (; at < text.size() && text[at] >= '0' && text[at] <= '9'; ++at) {
    nanoseconds += (text[at] - '0') * scale;
    scale /= 10;
  }
  if (at == begin) return std::nullopt;
  return Duration{nanoseconds};
}

std::optional<std::chrono::minutes> zone_offset(std::string_view text, std::size_t& at) {
  if (take(text, at, "Zz")) return std::chrono::minutes{0};
  const bool negative = at < text.size() && text[at] == '-';
  if (!take(text, at, "+-")) return std::nullopt;
  const auto hours = digits(text, at, 2);
  if (!hours || !take(text, at, ":")) return std::nullopt;
  const auto minutes = digits(text, at, 2);
  if (!minutes || *hours > 23 || *minutes > 59) return std::nullopt;
  const std::chrono::minutes offset{*hours * 60 + *minutes};
  return negative ? -offset : offset;
}

}  // namespace

MonotonicTime SystemClock::now() const {
  return std::chrono::steady_clock::now();
}

WallTime SystemClock::wall() const {
  return std::chrono::system_clock::now();
}

bool SystemClock::wait_until(MonotonicTime deadline, const std::stop_token& stop) {
  std::mutex mutex;
  std::condition_variable_any changed;
  std::unique_lock lock(mutex);
  changed.wait_until(lock, stop, deadline, [] { return false; });
  return std::chrono::steady_clock::now() >= deadline;
}

std::string to_rfc3339(WallTime time) {
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date{day};
  const std::chrono::hh_mm_ss clock{std::chrono::floor<std::chrono::seconds>(time - day)};
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                     clock.hours().count(), clock.minutes().count(), clock.seconds().count());
}

std::string to_rfc3339_milliseconds(WallTime time) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(time);
  const auto rest = std::chrono::floor<std::chrono::milliseconds>(time - seconds);
  std::string text = to_rfc3339(seconds);
  text.pop_back();
  return text + fmt::format(".{:03}Z", rest.count());
}

std::optional<WallTime> parse_rfc3339(std::string_view text) {
  std::size_t at = 0;
  const auto year = digits(text, at, 4);
  if (!year || !take(text, at, "-")) return std::nullopt;
  const auto month = digits(text, at, 2);
  if (!month || !take(text, at, "-")) return std::nullopt;
  const auto day = digits(text, at, 2);
  if (!day || !take(text, at, "Tt ")) return std::nullopt;
  const auto hour = digits(text, at, 2);
  if (!hour || !take(text, at, ":")) return std::nullopt;
  const auto minute = digits(text, at, 2);
  if (!minute || !take(text, at, ":")) return std::nullopt;
  const auto second = digits(text, at, 2);
  if (!second) return std::nullopt;
  const auto part = fraction(text, at);
  if (!part) return std::nullopt;
  const auto offset = zone_offset(text, at);
  if (!offset || at != text.size()) return std::nullopt;

  const std::chrono::year_month_day date{std::chrono::year{*year},
                                         std::chrono::month{static_cast<unsigned>(*month)},
                                         std::chrono::day{static_cast<unsigned>(*day)}};
  // Nanoseconds in 64 bits end in 2262; years outside cannot be represented.
  if (!date.ok() || *year < 1678 || *year > 2261 || *hour > 23 || *minute > 59 || *second > 60)
    return std::nullopt;
  return WallTime{std::chrono::sys_days{date}} + std::chrono::hours{*hour} + std::chrono::minutes{*minute} +
         std::chrono::seconds{*second} + *part - *offset;
}

}  // namespace iter8::base
