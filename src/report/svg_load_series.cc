// What happened over time: for each load three plots with one axis of seconds (requests, errors, latency),
// the versions in their colours, and the same numbers as a table for those who cannot see plots.
#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <map>

#include <fmt/format.h>

#include "base/duration.h"
#include "report/escaping.h"
#include "report/plot.h"
#include "report/ticks.h"
#include "summary/wording.h"

namespace iter8::report {

using experiment::LoadBlock;
using experiment::LoadSeries;
using experiment::Result;

namespace {

constexpr PlotArea kTimeArea{.height = 180, .left = 56};

/// The series of one load, by version.
using SeriesByVersion = std::map<std::size_t, const LoadSeries*>;

/// A stretch of time, from so many seconds after the beginning to so many.
struct Stretch {
  const LoadBlock& block;
  double from = 0;
  double to = 1;

  double seconds() const { return to - from; }
};

/// One figure of a stretch; nothing where there is none.
using Figure = std::optional<double> (*)(const Stretch& stretch);

struct Curve {
  std::string_view look;  // further classes of the line
  Figure figure;
};

enum class Scale { from_zero, logarithmic };

struct TimePlot {
  std::string_view title;
  std::string_view explanation;
  std::string_view unit;
  Scale scale = Scale::from_zero;
  std::vector<Curve> curves;
};

/// The last stretch is a part of one: of a short one the rate says nothing.
std::optional<double> rate_in(std::int64_t count, const Stretch& stretch) {
  constexpr double kShortest = 0.25;
  if (stretch.seconds() < kShortest) return std::nullopt;
  return static_cast<double>(count) / stretch.seconds();
}
std::optional<double> asked_rate(const Stretch& stretch) {
  return rate_in(stretch.block.asked, stretch);
}
std::optional<double> sent_rate(const Stretch& stretch) {
  return rate_in(stretch.block.sent, stretch);
}
std::optional<double> completed_rate(const Stretch& stretch) {
  return rate_in(stretch.block.completed, stretch);
}
std::optional<double> error_rate(const Stretch& stretch) {
  std::int64_t count = 0;
  for (const auto& [name, number] : stretch.block.errors) count += number;
  return rate_in(count, stretch);
}
std::optional<double> p50(const Stretch& stretch) {
  return stretch.block.percentile(50);
}
std::optional<double> p95(const Stretch& stretch) {
  return stretch.block.percentile(95);
}
std::optional<double> p99(const Stretch& stretch) {
  return stretch.block.percentile(99);
}

std::vector<Stretch> stretches_of(const LoadSeries& series) {
  std::vector<Stretch> stretches;
  const double interval = base::to_seconds(series.blocks.interval());
  double from = 0;
  for (const LoadBlock& block : series.blocks.points()) {
    const bool is_last = stretches.size() + 1 == series.blocks.points().size();
    const bool is_part = is_last && series.seconds > from && series.seconds < from + interval;
    stretches.push_back({.block = block, .from = from, .to = is_part ? series.seconds : from + interval});
    from += interval;
  }
  return stretches;
}

const std::array<TimePlot, 3> kTimePlots{
    TimePlot{.title = "requests a second",
             .explanation = "answered; thin: sent; dashed: asked for",
             .unit = "/s",
             .curves = {{"dashed", asked_rate}, {"thin", sent_rate}, {"", completed_rate}}},
    TimePlot{.title = "errors a second",
             .explanation = "of every class",
             .unit = "/s",
             .curves = {{"", error_rate}}},
    TimePlot{.title = "latency",
             .explanation = "p50; dashed: p95; dotted: p99",
             .unit = "msec",
             .scale = Scale::logarithmic,
             .curves = {{"dotted", p99}, {"dashed", p95}, {"", p50}}}};

/// From data to places of the picture.
struct TimeAxes {
  Scale scale = Scale::from_zero;
  double seconds = 1;
  double low = std::numeric_limits<double>::infinity();
  double high = 0;

  void include(std::optional<double> value) {
    if (!value || !std::isfinite(*value) || *value <= 0) return;
    low = std::min(low, *value);
    high = std::max(high, *value);
  }
  bool is_empty() const { return !(high > 0); }
  /// Room above and below, and ends that a line of the grid has.
  void round() {
    if (scale == Scale::from_zero) {
      low = 0;
      high = even_numbers(high).back();
    } else {
      low /= 1.2;
      high *= 1.2;
    }
  }
  std::vector<double> lines() const {
    return scale == Scale::from_zero ? even_numbers(high) : round_numbers(low, high);
  }

