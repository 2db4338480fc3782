#include "report/html/figures.h"

#include <cmath>

#include <fmt/format.h>

#include "experiment/metric/unit.h"
#include "summary/condition.h"
#include "summary/numbers.h"

namespace iter8::report {

std::string Figures::number(double value) const {
  return summary::quantity(value * factor, "");
}

std::string Figures::tick(double value) const {
  return fmt::format("{:.6g}{}", value * factor, unit == "%" ? " %" : "");
}

std::string Figures::text(const std::optional<double>& value) const {
  return value ? summary::quantity(*value * factor, unit) : "no data";
}

std::string Figures::range(const std::optional<std::pair<double, double>>& interval) const {
  if (!interval) return {};
  const auto& [low, high] = *interval;
  if (std::isfinite(low) && std::isfinite(high)) return number(low) + " – " + number(high);
  if (std::isfinite(low)) return "≥ " + number(low);
  return std::isfinite(high) ? "≤ " + number(high) : "unbounded";
}

Figures figures_of(const experiment::Result& result, std::string_view metric) {
  const auto info = experiment::metric_info(result, metric);
  if (!info) return {};
  const bool is_share = info->kind == experiment::MetricKind::proportion ||
                        (experiment::unit_of(*info).kind == experiment::UnitKind::share &&
                         experiment::unit_of(*info).size == 1);
  if (is_share) return {.factor = 100, .unit = "%"};
  return {.factor = 1, .unit = info->unit};
}

std::string limits_of(const experiment::Objective& objective, const Figures& figures) {
  if (objective.relative_upper || objective.relative_lower) return summary::limits_text(objective);
  std::string text = objective.lower ? "≥ " + figures.text(objective.lower) : "";
  if (objective.upper) text += (text.empty() ? "≤ " : " and ≤ ") + figures.text(objective.upper);
  return text;
}

std::string chance(const std::optional<double>& probability) {
  if (!probability) return {};
  if (*probability > 0.9999) return "> 99.99 %";
  if (*probability < 0.0001) return "< 0.01 %";
  return fmt::format("{:.{}f} %", 100 * *probability, *probability > 0.99 || *probability < 0.01 ? 2 : 1);
}

}  // namespace iter8::report
