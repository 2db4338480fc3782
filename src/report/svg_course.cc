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
#include "report/view.h"

namespace iter8::report {

using experiment::LoadBlock;
using experiment::LoadSeries;
using experiment::Result;

namespace {

constexpr double kWidth = 640, kHeight = 180;                       // of a picture, in its own units
constexpr double kLeft = 56, kRight = 12, kTop = 12, kBottom = 34;  // margins

/// The courses of one load, by version.
using Courses = std::map<std::size_t, const LoadSeries*>;

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

struct Plot {
  std::string_view title;
  std::string_view explanation;
  std::string_view unit;
  Scale scale = Scale::from_zero;
  std::vector<Curve> curves;
};

/// The last stretch is a part of one: of a short one the rate says nothing.
std::optional<double> rate(std::int64_t count, const Stretch& stretch) {
  constexpr double kShortest = 0.25;
  if (stretch.seconds() < kShortest) return std::nullopt;
  return static_cast<double>(count) / stretch.seconds();
}
std::optional<double> asked(const Stretch& stretch) {
  return rate(stretch.block.asked, stretch);
}
std::optional<double> sent(const Stretch& stretch) {
  return rate(stretch.block.sent, stretch);
}
std::optional<double> completed(const Stretch& stretch) {
  return rate(stretch.block.completed, stretch);
}
std::optional<double> errors(const Stretch& stretch) {
  std::int64_t count = 0;
  for (const auto& [name, number] : stretch.block.errors) count += number;
  return rate(count, stretch);
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

const std::array<Plot, 3> kPlots{
    Plot{.title = "requests a second",
         .explanation = "answered; thin: sent; dashed: asked for",
         .unit = "/s",
         .curves = {{"dashed", asked}, {"thin", sent}, {"", completed}}},
    Plot{.title = "errors a second", .explanation = "of every class", .unit = "/s", .curves = {{"", errors}}},
    Plot{.title = "latency",
         .explanation = "p50; dashed: p95; dotted: p99",
         .unit = "msec",
         .scale = Scale::logarithmic,
         .curves = {{"dotted", p99}, {"dashed", p95}, {"", p50}}}};

/// From data to places of the picture.
struct Axes {
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

  double x(double second) const { return kLeft + (kWidth - kLeft - kRight) * second / seconds; }
  double y(double value) const {
    const double part = scale == Scale::from_zero
                            ? value / high
                            : std::log(std::max(value, low) / low) / std::log(high / low);
    return kHeight - kBottom - (kHeight - kTop - kBottom) * part;
  }
};

Axes axes_of(const Courses& courses, const Plot& plot) {
  Axes axes{.scale = plot.scale};
  for (const auto& [version, series] : courses) {
    for (const Stretch& stretch : stretches_of(*series)) {
      axes.seconds = std::max(axes.seconds, stretch.to);
      for (const Curve& curve : plot.curves) axes.include(curve.figure(stretch));
    }
  }
  if (!axes.is_empty()) axes.round();
  return axes;
}

std::string frame_of(const Axes& axes, std::string_view unit) {
  std::string text;
  for (const double value : axes.lines())
    text += fmt::format(
        "<line class=\"grid\" x1=\"{0:.1f}\" y1=\"{1:.1f}\" x2=\"{2:.1f}\" y2=\"{1:.1f}\"/>"
        "<text x=\"{3:.1f}\" y=\"{4:.1f}\" text-anchor=\"end\">{5:.6g}</text>\n",
        kLeft, axes.y(value), kWidth - kRight, kLeft - 6, axes.y(value) + 4, value);
  for (const double second : even_numbers(axes.seconds))
    if (second <= axes.seconds)
      text += fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"middle\">{:.6g}</text>\n",
                          axes.x(second), kHeight - kBottom + 14, second);
  return text + fmt::format(
                    "<text x=\"{0:.1f}\" y=\"{1:.1f}\" text-anchor=\"end\">seconds</text>"
                    "<text x=\"{2:.1f}\" y=\"{1:.1f}\">{3}</text>\n",
                    kWidth - kRight, kHeight - 4, 2.0, unit);
}

/// A step a stretch of time; where there is no figure the line has a gap.
std::string line_of(const LoadSeries& series, const Curve& curve, const Axes& axes) {
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

std::string legend_of(const Courses& courses, const Result& result) {
  std::string text;
  for (const auto& [version, series] : courses)
    text += fmt::format("<span class=\"key v{}\">{}</span> ", version % 6,
                        xml_escaped(column_of(result, version), 200));
  return text;
}

std::string picture_of(const Courses& courses, const Plot& plot, const std::string& load,
                       const Result& result) {
  const Axes axes = axes_of(courses, plot);
  if (axes.is_empty()) return {};
  std::string text = fmt::format(
      "<figure><figcaption>{0}: {1} ({2})</figcaption>\n"
      "<svg viewBox=\"0 0 {3} {4}\" role=\"img\"><title>{0}: {1} over time; the table below has the "
      "numbers</title>\n",
      xml_escaped(load, 200), plot.title, plot.explanation, kWidth, kHeight);
  text += frame_of(axes, plot.unit);
  for (const auto& [version, series] : courses)
    for (const Curve& curve : plot.curves) text += line_of(*series, curve, axes);
  return text + "</svg>\n<div class=\"legend\">" + legend_of(courses, result) + "</div></figure>\n";
}

std::string number_text(std::optional<double> value) {
  return "<td>" + (value ? fmt::format("{:.4g}", *value) : std::string("–")) + "</td>";
}

std::string errors_text(const LoadBlock& block) {
  std::string text;
  for (const auto& [name, count] : block.errors)
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ", count, xml_escaped(name, 100));
  return "<td>" + text + "</td>";
}

std::string table_of(const Courses& courses, const Result& result) {
  std::string text =
      "<details><summary>The same as numbers</summary><div class=\"wide\"><table><thead><tr>"
      "<th scope=\"col\">Seconds</th><th scope=\"col\">Version</th><th scope=\"col\">Asked for</th>"
      "<th scope=\"col\">Sent</th><th scope=\"col\">Answered</th><th scope=\"col\">Errors</th>"
      "<th scope=\"col\">p50 (msec)</th><th scope=\"col\">p95</th><th "
      "scope=\"col\">p99</th></tr></thead><tbody>\n";
  for (const auto& [version, series] : courses)
    for (const Stretch& stretch : stretches_of(*series)) {
      const LoadBlock& block = stretch.block;
      text +=
          fmt::format("<tr><td>{:.6g}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td>", stretch.from,
                      xml_escaped(column_of(result, version), 200), block.asked, block.sent, block.completed);
      text += errors_text(block) + number_text(p50(stretch)) + number_text(p95(stretch)) +
              number_text(p99(stretch)) + "</tr>\n";
    }
  return text + "</tbody></table></div></details>\n";
}

}  // namespace

std::string svg_courses(const Result& result) {
  std::map<std::string, std::pair<int, Courses>> loads;  // by provider: the last iteration and its courses
  for (const LoadSeries& series : result.series) {
    if (series.blocks.points().empty()) continue;
    auto& [iteration, courses] = loads[series.provider];
    if (series.iteration != iteration) courses.clear();
    iteration = series.iteration;
    courses[series.version] = &series;
  }
  std::string text;
  for (const auto& [provider, load] : loads) {
    const auto& [iteration, courses] = load;
    const std::string name = iteration > 1 ? fmt::format("{}, iteration {}", provider, iteration) : provider;
    for (const Plot& plot : kPlots) text += picture_of(courses, plot, name, result);
    text += table_of(courses, result);
  }
  return text;
}

}  // namespace iter8::report
