#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "report/html/view.h"

namespace iter8::report {

/// One axis of a chart. `kind` says to page.js how a place on it reads: "seconds", "percentile" (as -log10 of
/// the share above), "look" or "value".
struct ChartAxis {
  enum class Scale { linear, logarithmic };
  Scale scale = Scale::linear;
  double low = 0;
  double high = 1;
  std::vector<std::pair<double, std::string>> ticks = {};
  std::string unit = {};
  std::string kind = "value";

  /// A share of the length, 0 to 1; values beyond the ends are at them.
  double place(double value) const;
};

/// An axis from 0 with even numbers, or a logarithmic one with round numbers; nothing where there is no value
/// to show. `factor`: what the numbers are multiplied by where they are written.
std::optional<ChartAxis> axis_from_zero(double highest, std::string unit);
std::optional<ChartAxis> logarithmic_axis(double lowest, double highest, std::string unit);

struct ChartLine {
  std::string name;  // "p99", or empty where there is one line a version
  std::size_t version = 0;
  std::string look = {};  // "", "thin", "dashed", "filled": classes of the style sheet
  /// From left to right; no y = a gap.
  std::vector<std::pair<double, std::optional<double>>> points = {};
};

/// A limit across the chart. On the x axis a vertical line; on the y axis a horizontal one, which ends at
/// `until` on x where that is given.
struct ChartLimit {
  enum class Axis { x, y };
  Axis axis = Axis::y;
  double at = 0;
  std::string label = {};
  std::optional<double> until = {};
};

/// A stretch of x that is shaded in the colour of a version.
struct ChartBand {
  double from = 0;
  double to = 0;
  std::size_t version = 0;
};

/// Where something begins: a thin line and a label at the top.
struct ChartDivider {
  double at = 0;
  std::string label = {};
};

/// A line chart: drawn as SVG that fits any width with texts of constant size; its figures go along as data,
/// with which page.js makes it one to point at and zoom into.
struct Chart {
  std::string title;
  std::string caption = {};      // what the looks of lines mean
  std::string description = {};  // for those who do not see it
  std::string group = {};        // charts of one group are zoomed together
  ChartAxis x;
  ChartAxis y;
  std::vector<ChartLine> lines = {};
  std::vector<ChartLimit> limits = {};
  std::vector<ChartBand> bands = {};
  std::vector<ChartDivider> dividers = {};
};

/// A figure with its legend. Nothing for a chart without lines.
std::string chart_markup(const View& view, const Chart& chart);

/// The picture alone (chart_svg.cc), and the data for page.js as JSON that may stand in a script element
/// (chart_data.cc).
std::string chart_svg(const View& view, const Chart& chart);
std::string chart_data(const View& view, const Chart& chart);

}  // namespace iter8::report