  double x(double second) const { return kTimeArea.left + kTimeArea.inner_width() * second / seconds; }
  double y(double value) const {
    const double part = scale == Scale::from_zero
                            ? value / high
                            : std::log(std::max(value, low) / low) / std::log(high / low);
    return kTimeArea.bottom_edge() - kTimeArea.inner_height() * part;
  }
};

TimeAxes time_axes(const SeriesByVersion& series_of_load, const TimePlot& plot) {
  TimeAxes axes{.scale = plot.scale};
  for (const auto& [version, series] : series_of_load) {
    for (const Stretch& stretch : stretches_of(*series)) {
      axes.seconds = std::max(axes.seconds, stretch.to);
      for (const Curve& curve : plot.curves) axes.include(curve.figure(stretch));
    }
  }
  if (!axes.is_empty()) axes.round();
  return axes;
}

std::string time_frame(const TimeAxes& axes, std::string_view unit) {
  std::string text;
  for (const double value : axes.lines())
    text += fmt::format(
        "<line class=\"grid\" x1=\"{0:.1f}\" y1=\"{1:.1f}\" x2=\"{2:.1f}\" y2=\"{1:.1f}\"/>"
        "<text x=\"{3:.1f}\" y=\"{4:.1f}\" text-anchor=\"end\">{5:.6g}</text>\n",
        kTimeArea.left, axes.y(value), kTimeArea.right_edge(), kTimeArea.left - 6, axes.y(value) + 4, value);
  for (const double second : even_numbers(axes.seconds))
    if (second <= axes.seconds)
      text += fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"middle\">{:.6g}</text>\n",
                          axes.x(second), kTimeArea.bottom_edge() + 14, second);
  return text + fmt::format(
                    "<text x=\"{0:.1f}\" y=\"{1:.1f}\" text-anchor=\"end\">seconds</text>"
                    "<text x=\"{2:.1f}\" y=\"{1:.1f}\">{3}</text>\n",
                    kTimeArea.right_edge(), kTimeArea.height - 4, 2.0, unit);
}

/// A step a stretch of time; where there is no figure the line has a gap.
std::string time_line(const LoadSeries& series, const Curve& curve, const TimeAxes& axes) {
  const std::string opening =
      fmt::format("<polyline class=\"line v{} {}\" points=\"", series.version % 6, curve.look);
  std::string text;
  bool is_open = false;
  for (const Stretch& stretch : stretches_of(series)) {
    const std::optional<double> value = curve.figure(stretch);
    if (is_open && !value) text += "\"/>\n";
    if (!is_open && value) text += opening;
    is_open = value.has_value();
    if (value)
      text += fmt::format("{0:.1f},{2:.1f} {1:.1f},{2:.1f} ", axes.x(stretch.from), axes.x(stretch.to),
                          axes.y(*value));
  }
  return is_open ? text + "\"/>\n" : text;
}

std::string time_legend(const SeriesByVersion& series_of_load, const Result& result) {
  std::string text;
  for (const auto& [version, series] : series_of_load)
    text += fmt::format("<span class=\"key v{}\">{}</span> ", version % 6,
                        xml_escaped(summary::version_label(result, version), 200));
  return text;
}

std::string time_picture(const SeriesByVersion& series_of_load, const TimePlot& plot, const std::string& load,
                         const Result& result) {
  const TimeAxes axes = time_axes(series_of_load, plot);
  if (axes.is_empty()) return {};
  std::string text = fmt::format(
      "<figure><figcaption>{0}: {1} ({2})</figcaption>\n"
      "<svg viewBox=\"0 0 {3} {4}\" role=\"img\"><title>{0}: {1} over time; the table below has the "
      "numbers</title>\n",
      xml_escaped(load, 200), plot.title, plot.explanation, kTimeArea.width, kTimeArea.height);
  text += time_frame(axes, plot.unit);
  for (const auto& [version, series] : series_of_load)
    for (const Curve& curve : plot.curves) text += time_line(*series, curve, axes);
  return text + "</svg>\n<div class=\"legend\">" + time_legend(series_of_load, result) + "</div></figure>\n";
}

std::string number_cell(std::optional<double> value) {
  return "<td>" + (value ? fmt::format("{:.4g}", *value) : std::string("–")) + "</td>";
}

std::string errors_cell(const LoadBlock& block) {
  std::string text;
  for (const auto& [name, count] : block.errors)
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ", count, xml_escaped(name, 100));
  return "<td>" + text + "</td>";
}

std::string time_table(const SeriesByVersion& series_of_load, const Result& result) {
  std::string text =
      "<details><summary>The same as numbers</summary><div class=\"wide\"><table><thead><tr>"
      "<th scope=\"col\">Seconds</th><th scope=\"col\">Version</th><th scope=\"col\">Asked for</th>"
      "<th scope=\"col\">Sent</th><th scope=\"col\">Answered</th><th scope=\"col\">Errors</th>"
      "<th scope=\"col\">p50 (msec)</th><th scope=\"col\">p95</th><th "
      "scope=\"col\">p99</th></tr></thead><tbody>\n";
  for (const auto& [version, series] : series_of_load)
    for (const Stretch& stretch : stretches_of(*series)) {
      const LoadBlock& block = stretch.block;
      text += fmt::format("<tr><td>{:.6g}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td>", stretch.from,
                          xml_escaped(summary::version_label(result, version), 200), block.asked, block.sent,
                          block.completed);
      text += errors_cell(block) + number_cell(p50(stretch)) + number_cell(p95(stretch)) +
              number_cell(p99(stretch)) + "</tr>\n";
    }
  return text + "</tbody></table></div></details>\n";
}

}  // namespace

std::string svg_load_series(const Result& result) {
  std::map<std::string, std::pair<int, SeriesByVersion>>
      loads;  // by provider: the last iteration and its series_of_load
  for (const LoadSeries& series : result.series) {
    if (series.blocks.points().empty()) continue;
    auto& [iteration, series_of_load] = loads[series.provider];
    if (series.iteration != iteration) series_of_load.clear();
    iteration = series.iteration;
    series_of_load[series.version] = &series;
  }
  std::string text;
  for (const auto& [provider, load] : loads) {
    const auto& [iteration, series_of_load] = load;
    const std::string name = iteration > 1 ? fmt::format("{}, iteration {}", provider, iteration) : provider;
    for (const TimePlot& plot : kTimePlots) text += time_picture(series_of_load, plot, name, result);
    text += time_table(series_of_load, result);
  }
  return text;
}

}  // namespace iter8::report
