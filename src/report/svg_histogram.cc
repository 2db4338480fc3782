#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "report/distribution.h"
#include "report/escaping.h"
#include "report/plot.h"
#include "report/ticks.h"
#include "summary/wording.h"

namespace iter8::report {

namespace {

constexpr std::size_t kSvgBins = 60;
constexpr PlotArea kHistogramArea{.height = 220, .left = 48};

/// From data to places of the picture.
struct HistogramAxes {
  double low = 1, high = 10;  // of x, logarithmic
  double top = 1;             // of y; its bottom is 0

  double x(double value) const {
    return kHistogramArea.left + kHistogramArea.inner_width() * std::log(value / low) / std::log(high / low);
  }
  double y(double value) const {
    return kHistogramArea.bottom_edge() - kHistogramArea.inner_height() * value / top;
  }
};

std::string histogram_frame(const HistogramAxes& axes, const std::string& unit) {
  std::string text;
  for (const double tick : round_numbers(axes.low, axes.high))
    text += fmt::format(
        "<line class=\"grid\" x1=\"{0:.1f}\" y1=\"{1:.1f}\" x2=\"{0:.1f}\" y2=\"{2:.1f}\"/>"
        "<text x=\"{0:.1f}\" y=\"{3:.1f}\" text-anchor=\"middle\">{4:.3g}</text>\n",
        axes.x(tick), kHistogramArea.top, kHistogramArea.bottom_edge(), kHistogramArea.bottom_edge() + 14,
        tick);
  for (const double part : {0.0, 0.5, 1.0})
    text += fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"end\">{:.1f}%</text>\n",
                        kHistogramArea.left - 6, axes.y(part * axes.top) + 4, part * axes.top * 100);
  text += fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"end\">{}</text>\n",
                      kHistogramArea.right_edge(), kHistogramArea.height - 4, xml_escaped(unit));
  return text;
}

std::string histogram_line(const Distribution& distribution, std::size_t version, const HistogramAxes& axes) {
  std::string points;
  const std::vector<double>& shares = distribution.shares[version];
  for (std::size_t bin = 0; bin < shares.size(); ++bin)
    points += fmt::format("{0:.1f},{2:.1f} {1:.1f},{2:.1f} ", axes.x(distribution.edges[bin]),
                          axes.x(distribution.edges[bin + 1]), axes.y(shares[bin]));
  return fmt::format("<polyline class=\"line v{}\" points=\"{}\"/>\n", version % 6, points);
}

std::string histogram_picture(const Distribution& distribution, const experiment::Result& result) {
  HistogramAxes axes{.low = distribution.edges.front(), .high = distribution.edges.back(), .top = 0};
  for (const std::vector<double>& shares : distribution.shares)
    for (const double share : shares) axes.top = std::max(axes.top, share);
  if (!(axes.top > 0)) return {};

  const std::string title = xml_escaped(distribution.metric, 200);
  std::string text = fmt::format(
      "<figure><figcaption>{0}: share of the samples</figcaption>\n"
      "<svg viewBox=\"0 0 {1} {2}\" role=\"img\"><title>{0}: share of the samples by value</title>\n",
      title, kHistogramArea.width, kHistogramArea.height);
  text += histogram_frame(axes, distribution.unit);
  std::string legend;
  for (std::size_t version = 0; version < distribution.shares.size(); ++version) {
    if (distribution.shares[version].empty()) continue;
    text += histogram_line(distribution, version, axes);
    legend += fmt::format("<span class=\"key v{}\">{}</span> ", version % 6,
                          xml_escaped(summary::version_label(result, version), 200));
  }
  return text + "</svg>\n<div class=\"legend\">" + legend + "</div></figure>\n";
}

}  // namespace

std::string svg_histograms(const experiment::Result& result) {
  std::string text;
  for (const Distribution& distribution : distributions(result, kSvgBins))
    text += histogram_picture(distribution, result);
  return text;
}

}  // namespace iter8::report
