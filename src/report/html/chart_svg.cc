// The picture of a chart: two SVG elements side by side, one for the numbers of the y axis and one for the
// rest. Places are percent, so that the picture fits any width while texts and lines keep their size; only
// the lines are in an element that is stretched.
#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "report/html/chart.h"
#include "report/html/markup.h"

namespace iter8::report {

namespace {

constexpr double kPlotHeight = 180;  // CSS pixels
constexpr double kLabelHeight = 15;  // of a label at the top
constexpr double kBottom = 30;
constexpr double kAcross = 4000;  // units of the stretched element
constexpr double kDown = 1000;

/// Where things are, from the top of the picture.
struct Frame {
  double top = 8;
  double plot_bottom() const { return top + kPlotHeight; }
  double height() const { return plot_bottom() + kBottom; }
};

/// Labels of vertical limits stand in lines of their own above the plot, dividers share one.
Frame frame_of(const Chart& chart) {
  Frame frame;
  if (!chart.dividers.empty()) frame.top += kLabelHeight;
  for (const ChartLimit& limit : chart.limits)
    if (limit.axis == ChartLimit::Axis::x) frame.top += kLabelHeight;
  return frame;
}

double x_percent(const Chart& chart, double value) {
  return 100 * chart.x.place(value);
}

double y_pixels(const Chart& chart, const Frame& frame, double value) {
  return frame.plot_bottom() - kPlotHeight * chart.y.place(value);
}

std::string_view side_of(double percent) {
  return percent < 50 ? "start" : "end";
}

std::string y_labels(const Chart& chart, const Frame& frame) {
  std::string text =
      fmt::format("<svg class=\"y-labels\" height=\"{:.0f}\" aria-hidden=\"true\">", frame.height());
  for (const auto& [at, label] : chart.y.ticks)
    text += fmt::format("<text x=\"48\" y=\"{:.1f}\" text-anchor=\"end\">{}</text>",
                        y_pixels(chart, frame, at) + 4, escaped(label));
  return text + fmt::format("<text class=\"label\" x=\"48\" y=\"{:.0f}\" text-anchor=\"end\">{}</text></svg>",
                            frame.height() - 12, escaped(chart.y.unit, 12));
}

std::string grid_of(const Chart& chart, const Frame& frame) {
  std::string text;
  for (const auto& [at, label] : chart.y.ticks)
    text += fmt::format("<line class=\"grid\" x1=\"0\" x2=\"100%\" y1=\"{0:.1f}\" y2=\"{0:.1f}\"/>",
                        y_pixels(chart, frame, at));
  for (const auto& [at, label] : chart.x.ticks) {
    const double x = x_percent(chart, at);
    text += fmt::format(
        "<line class=\"grid\" x1=\"{0:.2f}%\" x2=\"{0:.2f}%\" y1=\"{1:.0f}\" y2=\"{2:.0f}\"/>"
        "<text x=\"{0:.2f}%\" y=\"{3:.0f}\" text-anchor=\"{4}\">{5}</text>",
        x, frame.plot_bottom(), frame.plot_bottom() + 4, frame.plot_bottom() + 17,
        x > 97  ? "end"
        : x < 1 ? "start"
                : "middle",
        escaped(label));
  }
  return text;
}

std::string bands_of(const View& view, const Chart& chart, const Frame& frame) {
  std::string text;
  for (const ChartBand& band : chart.bands)
    text += fmt::format(
        "<rect class=\"band {}\" x=\"{:.2f}%\" width=\"{:.2f}%\" y=\"{:.0f}\" height=\"{:.0f}\"/>",
        view.colour(band.version), x_percent(chart, band.from),
        std::max(0.3, x_percent(chart, band.to) - x_percent(chart, band.from)), frame.top, kPlotHeight);
  return text;
}

std::string dividers_of(const Chart& chart, const Frame& frame) {
  std::string text;
  for (const ChartDivider& divider : chart.dividers) {
    const double x = x_percent(chart, divider.at);
    text +=
        fmt::format("<line class=\"divider\" x1=\"{0:.2f}%\" x2=\"{0:.2f}%\" y1=\"{1:.0f}\" y2=\"{2:.0f}\"/>",
                    x, frame.top - 4, frame.plot_bottom());
    if (!divider.label.empty())
      text += fmt::format("<text class=\"label\" x=\"{:.2f}%\" y=\"{:.0f}\" text-anchor=\"{}\">{}</text>", x,
                          frame.top - 8, x > 90 ? "end" : "start", escaped(divider.label, 40));
  }
  return text;
}

/// The path of a line in the stretched element. A point between two gaps becomes a dot.
std::string path_of(const Chart& chart, const ChartLine& line) {
  std::string path;
  bool is_open = false;
  bool is_single = false;
  const auto close = [&] {
    if (is_open && is_single) path += "h0";
    is_open = false;
  };
  for (const auto& [x, y] : line.points) {
    if (!y || !std::isfinite(*y)) {
      close();
      continue;
    }
    path += fmt::format("{}{:.0f} {:.0f}", is_open ? "L" : "M", kAcross * chart.x.place(x),
                        kDown * (1 - chart.y.place(*y)));
    is_single = !is_open;
    is_open = true;
  }
  close();
  return path;
}

std::string lines_of(const View& view, const Chart& chart, const Frame& frame) {
  std::string text = fmt::format(
      "<svg y=\"{:.0f}\" width=\"100%\" height=\"{:.0f}\" viewBox=\"0 0 {:.0f} {:.0f}\" "
      "preserveAspectRatio=\"none\">",
      frame.top, kPlotHeight, kAcross, kDown);
  for (const ChartLine& line : chart.lines) {
    const std::string path = path_of(chart, line);
    if (path.empty()) continue;
    if (line.look == "filled" && !line.points.empty())
      text += fmt::format("<path class=\"area {}\" d=\"{}L{:.0f} {:.0f}L{:.0f} {:.0f}Z\"/>",
                          view.colour(line.version), path, kAcross * chart.x.place(line.points.back().first),
                          kDown, kAcross * chart.x.place(line.points.front().first), kDown);
    text += fmt::format("<path class=\"line {} {}\" d=\"{}\"/>", view.colour(line.version), line.look, path);
  }
  return text + "</svg>";
}

/// The limits on y, the highest first.
std::vector<const ChartLimit*> from_the_top(const Chart& chart) {
  std::vector<const ChartLimit*> limits;
  for (const ChartLimit& limit : chart.limits)
    if (limit.axis == ChartLimit::Axis::y) limits.push_back(&limit);
  std::sort(limits.begin(), limits.end(),
            [](const ChartLimit* one, const ChartLimit* other) { return one->at > other->at; });
  return limits;
}

/// The label of a limit that ends within the chart, behind its end.
std::string label_beside(const ChartLimit& limit, double end, double y) {
  const bool is_left = end < 50;
  return fmt::format(
      "<text class=\"limit-label label\" x=\"{:.2f}%\" dx=\"{}\" y=\"{:.1f}\" text-anchor=\"{}\">{}</text>",
      end, is_left ? 9 : -9, y, is_left ? "start" : "end", escaped(limit.label, 60));
}

std::string limits_on_y(const Chart& chart, const Frame& frame) {
  std::string text;
  double last = -100;  // where the label before stands: two must not lie on each other
  for (const ChartLimit* limit : from_the_top(chart)) {
    const double y = y_pixels(chart, frame, limit->at);
    const double end = limit->until ? x_percent(chart, *limit->until) : 100;
    text +=
        fmt::format("<line class=\"limit\" x1=\"0\" x2=\"{0:.2f}%\" y1=\"{1:.1f}\" y2=\"{1:.1f}\"/>", end, y);
    if (limit->until)
      text += fmt::format("<circle class=\"limit-end\" cx=\"{:.2f}%\" cy=\"{:.1f}\" r=\"3.5\"/>", end, y);
    const double at = std::max(y + (limit->until ? 4 : -5), last + 13);
    text +=
        limit->until
            ? label_beside(*limit, end, at)
            : fmt::format(
                  "<text class=\"limit-label label\" x=\"100%\" y=\"{:.1f}\" text-anchor=\"end\">{}</text>",
                  at, escaped(limit->label, 60));
    last = at;
  }
  return text;
}

std::string limits_on_x(const Chart& chart, const Frame& frame) {
  std::string text;
  double y = kLabelHeight - 4;
  for (const ChartLimit& limit : chart.limits) {
    if (limit.axis != ChartLimit::Axis::x) continue;
    const double x = x_percent(chart, limit.at);
    text += fmt::format(
        "<line class=\"limit\" x1=\"{0:.2f}%\" x2=\"{0:.2f}%\" y1=\"{1:.0f}\" y2=\"{2:.0f}\"/>"
        "<text class=\"limit-label label\" x=\"{0:.2f}%\" y=\"{1:.0f}\" text-anchor=\"{3}\" "
        "dx=\"{4}\">{5}</text>",
        x, y, frame.plot_bottom(), side_of(x), x < 50 ? 5 : -5, escaped(limit.label, 60));
    y += kLabelHeight;
  }
  return text;
}

}  // namespace

std::string chart_svg(const View& view, const Chart& chart) {
  const Frame frame = frame_of(chart);
  std::string text = y_labels(chart, frame);
  text += fmt::format("<svg class=\"area-box\" height=\"{:.0f}\" data-top=\"{:.0f}\" aria-hidden=\"true\">",
                      frame.height(), frame.top);
  text += bands_of(view, chart, frame) + grid_of(chart, frame) + dividers_of(chart, frame);
  text += lines_of(view, chart, frame) + limits_on_y(chart, frame) + limits_on_x(chart, frame);
  if (!chart.x.unit.empty())
    text += fmt::format("<text class=\"label\" x=\"100%\" y=\"{:.0f}\" text-anchor=\"end\">{}</text>",
                        frame.height() - 1, escaped(chart.x.unit, 40));
  return text + "</svg>";
}

}  // namespace iter8::report
