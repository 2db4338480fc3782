#include "report/html/strip.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "report/html/markup.h"
#include "report/ticks.h"

namespace iter8::report {

namespace {

std::string anchor_at(double percent) {
  if (percent < 12) return "start";
  return percent > 88 ? "end" : "middle";
}

std::string missed_side(const StripAxis& axis, const StripLimit& limit) {
  if (limit.kind == StripLimit::Kind::neutral) return {};
  const double at = axis.place(limit.at);
  const bool is_upper = limit.kind == StripLimit::Kind::upper;
  return fmt::format("<rect class=\"missed\" x=\"{:.2f}%\" width=\"{:.2f}%\" height=\"100%\"/>",
                     is_upper ? at : 0.0, is_upper ? 100 - at : at);
}

std::string limit_line(const StripAxis& axis, const StripLimit& limit) {
  if (!axis.holds(limit.at)) return {};
  const std::string_view look = limit.kind == StripLimit::Kind::neutral ? "zero" : "limit";
  return fmt::format("<line class=\"{0}\" x1=\"{1:.2f}%\" x2=\"{1:.2f}%\" y1=\"0\" y2=\"100%\"/>", look,
                     axis.place(limit.at));
}

struct TickLabel {
  std::string text;
  double at = 0;  // percent
  std::string_view anchor;
  double begin = 0, end = 0;  // pixels, where the strip is narrowest
};

std::vector<TickLabel> tick_labels(const StripAxis& axis) {
  constexpr double kNarrowest = 125;  // pixels: min-width of .strip-cell in page.css, less its padding
  constexpr double kCharacter = 6.5;  // pixels, at the size of the text in a chart
  std::vector<TickLabel> labels;
  for (const double tick : axis.ticks()) {
    TickLabel label{.text = axis.figures().tick(tick), .at = axis.place(tick)};
    label.anchor = label.at < 3 ? "start" : label.at > 95 ? "end" : "middle";
    const double width = kCharacter * static_cast<double>(label.text.size());
    label.begin = label.at / 100 * kNarrowest;
    if (label.anchor != "start") label.begin -= label.anchor == "end" ? width : width / 2;
    label.end = label.begin + width;
    labels.push_back(std::move(label));
  }
  return labels;
}

/// Every label, or every second, … : as many as leave a gap between each other. The lines of the others stay.
std::vector<TickLabel> with_room(const std::vector<TickLabel>& labels) {
  constexpr double kGap = 4;  // pixels
  for (std::size_t step = 1;; ++step) {
    std::vector<TickLabel> kept;
    for (std::size_t i = 0; i < labels.size(); i += step) kept.push_back(labels[i]);
    const auto is_near = [](const TickLabel& a, const TickLabel& b) { return b.begin < a.end + kGap; };
    if (std::adjacent_find(kept.begin(), kept.end(), is_near) == kept.end()) return kept;
  }
}

/// The bar of an interval, with a cap at each end that lies on the axis.
std::string interval_bar(const StripAxis& axis, const Strip& strip) {
  const auto [low, high] = *strip.interval;
  std::string text = fmt::format(
      "<line class=\"bar {}\" x1=\"{:.2f}%\" x2=\"{:.2f}%\" y1=\"50%\" y2=\"50%\"/>", strip.colour,
      axis.place(std::isfinite(low) ? low : -HUGE_VAL), axis.place(std::isfinite(high) ? high : HUGE_VAL));
  for (const double end : {low, high})
    if (std::isfinite(end) && axis.holds(end))
      text += fmt::format("<line class=\"cap {0}\" x1=\"{1:.2f}%\" x2=\"{1:.2f}%\" y1=\"32%\" y2=\"68%\"/>",
                          strip.colour, axis.place(end));
  return text;
}

}  // namespace

void StripAxis::include(const std::optional<double>& value) {
  if (!value || !std::isfinite(*value)) return;
  low_value_ = std::min(low_value_.value_or(*value), *value);
  high_value_ = std::max(high_value_.value_or(*value), *value);
}

void StripAxis::include_interval(const std::optional<std::pair<double, double>>& interval) {
  if (!interval) return;
  const auto [low, high] = *interval;
  if (std::isfinite(low)) low_interval_ = std::min(low_interval_.value_or(low), low);
  if (std::isfinite(high)) high_interval_ = std::max(high_interval_.value_or(high), high);
  if (!low_value_) {
    include(interval->first);
    include(interval->second);
  }
}

bool StripAxis::settle() {
  if (!low_value_) return false;
  const double size = std::max({*high_value_ - *low_value_, std::fabs(*high_value_), std::fabs(*low_value_)});
  const double room = size > 0 ? 2 * size : 1;  // for intervals
  low_ = std::max(std::min(*low_value_, low_interval_.value_or(*low_value_)), *low_value_ - room);
  high_ = std::min(std::max(*high_value_, high_interval_.value_or(*high_value_)), *high_value_ + room);
  constexpr double kFromZero = 0.5;  // of the highest: what begins below may as well begin at zero
  if (low_ > 0 && low_ < kFromZero * high_) low_ = 0;
  if (!(low_ < high_)) high_ = low_ + 1;
  const double margin = 0.06 * (high_ - low_);
  high_ += margin;
  if (low_ != 0) low_ -= margin;
  return true;
}

std::vector<double> StripAxis::ticks() const {
  std::vector<double> ticks;
  for (const double tick : even_numbers_between(low_ * figures_.factor, high_ * figures_.factor))
    ticks.push_back(tick / figures_.factor);
  return ticks;
}

double StripAxis::place(double value) const {
  return std::clamp(100 * (value - low_) / (high_ - low_), 0.0, 100.0);
}

std::string strip_head(const StripAxis& axis, const std::vector<StripLabel>& labels) {
  std::string text = "<svg class=\"strip-head\" aria-hidden=\"true\">";
  for (const StripLabel& label : labels)
    if (axis.holds(label.at))
      text += fmt::format("<text class=\"{}\" x=\"{:.2f}%\" y=\"11\" text-anchor=\"{}\">{}</text>",
                          label.is_limit ? "limit-label" : "zero-label", axis.place(label.at),
                          anchor_at(axis.place(label.at)), escaped(label.text, 60));
  for (const TickLabel& label : with_room(tick_labels(axis)))
    text += fmt::format("<text x=\"{:.2f}%\" y=\"27\" text-anchor=\"{}\">{}</text>", label.at, label.anchor,
                        label.text);
  return text + "</svg>";
}

std::string strip_cell(const StripAxis& axis, const Strip& strip) {
  std::string text = "<svg class=\"strip\" aria-hidden=\"true\">";
  for (const StripLimit& limit : strip.limits) text += missed_side(axis, limit);
  for (const double tick : axis.ticks())
    text += fmt::format("<line class=\"grid\" x1=\"{0:.2f}%\" x2=\"{0:.2f}%\" y1=\"0\" y2=\"100%\"/>",
                        axis.place(tick));
  for (const StripLimit& limit : strip.limits) text += limit_line(axis, limit);
  if (strip.interval) text += interval_bar(axis, strip);
  if (strip.value && std::isfinite(*strip.value))
    text += fmt::format("<circle class=\"value {}\" cx=\"{:.2f}%\" cy=\"50%\" r=\"5\"/>", strip.colour,
                        axis.place(*strip.value));
  return text + "</svg>";
}

}  // namespace iter8::report
