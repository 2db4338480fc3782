#include "report/html/chart.h"

#include <algorithm>
#include <cmath>
#include <map>

#include <fmt/format.h>

#include "report/html/markup.h"
#include "report/ticks.h"
#include "summary/numbers.h"

namespace iter8::report {

namespace {

std::vector<std::pair<double, std::string>> labelled(const std::vector<double>& ticks) {
  std::vector<std::pair<double, std::string>> list;
  for (const double tick : ticks) list.emplace_back(tick, fmt::format("{:.6g}", tick));
  return list;
}

/// A version an entry; page.js writes the figures under the pointer behind it.
std::string legend_of(const View& view, const Chart& chart) {
  std::map<std::size_t, std::string> entries;
  for (std::size_t line = 0; line < chart.lines.size(); ++line)
    entries[chart.lines[line].version] += fmt::format("<span class=\"now\" data-line=\"{}\"></span>", line);
  std::string text = "<ul class=\"legend\">";
  for (const auto& [version, figures] : entries)
    text += "<li>" + version_markup(view, version) + figures + "</li>";
  return text + "</ul>\n";
}

}  // namespace

double ChartAxis::place(double value) const {
  const double part = scale == Scale::linear ? (value - low) / (high - low)
                                             : std::log(std::max(value, low) / low) / std::log(high / low);
  return std::clamp(part, 0.0, 1.0);
}

std::optional<ChartAxis> axis_from_zero(double highest, std::string unit) {
  if (!std::isfinite(highest) || highest <= 0) return std::nullopt;
  const std::vector<double> ticks = even_numbers(highest);
  return ChartAxis{.high = ticks.back(), .ticks = labelled(ticks), .unit = std::move(unit)};
}

std::optional<ChartAxis> logarithmic_axis(double lowest, double highest, std::string unit) {
  if (!std::isfinite(lowest) || !std::isfinite(highest) || lowest <= 0 || highest < lowest)
    return std::nullopt;
  constexpr double kMargin = 1.15;
  ChartAxis axis{.scale = ChartAxis::Scale::logarithmic,
                 .low = lowest / kMargin,
                 .high = highest * kMargin,
                 .unit = std::move(unit)};
  axis.ticks = labelled(round_numbers(axis.low, axis.high));
  if (axis.ticks.size() < 2) axis.ticks = labelled(even_numbers_between(axis.low, axis.high));
  return axis;
}

std::string chart_markup(const View& view, const Chart& chart) {
  if (chart.lines.empty()) return {};
  std::string text = fmt::format(
      "<figure class=\"chart\" data-group=\"{}\"><figcaption><strong>{}</strong> {}</figcaption>\n",
      escaped(chart.group), escaped(chart.title), escaped(chart.caption));
  text += fmt::format("<div class=\"plot\" role=\"img\" aria-label=\"{}\">", escaped(chart.description));
  text += chart_svg(view, chart) + "</div>\n" + legend_of(view, chart);
  return text + "<script type=\"application/json\">" + chart_data(view, chart) + "</script></figure>\n";
}

}  // namespace iter8::report
