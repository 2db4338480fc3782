#include "base/duration.h"

#include <cmath>
#include <limits>

#include <fmt/format.h>

namespace iter8::base {

namespace {

constexpr std::int64_t kMax = std::numeric_limits<std::int64_t>::max();

/// The unit at the front of `text` in nanoseconds, and its length. "ms" must be tried before "m".
std::optional<std::pair<std::int64_t, std::size_t>> unit_at(std::string_view text) {
  constexpr std::pair<std::string_view, std::int64_t> units[] = {{"ns", 1},
                                                                 {"us", 1'000},
                                                                 {"\xC2\xB5s", 1'000},  // µs, micro sign
                                                                 {"\xCE\xBCs", 1'000},  // μs, Greek letter
                                                                 {"ms", 1'000'000},
                                                                 {"s", 1'000'000'000},
                                                                 {"m", 60'000'000'000},
                                                                 {"h", 3'600'000'000'000}};
  for (const auto& [name, nanoseconds] : units)
    if (text.starts_with(name)) return std::pair{nanoseconds, name.size()};
  return std::nullopt;
}

/// One "12.5ms" at the front of `text`, which is shortened by it; nothing when it is not one or does not fit.
std::optional<std::int64_t> take_part(std::string_view& text) {
  std::int64_t whole = 0;
  std::size_t at = 0;
  for (; at < text.size() && text[at] >= '0' && text[at] <= '9'; ++at) {
    if (__builtin_mul_overflow(whole, 10, &whole) || __builtin_add_overflow(whole, text[at] - '0', &whole))
      return std::nullopt;
  }
  std::size_t seen = at;
  double part = 0;
  if (at < text.size() && text[at] == '.') {
    double scale = 0.1;
    for (++at; at < text.size() && text[at] >= '0' && text[at] <= '9'; ++at, ++seen, scale /= 10)
      part += scale * (text[at] - '0');
  }
  if (seen == 0) return std::nullopt;

  const auto unit = unit_at(text.substr(at));
  if (!unit) return std::nullopt;
  text.remove_prefix(at + unit->second);
  std::int64_t nanoseconds = 0;
  if (__builtin_mul_overflow(whole, unit->first, &nanoseconds)) return std::nullopt;
  const auto rest = static_cast<std::int64_t>(std::llround(part * static_cast<double>(unit->first)));
  if (__builtin_add_overflow(nanoseconds, rest, &nanoseconds)) return std::nullopt;
  return nanoseconds;
}

/// "1.5" of value/unit without trailing zeros; exact, as the remainder is printed as digits.
std::string decimal(std::int64_t value, std::int64_t unit) {
  std::string text = std::to_string(value / unit);
  std::int64_t rest = value % unit;
  if (rest == 0) return text;
  text += '.';
  while (rest != 0) {
    rest *= 10;
    text += static_cast<char>('0' + rest / unit);
    rest %= unit;
  }
  return text;
}

}  // namespace

std::optional<Duration> parse_duration(std::string_view text) {
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) text.remove_prefix(1);
  if (text == "0") return Duration{0};
  if (text.empty()) return std::nullopt;
  std::int64_t total = 0;
  while (!text.empty()) {
    const auto part = take_part(text);
    if (!part || __builtin_add_overflow(total, *part, &total)) return std::nullopt;
  }
  return Duration{negative ? -total : total};
}

std::string to_text(Duration duration) {
  std::int64_t left = duration.count();
  if (left == 0) return "0s";
  if (left < 0) return left == -kMax - 1 ? "-2562047h47m16.854775808s" : "-" + to_text(Duration{-left});
  if (left < 1'000) return std::to_string(left) + "ns";
  if (left < 1'000'000) return decimal(left, 1'000) + "us";
  if (left < 1'000'000'000) return decimal(left, 1'000'000) + "ms";
  std::string text;
  const std::int64_t hours = left / 3'600'000'000'000;
  left %= 3'600'000'000'000;
  const std::int64_t minutes = left / 60'000'000'000;
  left %= 60'000'000'000;
  if (hours > 0) text += std::to_string(hours) + "h";
  if (minutes > 0) text += std::to_string(minutes) + "m";
  if (left > 0) text += decimal(left, 1'000'000'000) + "s";
  return text;
}

double to_seconds(Duration duration) {
  return static_cast<double>(duration.count()) / 1e9;
}

double to_milliseconds(Duration duration) {
  return static_cast<double>(duration.count()) / 1e6;
}

Duration from_seconds(double seconds) {
  const double nanoseconds = seconds * 1e9;
  if (std::isnan(nanoseconds)) return Duration{0};
  if (nanoseconds >= 9.2e18) return Duration::max();
  if (nanoseconds <= -9.2e18) return Duration::min();
  return Duration{std::llround(nanoseconds)};
}

}  // namespace iter8::base
