#include "summary/numbers.h"

#include <cmath>

#include <fmt/format.h>

#include "base/number.h"

namespace iter8::summary {

namespace {

using Metric = std::optional<experiment::MetricInfo>;

bool is_share(const Metric& metric) {
  return metric && metric->kind == experiment::MetricKind::proportion && metric->unit.empty();
}

}  // namespace

std::string number_text(double value) {
  return value != 0 && std::fabs(value) < 1 ? fmt::format("{:.3g}", value) : fmt::format("{:.2f}", value);
}

std::string quantity(double value, std::string_view unit) {
  std::string number = base::shortest(value);
  if (std::isfinite(value) && std::trunc(value) != value) {
    const double size = std::fabs(value);
    if (size >= 1) {
      number = base::fixed(value, size >= 1000 ? 0 : size >= 100 ? 1 : 2);
    } else {
      number = fmt::format("{:.3g}", value);
    }
  }
  return unit.empty() ? number : number + " " + std::string(unit);
}

std::string metric_quantity(double value, const Metric& metric) {
  return is_share(metric) ? quantity(value * 100, "%") : quantity(value, metric ? metric->unit : "");
}

std::string range_text(const std::pair<double, double>& range, const Metric& metric) {
  const auto end = [&](double value) {
    return is_share(metric) ? quantity(value * 100, "%") : quantity(value, "");
  };
  const auto& [lower, upper] = range;
  if (!std::isfinite(lower) && !std::isfinite(upper)) return {};
  if (!std::isfinite(upper)) return end(lower) + " or more";
  if (!std::isfinite(lower)) return end(upper) + " or less";
  return end(lower) + " to " + end(upper);
}

std::string grouped_count(std::int64_t count) {
  std::string digits = std::to_string(count);
  for (std::size_t at = digits.size(); at > 3 && digits[at - 4] != '-'; at -= 3) digits.insert(at - 3, ",");
  return digits;
}

std::string percent_text(double share) {
  return fmt::format("{:.1f} %", share * 100);
}

std::string chance_text(double probability) {
  if (probability >= 0.9995 && probability < 1) return "> 99.9 %";
  if (probability > 0 && probability < 0.0005) return "< 0.1 %";
  return percent_text(probability);
}

std::string change_text(double share) {
  constexpr double kGrouped = 999.5, kMost = 1e15;
  if (!std::isfinite(share)) return "unbounded";
  const double percent = 100 * share;
  const bool is_large = std::fabs(percent) >= kGrouped && std::fabs(percent) < kMost;
  if (!is_large) return fmt::format("{:+.3g} %", percent);
  return (percent > 0 ? "+" : "") + grouped_count(std::llround(percent)) + " %";
}

}  // namespace iter8::summary
