#include <algorithm>
#include <array>
#include <chrono>

#include <fmt/format.h>

#include "base/clock.h"
#include "base/duration.h"
#include "base/error.h"
#include "config/template/template_values.h"

namespace iter8::config {
namespace {

using std::chrono::floor;

/// A time in UTC, taken apart once.
struct Calendar {
  explicit Calendar(base::WallTime time)
      : date(floor<std::chrono::days>(time)),
        weekday(floor<std::chrono::days>(time)),
        clock(floor<std::chrono::nanoseconds>(time - floor<std::chrono::days>(time))) {}

  std::chrono::year_month_day date;
  std::chrono::weekday weekday;
  std::chrono::hh_mm_ss<std::chrono::nanoseconds> clock;

  int year() const { return static_cast<int>(date.year()); }
  unsigned month() const { return static_cast<unsigned>(date.month()); }
  unsigned day() const { return static_cast<unsigned>(date.day()); }
  long hour() const { return clock.hours().count(); }
  long hour12() const { return hour() % 12 == 0 ? 12 : hour() % 12; }
};

constexpr std::array<std::string_view, 12> kMonths = {"January",   "February", "March",    "April",
                                                      "May",       "June",     "July",     "August",
                                                      "September", "October",  "November", "December"};
constexpr std::array<std::string_view, 7> kWeekdays = {"Sunday",   "Monday", "Tuesday", "Wednesday",
                                                       "Thursday", "Friday", "Saturday"};

/// What one element of a layout of Go's time package becomes; longer elements stand before their beginnings.
struct Element {
  std::string_view written;
  std::string (*text)(const Calendar&);
};

constexpr std::array kElements = std::to_array<Element>({
    {"2006", [](const Calendar& c) { return fmt::format("{:04}", c.year()); }},
    {"January", [](const Calendar& c) { return std::string(kMonths[c.month() - 1]); }},
    {"Jan", [](const Calendar& c) { return std::string(kMonths[c.month() - 1].substr(0, 3)); }},
    {"Monday", [](const Calendar& c) { return std::string(kWeekdays[c.weekday.c_encoding()]); }},
    {"Mon", [](const Calendar& c) { return std::string(kWeekdays[c.weekday.c_encoding()].substr(0, 3)); }},
    {"MST", [](const Calendar&) { return std::string("UTC"); }},
    {"Z07:00", [](const Calendar&) { return std::string("Z"); }},
    {"Z0700", [](const Calendar&) { return std::string("Z"); }},
    {"-07:00", [](const Calendar&) { return std::string("+00:00"); }},
    {"-0700", [](const Calendar&) { return std::string("+0000"); }},
    {".000000000", [](const Calendar& c) { return fmt::format(".{:09}", c.clock.subseconds().count()); }},
    {".000000", [](const Calendar& c) { return fmt::format(".{:06}", c.clock.subseconds().count() / 1000); }},
    {".000", [](const Calendar& c) { return fmt::format(".{:03}", c.clock.subseconds().count() / 1000000); }},
    {"01", [](const Calendar& c) { return fmt::format("{:02}", c.month()); }},
    {"02", [](const Calendar& c) { return fmt::format("{:02}", c.day()); }},
    {"03", [](const Calendar& c) { return fmt::format("{:02}", c.hour12()); }},
    {"04", [](const Calendar& c) { return fmt::format("{:02}", c.clock.minutes().count()); }},
    {"05", [](const Calendar& c) { return fmt::format("{:02}", c.clock.seconds().count()); }},
    {"06", [](const Calendar& c) { return fmt::format("{:02}", c.year() % 100); }},
    {"15", [](const Calendar& c) { return fmt::format("{:02}", c.hour()); }},
    {"_2", [](const Calendar& c) { return fmt::format("{:2}", c.day()); }},
    {"PM", [](const Calendar& c) { return std::string(c.hour() < 12 ? "AM" : "PM"); }},
    {"pm", [](const Calendar& c) { return std::string(c.hour() < 12 ? "am" : "pm"); }},
    {"1", [](const Calendar& c) { return std::to_string(c.month()); }},
    {"2", [](const Calendar& c) { return std::to_string(c.day()); }},
    {"3", [](const Calendar& c) { return std::to_string(c.hour12()); }},
    {"4", [](const Calendar& c) { return std::to_string(c.clock.minutes().count()); }},
    {"5", [](const Calendar& c) { return std::to_string(c.clock.seconds().count()); }},
});

std::string format_time(std::string_view layout, base::WallTime time) {
  const Calendar calendar(time);
  std::string result;
  while (!layout.empty()) {
    const auto element = std::find_if(kElements.begin(), kElements.end(),
                                      [layout](const Element& e) { return layout.starts_with(e.written); });
    if (element == kElements.end()) {
      result += layout.front();
      layout.remove_prefix(1);
    } else {
      result += element->text(calendar);
      layout.remove_prefix(element->written.size());
    }
  }
  return result;
}

/// Seconds since 1970, or RFC 3339.
base::WallTime time_argument(const TemplateCall& call, std::size_t index) {
  // Beyond these years the nanoseconds of a time do not fit 64 bits.
  constexpr double limit = 9.2e9;
  const Value& value = call.arguments[index];
  const auto seconds = value.number();
  if (seconds && std::abs(*seconds) < limit) return base::WallTime(base::from_seconds(*seconds));
  const auto time = value.text() ? base::parse_rfc3339(*value.text()) : std::nullopt;
  if (!time) wrong_argument(call, index, "a time (RFC 3339, or seconds since 1970)");
  return *time;
}

Value now(const TemplateCall& call) {
  return base::to_rfc3339(call.now ? *call.now : base::SystemClock().wall());
}

/// `date layout time`, the layout as in Go: 2006-01-02 15:04:05 in UTC.
Value date(const TemplateCall& call) {
  const std::string layout = text_argument(call, 0);
  return format_time(layout, time_argument(call, 1));
}

Value unix_epoch(const TemplateCall& call) {
  const base::WallTime time = time_argument(call, 0);
  return std::int64_t{floor<std::chrono::seconds>(time).time_since_epoch().count()};
}

/// `dateModify "-5m" time`
Value date_modify(const TemplateCall& call) {
  const auto step = base::parse_duration(text_argument(call, 0));
  if (!step) wrong_argument(call, 0, "a duration such as -5m");
  std::int64_t nanoseconds = 0;
  const auto since = time_argument(call, 1).time_since_epoch();
  if (__builtin_add_overflow(since.count(), step->count(), &nanoseconds))
    wrong_argument(call, 0, "a shorter duration");
  return base::to_rfc3339(base::WallTime(base::Duration(nanoseconds)));
}

constexpr std::array kTimeFunctions = std::to_array<TemplateFunction>({
    {"now", 0, 0, now, kRefused},
    {"date", 2, 2, date, kRefused},
    {"unixEpoch", 1, 1, unix_epoch, kRefused},
    {"dateModify", 2, 2, date_modify, kRefused},
    {"date_modify", 2, 2, date_modify, kRefused},
});

}  // namespace

std::span<const TemplateFunction> time_functions() {
  return kTimeFunctions;
}

}  // namespace iter8::config
