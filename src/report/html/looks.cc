// How the evidence grew: upwards what speaks for "met", downwards what speaks for "missed", in powers of ten;
// the lines at which either is enough are limits of the chart.
#include <algorithm>
#include <array>
#include <cmath>
#include <iterator>
#include <set>

#include <fmt/format.h>

#include "report/html/chart.h"
#include "report/html/figures.h"
#include "report/html/markup.h"
#include "report/html/sections.h"
#include "report/ticks.h"

namespace iter8::report {

using experiment::Look;
using experiment::LookEvidence;

namespace {

constexpr std::size_t kMostLookCharts = 12;
constexpr int kFarthest = 6;  // powers of ten: more is certain enough

/// The stronger of the two sides, as a power of ten.
double strength_of(const LookEvidence& evidence) {
  const double power = std::max({evidence.log_pass, evidence.log_fail, 0.0}) / std::log(10);
  return evidence.log_pass >= evidence.log_fail ? power : -power;
}

/// The looks of one assess task, in order.
std::vector<const Look*> looks_of(const experiment::Assessment& assessment, int line) {
  std::vector<const Look*> looks;
  for (const Look& look : assessment.looks)
    if (look.line == line) looks.push_back(&look);
  return looks;
}

/// Which assess task judged the objective, and as which of its own: an objective stands in the file below the
/// task that judges it, and looks list those of their task in the order of the file.
struct Judged {
  int line = 0;
  std::size_t index = 0;
};
std::optional<Judged> judged_by(const experiment::Assessment& assessment, std::size_t objective) {
  std::set<int> lines;
  for (const Look& look : assessment.looks) lines.insert(look.line);
  if (lines.empty()) return std::nullopt;
  const auto task_of = [&](const experiment::Objective& each) {
    if (each.task_line > 0) return each.task_line;
    const auto above = lines.upper_bound(each.line);
    return above == lines.begin() ? *lines.begin() : *std::prev(above);
  };
  Judged judged{.line = task_of(assessment.objectives[objective])};
  for (std::size_t i = 0; i < objective; ++i)
    if (task_of(assessment.objectives[i]) == judged.line) ++judged.index;
  return judged;
}

std::vector<ChartLine> lines_of_looks(const std::vector<const Look*>& looks, std::size_t index,
                                      std::size_t versions) {
  std::vector<ChartLine> lines;
  for (std::size_t version = 0; version < versions; ++version) {
    ChartLine line{.name = "", .version = version};
    for (const Look* look : looks) {
      const bool is_known = index < look->objectives.size() && version < look->objectives[index].size();
      const double strength = is_known ? strength_of(look->objectives[index][version]) : 0;
      line.points.emplace_back(look->iteration, std::clamp<double>(strength, -kFarthest, kFarthest));
    }
    const bool is_silent = std::all_of(line.points.begin(), line.points.end(),
                                       [](const auto& point) { return point.second == 0.0; });
    if (!is_silent) lines.push_back(std::move(line));
  }
  return lines;
}

ChartAxis look_axis(const std::vector<const Look*>& looks) {
  ChartAxis axis{.low = static_cast<double>(looks.front()->iteration),
                 .high = static_cast<double>(looks.back()->iteration),
                 .unit = "look",
                 .kind = "look"};
  for (const double tick : even_numbers_between(axis.low, axis.high))
    if (tick == std::floor(tick)) axis.ticks.emplace_back(tick, fmt::format("{:.0f}", tick));
  return axis;
}

/// "1", "100", "10⁴": odds of so many to one.
std::string odds_text(int power) {
  constexpr std::array<std::string_view, 7> kTexts = {"1", "10", "100", "1000", "10⁴", "10⁵", "10⁶"};
  return std::string(kTexts.at(static_cast<std::size_t>(power)));
}

ChartAxis strength_axis(const std::vector<ChartLine>& lines, double enough) {
  double highest = enough * 1.3, lowest = -enough * 1.3;
  for (const ChartLine& line : lines)
    for (const auto& [x, y] : line.points) {
      highest = std::max(highest, *y);
      lowest = std::min(lowest, *y);
    }
  ChartAxis axis{.low = lowest, .high = highest, .kind = "strength"};
  for (int power = -kFarthest; power <= kFarthest; ++power)
    if (power >= lowest && power <= highest && (power % 2 == 0 || highest - lowest < 4))
      axis.ticks.emplace_back(power, odds_text(std::abs(power)));
  return axis;
}

/// The evidence that decides a single objective, as powers of ten: hybrid keeps half of alpha for the last
/// look.
std::pair<double, double> enough_for(const experiment::Objective& objective) {
  constexpr double kUsualAlpha = 0.05;
  const auto [pass, fail] = objective.alpha.value_or(std::pair{kUsualAlpha, kUsualAlpha});
  const bool is_hybrid =
      std::any_of(objective.versions.begin(), objective.versions.end(),
                  [](const auto& check) { return check.evidence == experiment::EvidenceMode::hybrid; });
  const double part = is_hybrid ? 0.5 : 1;
  return {-std::log10(part * pass), -std::log10(part * fail)};
}

std::string look_chart(const View& view, std::size_t objective, const Judged& judged) {
  const auto& assessment = *view.result.assessment;
  const auto& asked = assessment.objectives[objective];
  const std::vector<const Look*> looks = looks_of(assessment, judged.line);
  if (looks.size() < 2 || looks.front()->iteration == looks.back()->iteration) return {};
  Chart chart{.title = asked.metric + " " + limits_of(asked, figures_of(view.result, asked.metric)),
              .caption = "odds that the data give: upwards for met, downwards for missed",
              .description = "How the evidence for " + asked.metric + " grew from look to look",
              .group = "looks",
              .x = look_axis(looks)};
  chart.lines = lines_of_looks(looks, judged.index, view.versions());
  const auto [pass, fail] = enough_for(asked);
  chart.y = strength_axis(chart.lines, std::max(pass, fail));
  if (asked.alpha) {
    chart.limits.push_back({.at = pass, .label = "enough to pass"});
    chart.limits.push_back({.at = -fail, .label = "enough to fail"});
  }
  return chart_markup(view, chart);
}

}  // namespace

std::string look_section(const View& view) {
  if (!view.result.assessment) return {};
  std::string text, more;
  std::size_t drawn = 0;
  for (std::size_t objective = 0; objective < view.result.assessment->objectives.size(); ++objective) {
    const auto judged = judged_by(*view.result.assessment, objective);
    if (!judged) continue;
    const std::string chart = look_chart(view, objective, *judged);
    if (chart.empty()) continue;
    (drawn < kMostLookCharts ? text : more) += chart;
    ++drawn;
  }
  if (drawn > kMostLookCharts) more = folded("More objectives", "<div class=\"charts\">" + more + "</div>");
  return text.empty()
             ? ""
             : section("looks", "Evidence over the looks", "<div class=\"charts\">" + text + "</div>" + more);
}

}  // namespace iter8::report
