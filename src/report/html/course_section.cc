// For each load what was asked of it and achieved, errors and latencies over the time of load, and the same
// numbers as a table for those who cannot see charts.
#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "experiment/metric/metric_name.h"
#include "report/html/course.h"
#include "report/html/judged_limits.h"
#include "report/html/markup.h"
#include "report/html/sections.h"
#include "report/ticks.h"
#include "summary/wording.h"

namespace iter8::report {

namespace {

constexpr std::size_t kMostOpenLoads = 3;
constexpr std::size_t kManyVersions = 6;

/// One figure of a stretch; nothing where there is none.
using Figure = std::optional<double> (*)(const Stretch& stretch);

struct Curve {
  std::string name;
  std::string look;
  Figure figure;
};

/// Of a very short stretch, the last part of a load, a rate says nothing.
std::optional<double> rate_in(std::int64_t count, const Stretch& stretch) {
  constexpr double kShortest = 0.25;
  if (stretch.seconds() < kShortest) return std::nullopt;
  return static_cast<double>(count) / stretch.seconds();
}
std::optional<double> asked_rate(const Stretch& stretch) {
  return rate_in(stretch.block->asked, stretch);
}
std::optional<double> completed_rate(const Stretch& stretch) {
  return rate_in(stretch.block->completed, stretch);
}
std::optional<double> error_rate(const Stretch& stretch) {
  std::int64_t count = 0;
  for (const auto& [name, number] : stretch.block->errors) count += number;
  return rate_in(count, stretch);
}
std::optional<double> p50(const Stretch& stretch) {
  return stretch.block->percentile(50);
}
std::optional<double> p95(const Stretch& stretch) {
  return stretch.block->percentile(95);
}
std::optional<double> p99(const Stretch& stretch) {
  return stretch.block->percentile(99);
}

/// A version's curve over all windows: through the middle of each stretch, from end to end of each window,
/// with a gap between windows and where there is no figure.
ChartLine line_of(const LoadCourse& course, std::size_t version, const Curve& curve) {
  ChartLine line{.name = curve.name, .version = version, .look = curve.look};
  for (const CoursePart& part : course.parts) {
    if (part.series->version != version) continue;
    if (!line.points.empty()) line.points.emplace_back(part.offset, std::nullopt);
    for (std::size_t i = 0; i < part.stretches.size(); ++i) {
      const Stretch& stretch = part.stretches[i];
      const std::optional<double> value = curve.figure(stretch);
      if (i == 0) line.points.emplace_back(stretch.from, value);
      line.points.emplace_back((stretch.from + stretch.to) / 2, value);
      if (i + 1 == part.stretches.size()) line.points.emplace_back(stretch.to, value);
    }
  }
  return line;
}

/// Versions without a colour of their own come first, so that the others lie above them.
std::vector<ChartLine> lines_of(const View& view, const LoadCourse& course,
                                const std::vector<Curve>& curves) {
  std::vector<ChartLine> lines;
  const std::vector<std::size_t> versions = course.versions();
  for (const bool has_colour : {false, true})
    for (const std::size_t version : versions)
      if ((view.colour(version) != "vx") == has_colour)
        for (const Curve& curve : curves)
          if (curve.look != "dashed" || versions.size() <= kManyVersions || version == versions.front())
            lines.push_back(line_of(course, version, curve));
  return lines;
}

struct Extent {
  double low = std::numeric_limits<double>::infinity();
  double high = 0;

