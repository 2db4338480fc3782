#include <cmath>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "report/html/chart.h"
#include "summary/wording.h"

namespace iter8::report {

namespace {

using Json = nlohmann::json;

/// Five digits are more than anybody can see in a chart.
Json five_digits(double value) {
  return std::isfinite(value) ? Json::parse(fmt::format("{:.5g}", value)) : Json();
}

Json axis_data(const ChartAxis& axis) {
  Json ticks = Json::array();
  for (const auto& [at, label] : axis.ticks) ticks.push_back({five_digits(at), label});
  return {{"low", five_digits(axis.low)},
          {"high", five_digits(axis.high)},
          {"log", axis.scale == ChartAxis::Scale::logarithmic},
          {"kind", axis.kind},
          {"unit", base::printable(axis.unit, 40)},
          {"ticks", std::move(ticks)}};
}

Json line_data(const View& view, const ChartLine& line) {
  Json xs = Json::array();
  Json ys = Json::array();
  for (const auto& [x, y] : line.points) {
    xs.push_back(five_digits(x));
    ys.push_back(y ? five_digits(*y) : Json());
  }
  return {{"name", line.name},
          {"colour", view.colour(line.version)},
          {"look", line.look},
          {"x", std::move(xs)},
          {"y", std::move(ys)}};
}

}  // namespace

std::string chart_data(const View& view, const Chart& chart) {
  Json lines = Json::array(), limits = Json::array(), bands = Json::array(), dividers = Json::array();
  for (const ChartLine& line : chart.lines) lines.push_back(line_data(view, line));
  for (const ChartLimit& limit : chart.limits)
    limits.push_back({{"axis", limit.axis == ChartLimit::Axis::x ? "x" : "y"},
                      {"at", five_digits(limit.at)},
                      {"label", base::printable(limit.label, 60)},
                      {"until", limit.until ? five_digits(*limit.until) : Json()}});
  for (const ChartBand& band : chart.bands)
    bands.push_back({five_digits(band.from), five_digits(band.to), view.colour(band.version)});
  for (const ChartDivider& divider : chart.dividers) dividers.push_back(five_digits(divider.at));
  const Json data{{"x", axis_data(chart.x)},   {"y", axis_data(chart.y)},
                  {"lines", std::move(lines)}, {"limits", std::move(limits)},
                  {"bands", std::move(bands)}, {"dividers", std::move(dividers)}};
  // A text inside must not end the element that the data stand in.
  return base::replace_all(data.dump(), "<", "\\u003c");
}

}  // namespace iter8::report
