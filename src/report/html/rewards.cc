// Which version is better: lifts against the baseline on one axis, and the probability to be the best as a
// bar.
#include <algorithm>

#include <fmt/format.h>

#include "report/html/figures.h"
#include "report/html/markup.h"
#include "report/html/sections.h"
#include "report/html/strip.h"
#include "report/html/view.h"
#include "summary/numbers.h"
#include "summary/wording.h"

namespace iter8::report {

using experiment::Direction;
using experiment::RewardCheck;

namespace {

constexpr std::size_t kMostOpenComparisons = 3;
constexpr std::size_t kFewVersions = 6;

/// What the strips of a reward show: lifts where there are any, else the values.
struct RewardScale {
  StripAxis axis;
  bool has_lifts = false;
  bool is_drawn = false;
};

RewardScale scale_of(const std::vector<RewardCheck>& checks, const Figures& figures) {
  const bool has_lifts = std::any_of(checks.begin(), checks.end(),
                                     [](const RewardCheck& check) { return check.lift.has_value(); });
  RewardScale scale{.axis = StripAxis(has_lifts ? Figures{.factor = 100, .unit = "%"} : figures),
                    .has_lifts = has_lifts};
  if (has_lifts) scale.axis.include(0.0);
  for (const RewardCheck& check : checks) {
    scale.axis.include(has_lifts ? check.lift : check.value);
    scale.axis.include_interval(has_lifts ? check.lift_interval : check.interval);
  }
  scale.is_drawn = scale.axis.settle();
  return scale;
}

std::string strip_of(const View& view, const RewardScale& scale, const RewardCheck& check,
                     std::size_t version) {
  if (!scale.is_drawn) return {};
  Strip strip{.colour = view.colour(version), .value = check.value, .interval = check.interval, .limits = {}};
  if (scale.has_lifts) {
    strip.value = check.lift;
    strip.interval = check.lift_interval;
    if (version == 0) strip.value = 0;
    strip.limits.push_back({.at = 0, .kind = StripLimit::Kind::neutral});
  }
  return strip_cell(scale.axis, strip);
}

std::string chance_bar(const std::optional<double>& probability, const std::string& colour) {
  if (!probability) return {};
  return fmt::format(
      "<svg class=\"chance\" aria-hidden=\"true\"><rect class=\"track\" width=\"100%\" height=\"100%\" "
      "rx=\"4\"/><rect class=\"fill {}\" width=\"{:.1f}%\" height=\"100%\" rx=\"4\"/></svg>{}",
      colour, 100 * *probability, escaped(chance(probability)));
}

std::string changes(const std::optional<std::pair<double, double>>& interval) {
  return interval ? summary::change_text(interval->first) + " to " + summary::change_text(interval->second)
                  : "";
}

std::string reward_cell(std::string_view label, std::string_view kind, const std::string& content) {
  return fmt::format("<td class=\"{}\" data-label=\"{}\">{}</td>", kind, label, content);
}

/// The cells behind the strip.
std::string cells_of(const RewardCheck& check, const Figures& figures) {
  std::string text = reward_cell("Value", "number strong", escaped(figures.text(check.value)));
  text += reward_cell("Interval", "number detail", figures.range(check.interval));
  return text;
}

/// The cells behind those, where there are lifts.
std::string lift_cells(const View& view, const RewardCheck& check, std::size_t version) {
  const std::string lift = check.lift ? summary::change_text(*check.lift) : version == 0 ? "baseline" : "";
  std::string text = reward_cell("Lift", "number strong", lift);
  text += reward_cell("Lift interval", "number detail", changes(check.lift_interval));
  text +=
      reward_cell("P(best)", "number chance-cell", chance_bar(check.probability_best, view.colour(version)));
  text +=
      reward_cell("P(beats baseline)", "number detail", escaped(chance(check.probability_beats_baseline)));
  return text;
}

std::string head_of(const RewardScale& scale) {
  std::string text = "<thead><tr><th scope=\"col\">Version</th><td class=\"strip-cell\">";
  if (scale.is_drawn) {
    const std::vector<StripLabel> labels =
        scale.has_lifts ? std::vector<StripLabel>{{.at = 0, .text = "baseline", .is_limit = false}}
                        : std::vector<StripLabel>{};
    text += strip_head(scale.axis, labels);
  }
  text += "</td>";
  std::vector<std::string_view> titles = {"Value", "Interval"};
  if (scale.has_lifts) titles.insert(titles.end(), {"Lift", "Lift interval", "P(best)", "P(beats baseline)"});
  for (const std::string_view title : titles)
    text += fmt::format("<th scope=\"col\" class=\"number\">{}</th>", title);
  return text + "</tr></thead>";
}

std::string reward_table(const View& view, const std::string& metric,
                         const std::vector<RewardCheck>& checks) {
  const Figures figures = figures_of(view.result, metric);
  const RewardScale scale = scale_of(checks, figures);
  std::string text = fmt::format("<table class=\"{}\">", forest_class(view)) + head_of(scale) + "<tbody>\n";
  for (std::size_t version = 0; version < checks.size(); ++version)
    text += "<tr><th scope=\"row\">" + version_markup(view, version) + "</th><td class=\"strip-cell\">" +
            strip_of(view, scale, checks[version], version) + "</td>" + cells_of(checks[version], figures) +
            (scale.has_lifts ? lift_cells(view, checks[version], version) : "") + "</tr>\n";
  return text + "</tbody></table>\n";
}

std::string_view direction_text(const std::optional<Direction>& direction) {
  if (!direction) return "";
  return *direction == Direction::high ? "high is better" : "low is better";
}

std::string best_text(const View& view, const experiment::Reward& reward) {
  std::string text;
  for (const std::size_t version : reward.best)
    text += (text.empty() ? "" : ", ") + summary::version_label(view.result, version);
  return text.empty() ? "insufficient data" : "best value: " + text;
}

std::string losses_of(const View& view, const experiment::Reward& reward) {
  std::string text;
  for (std::size_t version = 0; version < reward.versions.size(); ++version)
    if (const auto& loss = reward.versions[version].expected_loss)
      text += fmt::format("{}{} {:.3g}", text.empty() ? "Expected loss: " : ", ",
                          summary::version_label(view.result, version), *loss);
  return text;
}

}  // namespace

std::string reward_section(const View& view) {
  if (!view.result.assessment) return {};
  std::string text;
  for (const experiment::Reward& reward : view.result.assessment->rewards) {
    text += fmt::format(
        "<article class=\"card\"><h3>{} <span class=\"limits\">{}</span><span class=\"tag\">{}</span></h3>\n",
        name_markup(reward.metric), direction_text(reward.direction), escaped(best_text(view, reward)));
    text += reward_table(view, reward.metric, reward.versions);
    if (const std::string losses = losses_of(view, reward); !losses.empty())
      text += view.versions() <= kFewVersions ? "<p class=\"soft\">" + escaped(losses) + "</p>\n"
                                              : folded("Expected losses", "<p>" + escaped(losses) + "</p>");
    if (const auto found = view.notes.of_metric.find(reward.metric); found != view.notes.of_metric.end())
      text += sentences(found->second, "warning");
    text += "</article>\n";
  }
  return section("rewards", "Rewards", text);
}

std::string comparison_section(const View& view) {
  if (!view.result.assessment || view.versions() < 2) return {};
  std::string text;
  for (const auto& comparison : view.result.assessment->comparisons) {
    text += fmt::format("<article class=\"card\"><h3>{} <span class=\"limits\">{}</span></h3>\n",
                        name_markup(comparison.metric), direction_text(comparison.direction));
    text += reward_table(view, comparison.metric, comparison.versions) + "</article>\n";
  }
  const std::string_view title = "How the versions compare in other metrics";
  const std::size_t metrics = view.result.assessment->comparisons.size();
  if (metrics > kMostOpenComparisons) text = folded(fmt::format("{} metrics", metrics), text);
  return section("comparisons", title, text);
}

}  // namespace iter8::report
