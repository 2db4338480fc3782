#include "entrypoint/demo/behavior.h"

#include <cmath>
#include <numbers>
#include <optional>

#include <fmt/format.h>

#include "base/duration.h"
#include "base/error.h"
#include "base/number.h"
#include "base/text.h"

namespace iter8::demo {
namespace {

const std::vector<std::string> kKeys = {"name", "latency", "jitter", "errors", "conversion", "tokens", "gap"};

base::Duration time_of(std::string_view key, std::string_view text) {
  const std::optional<base::Duration> time = base::parse_duration(text);
  if (!time || *time < base::Duration::zero() || *time > std::chrono::hours(1)) {
    throw base::UsageError(
        fmt::format("--version: {}: found '{}', expected a duration from 0 to 1h, such as 10ms", key, text));
  }
  return *time;
}

double share_of(std::string_view key, std::string_view text) {
  const std::optional<double> share = base::parse_number(text);
  if (!share || *share < 0 || *share > 1) {
    throw base::UsageError(fmt::format("--version: {}: found '{}', expected a share from 0 to 1", key, text));
  }
  return *share;
}

int tokens_of(std::string_view text) {
  const auto count = base::parse_integer(text);
  if (!count || *count < 1 || *count > 10'000) {
    throw base::UsageError(
        fmt::format("--version: tokens: found '{}', expected a number from 1 to 10000", text));
  }
  return static_cast<int>(*count);
}

std::string name_of(std::string_view text) {
  const bool plain =
      text.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.") ==
      std::string_view::npos;
  if (text.empty() || !plain) {
    throw base::UsageError(fmt::format(
        "--version: name: found '{}', expected letters, digits, '-', '_' and '.'", base::printable(text)));
  }
  return std::string(text);
}

/// mu and sigma of the log-normal distribution with this mean and standard deviation (method of moments).
std::lognormal_distribution<double> lognormal_of(const Behavior& behavior) {
  const double mean = base::to_seconds(behavior.latency);
  const double ratio = mean > 0 ? base::to_seconds(behavior.jitter) / mean : 0;
  const double variance = std::log1p(ratio * ratio);
  return std::lognormal_distribution<double>(mean > 0 ? std::log(mean) - variance / 2 : 0,
                                             std::sqrt(variance));
}

}  // namespace

Behavior parse_behavior(std::string_view text) {
  Behavior behavior;
  for (const std::string& part : base::split(text, ',')) {
    const std::size_t equals = part.find('=');
    const std::string key(base::trim(part.substr(0, equals)));
    const std::string_view value = equals == std::string::npos
                                       ? std::string_view()
                                       : base::trim(std::string_view(part).substr(equals + 1));
    if (key == "name") {
      behavior.name = name_of(value);
    } else if (key == "latency") {
      behavior.latency = time_of(key, value);
    } else if (key == "jitter") {
      behavior.jitter = time_of(key, value);
    } else if (key == "errors") {
      behavior.errors = share_of(key, value);
    } else if (key == "conversion") {
      behavior.conversion = share_of(key, value);
    } else if (key == "tokens") {
      behavior.tokens = tokens_of(value);
    } else if (key == "gap") {
      behavior.gap = time_of(key, value);
    } else {
      throw base::UsageError(fmt::format("--version: unknown key '{}', expected one of {}{}",
                                         base::printable(key), base::join(kKeys, ", "),
                                         base::suggestion(key, kKeys)));
    }
  }
  if (behavior.name.empty())
    throw base::UsageError("--version: expected a name, as in name=stable,latency=10ms");
  return behavior;
}

std::vector<Behavior> standard_behaviors(int count) {
  using std::chrono::milliseconds;
  std::vector<Behavior> all = {
      {.name = "stable",
       .latency = milliseconds(10),
       .jitter = milliseconds(3),
       .errors = 0.001,
       .conversion = 0.05},
      {.name = "candidate",
       .latency = milliseconds(8),
       .jitter = milliseconds(2),
       .errors = 0.001,
       .conversion = 0.08,
       .gap = milliseconds(8)},
      {.name = "canary",
       .latency = milliseconds(40),
       .jitter = milliseconds(20),
       .errors = 0.05,
       .conversion = 0.04,
       .gap = milliseconds(30)},
  };
  if (count < 1 || count > static_cast<int>(all.size())) {
    throw base::UsageError(fmt::format("--versions: found {}, expected 1 to {}", count, all.size()));
  }
  all.resize(static_cast<std::size_t>(count));
  return all;
}

bool Share::next() {
  const std::lock_guard lock(mutex_);
  position_ += std::numbers::phi - 1;
  if (position_ >= 1) position_ -= 1;
  return position_ < share_;
}

Latencies::Latencies(const Behavior& behavior, std::uint64_t seed)
    : constant_(behavior.latency),
      varies_(behavior.jitter > base::Duration::zero() && behavior.latency > base::Duration::zero()),
      generator_(seed),
      seconds_(lognormal_of(behavior)) {}

base::Duration Latencies::next() {
  if (!varies_) return constant_;
  const std::lock_guard lock(mutex_);
  return base::from_seconds(seconds_(generator_));
}

}  // namespace iter8::demo
