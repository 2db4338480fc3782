#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "report/html/figures.h"

namespace iter8::report {

/// The one axis of a table whose rows each have a strip: a dot for the value, a bar for its interval, lines
/// for limits. Strips are SVG in percent of their width, so that texts keep their size on every screen.
class StripAxis {
 public:
  explicit StripAxis(Figures figures) : figures_(std::move(figures)) {}

  /// What must be visible; values that are not finite are ignored.
  void include(const std::optional<double>& value);
  /// The ends of intervals are visible as far as they leave room for what was included.
  void include_interval(const std::optional<std::pair<double, double>>& interval);
  /// After all that is to be shown. Whether there is anything to show: without, nothing below may be called.
  bool settle();

  const Figures& figures() const { return figures_; }
  std::vector<double> ticks() const;
  /// Percent of the width; at the ends for what is beyond them.
  double place(double value) const;
  bool holds(double value) const { return value >= low_ && value <= high_; }

 private:
  Figures figures_;
  std::optional<double> low_value_, high_value_;
  std::optional<double> low_interval_, high_interval_;
  double low_ = 0, high_ = 1;
};

/// A limit on a strip's axis. Values on the other side of it are missed.
struct StripLimit {
  enum class Kind { upper, lower, neutral };
  double at = 0;
  Kind kind = Kind::upper;
};

struct Strip {
  std::string colour;
  std::optional<double> value;
  std::optional<std::pair<double, double>> interval;
  std::vector<StripLimit> limits;
};

/// The head of the column of strips: numbers of the axis, and above them the labels of limits.
struct StripLabel {
  double at = 0;
  std::string text;
  bool is_limit = true;
};
std::string strip_head(const StripAxis& axis, const std::vector<StripLabel>& labels);

std::string strip_cell(const StripAxis& axis, const Strip& strip);

}  // namespace iter8::report
