#include "experiment/metric/unit.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/text.h"
#include "experiment/metric/metric_name.h"

namespace iter8::experiment {

namespace {

struct Spelling {
  std::string_view text;
  Unit unit;
};

constexpr Unit time_of(double nanoseconds) {
  return {.kind = UnitKind::time, .size = nanoseconds};
}
constexpr Unit kShare{.kind = UnitKind::share, .size = 1};
constexpr Unit kPercent{.kind = UnitKind::share, .size = 100};
constexpr Unit kNanosecond = time_of(1);
constexpr Unit kMicrosecond = time_of(1e3);
constexpr Unit kMillisecond = time_of(1e6);
constexpr Unit kSecond = time_of(1e9);
constexpr Unit kMinute = time_of(60e9);
constexpr Unit kHour = time_of(3600e9);

/// In lower case. The two micro signs are different characters.
constexpr std::array<Spelling, 39> kSpellings{{
    {"ns", kNanosecond},
    {"nsec", kNanosecond},
    {"nanos", kNanosecond},
    {"nanosecond", kNanosecond},
    {"nanoseconds", kNanosecond},
    {"us", kMicrosecond},
    {"\u00b5s", kMicrosecond},
    {"\u03bcs", kMicrosecond},
    {"usec", kMicrosecond},
    {"micros", kMicrosecond},
    {"microsecond", kMicrosecond},
    {"microseconds", kMicrosecond},
    {"ms", kMillisecond},
    {"msec", kMillisecond},
    {"msecs", kMillisecond},
    {"millis", kMillisecond},
    {"millisecond", kMillisecond},
    {"milliseconds", kMillisecond},
    {"s", kSecond},
    {"sec", kSecond},
    {"secs", kSecond},
    {"second", kSecond},
    {"seconds", kSecond},
    {"min", kMinute},
    {"mins", kMinute},
    {"minute", kMinute},
    {"minutes", kMinute},
    {"h", kHour},
    {"hr", kHour},
    {"hrs", kHour},
    {"hour", kHour},
    {"hours", kHour},
    {"share", kShare},
    {"ratio", kShare},
    {"fraction", kShare},
    {"proportion", kShare},
    {"%", kPercent},
    {"percent", kPercent},
    {"percentage", kPercent},
}};

/// Figures of a load that are shares and are shown without a unit.
bool is_share_of_load(const std::string& metric) {
  return is_load_metric(metric) && (metric.ends_with("/rate-ratio") || metric.ends_with("/worker-cpu") ||
                                    metric.ends_with("/lost-time"));
}

}  // namespace

Unit unit_of(std::string_view text) {
  const std::string lower = base::lower(base::trim(text));
  if (lower.empty()) return {};
  const auto* found = std::ranges::find(kSpellings, std::string_view(lower), &Spelling::text);
  return found == kSpellings.end() ? Unit{.kind = UnitKind::other} : found->unit;
}

Unit unit_of(const MetricInfo& metric) {
  const bool is_share = metric.kind == MetricKind::proportion || is_share_of_load(metric.name);
  return is_share ? kShare : unit_of(metric.unit);
}

std::optional<std::string> unit_objection(const std::string& limit, UnitKind kind, const MetricInfo& metric) {
  const UnitKind found = unit_of(metric).kind;
  if (kind == found || (kind != UnitKind::time && kind != UnitKind::share)) return std::nullopt;
  const bool is_time = kind == UnitKind::time;
  const std::string what = fmt::format("the limit {} is a {}, but {}", limit, is_time ? "time" : "share",
                                       base::printable(metric.name));
  if (metric.kind == MetricKind::proportion) return what + " is a share";
  if (found != UnitKind::none)
    return fmt::format("the limit {} is a {}, but the unit of {} is {}", limit, is_time ? "time" : "share",
                       base::printable(metric.name), base::printable(metric.unit));
  return what + (is_time
                     ? " has no unit; say where it is measured what its values are, such as 'unit: msec'"
                     : " has no unit; say where it is measured what its values are: 'unit: share' (0.01 is "
                       "1 %), 'unit: percent' (1 is 1 %) or 'kind: proportion'");
}

}  // namespace iter8::experiment