  void include(double value) {
    if (!(value > 0) || !std::isfinite(value)) return;
    low = std::min(low, value);
    high = std::max(high, value);
  }
  void include(const std::vector<ChartLine>& lines) {
    for (const ChartLine& line : lines)
      for (const auto& [x, y] : line.points) include(y.value_or(0));
  }
};

ChartAxis time_axis(const LoadCourse& course) {
  ChartAxis axis{.high = course.seconds, .unit = "seconds of load", .kind = "seconds"};
  for (const double second : even_numbers_between(0, course.seconds))
    axis.ticks.emplace_back(second, fmt::format("{:.6g}", second));
  return axis;
}

Chart chart_of(const LoadCourse& course, std::string title, std::string caption) {
  Chart chart{.title = course.provider + ": " + title,
              .caption = std::move(caption),
              .description = course.provider + ": " + title + " over time; the table below has the numbers",
              .group = "course-" + course.provider,
              .x = time_axis(course)};
  chart.dividers = course.beginnings;
  if (!chart.dividers.empty()) chart.caption += "; numbered: iterations";
  return chart;
}

std::string rate_chart(const View& view, const LoadCourse& course) {
  Chart chart = chart_of(course, "requests a second", "answered; dashed: asked for");
  chart.lines = lines_of(view, course, {{"asked for", "dashed", asked_rate}, {"", "", completed_rate}});
  Extent extent;
  extent.include(chart.lines);
  const auto axis = axis_from_zero(extent.high, "/s");
  if (!axis) return {};
  chart.y = *axis;
  return chart_markup(view, chart);
}

std::string error_chart(const View& view, const LoadCourse& course) {
  Chart chart = chart_of(course, "errors a second", "of every class");
  chart.lines = lines_of(view, course, {{"", "", error_rate}});
  Extent extent;
  extent.include(chart.lines);
  const auto axis = axis_from_zero(extent.high, "/s");
  if (!axis) return fmt::format("<p class=\"soft\">{}: no errors.</p>\n", escaped(course.provider));
  chart.y = *axis;
  return chart_markup(view, chart);
}

std::string latency_chart(const View& view, const LoadCourse& course) {
  const std::vector<JudgedLimit> limits = limits_on(view.result, course.provider + "/latency");
  const bool has_p95 = std::any_of(limits.begin(), limits.end(),
                                   [](const JudgedLimit& limit) { return limit.percentile == 95.0; });
  Chart chart = chart_of(course, "latency", has_p95 ? "p99; thin: p50; dotted: p95" : "p99; thin: p50");
  chart.lines =
      lines_of(view, course,
               has_p95 ? std::vector<Curve>{{"p50", "thin", p50}, {"p95", "dotted", p95}, {"p99", "", p99}}
                       : std::vector<Curve>{{"p50", "thin", p50}, {"p99", "", p99}});
  chart.bands = stalls_of(course);
  if (!chart.bands.empty()) chart.caption += "; shaded: stalls, most requests took ten times the median";
  Extent extent;
  extent.include(chart.lines);
  if (!(extent.high > 0)) return {};
  for (const JudgedLimit& limit : limits) {
    if (!limit.percentile) continue;
    extent.include(limit.at);
    chart.limits.push_back({.at = limit.at, .label = limit.label});
  }
  const auto axis = logarithmic_axis(extent.low, extent.high, "msec");
  if (!axis) return {};
  chart.y = *axis;
  return chart_markup(view, chart);
}

std::string number_cell(std::optional<double> value) {
  return "<td>" + (value ? fmt::format("{:.4g}", *value) : std::string("–")) + "</td>";
}

std::string errors_text(const experiment::LoadBlock& block) {
  std::string text;
  for (const auto& [name, count] : block.errors)
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ", count, name);
  return text;
}

std::string course_table(const View& view, const LoadCourse& course) {
  std::string text = "<table class=\"numbers\"><thead><tr>";
  for (const std::string_view title : {"Seconds of load", "Version", "Iteration", "Asked for", "Sent",
                                       "Answered", "Errors", "p50 (msec)", "p95", "p99"})
    text += fmt::format("<th scope=\"col\">{}</th>", title);
  text += "</tr></thead><tbody>\n";
  for (const CoursePart& part : course.parts)
    for (const Stretch& stretch : part.stretches) {
      text += fmt::format(
          "<tr><th "
          "scope=\"row\">{:.6g}</th><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td>",
          stretch.from, name_markup(summary::version_label(view.result, part.series->version)),
          part.series->iteration, stretch.block->asked, stretch.block->sent, stretch.block->completed,
          escaped(errors_text(*stretch.block), 200));
      text += number_cell(p50(stretch)) + number_cell(p95(stretch)) + number_cell(p99(stretch)) + "</tr>\n";
    }
  return folded("The same as numbers", scrolling(course.provider + " over time", text + "</tbody></table>"));
}

std::string load_markup(const View& view, const LoadCourse& course) {
  std::string text = "<div class=\"load\">\n";
  if (const auto found = view.notes.of_provider.find(course.provider); found != view.notes.of_provider.end())
    text += sentences(found->second, "warning");
  text += "<div class=\"charts stacked\">" + rate_chart(view, course) + latency_chart(view, course) +
          error_chart(view, course) + "</div>";
  return text + course_table(view, course) + "</div>\n";
}

}  // namespace

std::string course_section(const View& view) {
  std::string text, more;
  std::size_t loads = 0;
  for (const LoadCourse& course : courses_of(view.result))
    (loads++ < kMostOpenLoads ? text : more) += load_markup(view, course);
  if (loads > kMostOpenLoads) more = folded(fmt::format("{} more loads", loads - kMostOpenLoads), more);
  return section("course", "Over time", text + more);
}

}  // namespace iter8::report
