#include "verdict/limit.h"

#include <array>
#include <cmath>
#include <utility>

#include "base/duration.h"
#include "base/number.h"

namespace iter8::verdict {

namespace {

using namespace std::chrono_literals;

constexpr std::array<std::pair<std::string_view, base::Duration>, 16> kTimeUnits = {{
    {"msec", 1ms},
    {"ms", 1ms},
    {"milliseconds", 1ms},
    {"sec", 1s},
    {"s", 1s},
    {"second", 1s},
    {"seconds", 1s},
    {"usec", 1us},
    {"us", 1us},
    {"µs", 1us},
    {"microseconds", 1us},
    {"nsec", 1ns},
    {"ns", 1ns},
    {"nanoseconds", 1ns},
    {"min", 1min},
    {"minutes", 1min},
}};

std::optional<base::Duration> time_unit(std::string_view unit) {
  if (unit.empty()) return 1ms;
  for (const auto& [name, length] : kTimeUnits)
    if (name == unit) return length;
  return std::nullopt;
}

std::optional<Limit> parse_percentage(std::string_view text) {
  const bool is_relative = text.starts_with('+') || text.starts_with('-');
  const std::string_view digits = text.substr(is_relative ? 1 : 0, text.size() - (is_relative ? 2 : 1));
  const std::optional<double> percent = base::parse_number(digits);
  if (!percent || digits.find_first_of("+-") == 0) return std::nullopt;
  if (!is_relative) return Limit{*percent / 100};
  const double change = (text.front() == '-' ? -1 : 1) * *percent / 100;
  return Limit{RelativeLimit{.change = change, .text = std::string(text)}};
}

}  // namespace

std::optional<Limit> parse_limit(std::string_view text) {
  if (text.ends_with('%')) return parse_percentage(text);
  if (const auto number = base::parse_number(text)) return Limit{*number};
  const auto time = base::parse_duration(text);
  return time && *time >= 0ns ? std::optional(Limit{*time}) : std::nullopt;
}

std::optional<double> in_unit(const Limit& limit, std::string_view unit) {
  if (const auto* number = std::get_if<double>(&limit.amount)) return *number;
  const auto* time = std::get_if<base::Duration>(&limit.amount);
  const auto length = time ? time_unit(unit) : std::nullopt;
  if (!length) return std::nullopt;
  return static_cast<double>(time->count()) / static_cast<double>(length->count());
}

double absolute_limit(const RelativeLimit& limit, double baseline) {
  return baseline + std::fabs(baseline) * limit.change;
}

std::string to_text(const Limit& limit) {
  if (const auto* relative = limit.relative()) return relative->text;
  if (const auto* time = std::get_if<base::Duration>(&limit.amount)) return base::to_text(*time);
  return base::shortest(std::get<double>(limit.amount));
}

}  // namespace iter8::verdict
