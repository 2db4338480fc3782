// A card for each objective. Its table has one row a version and one axis for all of them; on a narrow screen
// a row takes three lines, of which the strip is the second.
#include <algorithm>

#include <fmt/format.h>

#include "report/html/figures.h"
#include "report/html/markup.h"
#include "report/html/sections.h"
#include "report/html/strip.h"
#include "report/html/view.h"
#include "summary/wording.h"

namespace iter8::report {

using experiment::Objective;
using experiment::ObjectiveCheck;
using experiment::Verdict;
using summary::Tone;

namespace {

constexpr std::size_t kMostOpenCards = 12;

/// The limits of the objective for one version: a relative one has been resolved for it.
std::vector<StripLimit> limits_for(const Objective& objective, const ObjectiveCheck& check) {
  std::vector<StripLimit> limits;
  if (objective.upper) limits.push_back({.at = *objective.upper, .kind = StripLimit::Kind::upper});
  if (objective.lower) limits.push_back({.at = *objective.lower, .kind = StripLimit::Kind::lower});
  if (limits.empty() && check.limit)
    limits.push_back({.at = *check.limit,
                      .kind = objective.relative_upper ? StripLimit::Kind::upper : StripLimit::Kind::lower});
  return limits;
}

StripAxis axis_of(const Objective& objective, const Figures& figures) {
  StripAxis axis(figures);
  for (const ObjectiveCheck& check : objective.versions) {
    axis.include(check.value);
    for (const StripLimit& limit : limits_for(objective, check)) axis.include(limit.at);
  }
  for (const ObjectiveCheck& check : objective.versions) axis.include_interval(check.interval);
  return axis;
}

std::vector<StripLabel> labels_of(const Objective& objective, const Figures& figures) {
  for (const ObjectiveCheck& check : objective.versions) {
    std::vector<StripLabel> labels;
    for (const StripLimit& limit : limits_for(objective, check))
      labels.push_back(
          {.at = limit.at,
           .text = (limit.kind == StripLimit::Kind::upper ? "≤ " : "≥ ") + figures.text(limit.at)});
    if (!labels.empty()) return labels;
  }
  return {};
}

/// "1200", "2000, worth 340" where requests depend on their neighbours.
std::string samples_of(const ObjectiveCheck& check) {
  if (!check.samples) return {};
  constexpr double kNearlyAll = 0.9;
  if (!check.effective || *check.effective >= kNearlyAll * static_cast<double>(*check.samples))
    return std::to_string(*check.samples);
  return fmt::format("{}, worth {:.0f}", *check.samples, *check.effective);
}

std::string word_of(const ObjectiveCheck& check) {
  return check.verdict == Verdict::error && !check.value ? "no data" : std::string(to_text(check.verdict));
}

std::string cell(std::string_view label, std::string_view kind, const std::string& content) {
  return fmt::format("<td class=\"{}\" data-label=\"{}\">{}</td>", kind, label, content);
}

std::string row_of(const View& view, const Objective& objective, std::size_t version, const StripAxis* axis,
                   const Figures& figures) {
  const ObjectiveCheck& check = objective.versions[version];
  std::string text = "<tr><th scope=\"row\">" + version_markup(view, version) + "</th>";
  text += "<td class=\"strip-cell\">";
  if (axis)
    text += strip_cell(*axis, {.colour = view.colour(version),
                               .value = check.value,
                               .interval = check.interval,
                               .limits = limits_for(objective, check)});
  text += "</td>" + cell("Value", "number strong", escaped(figures.text(check.value)));
  text += cell("Interval", "number detail", figures.range(check.interval));
  text += cell("P(met)", "number detail", escaped(chance(check.probability)));
  text += cell("Samples", "number detail", samples_of(check));
  return text +
         cell("Verdict", "verdict-cell", chip(tone_of(check, gates(objective, version)), word_of(check))) +
         "</tr>\n";
}

std::string table_of(const View& view, const Objective& objective, const Figures& figures) {
  StripAxis axis = axis_of(objective, figures);
  const bool has_axis = axis.settle();
  std::string text =
      fmt::format("<table class=\"{}\"><thead><tr><th scope=\"col\">Version</th><td class=\"strip-cell\">",
                  forest_class(view)) +
      (has_axis ? strip_head(axis, labels_of(objective, figures)) : std::string()) +
      "</td><th scope=\"col\" class=\"number\">Value</th><th scope=\"col\" class=\"number\">Interval</th><th "
      "scope=\"col\" class=\"number\">P(met)</th><th scope=\"col\" class=\"number\">Samples</th><th "
      "scope=\"col\" class=\"verdict-cell\">Verdict</th></tr></thead><tbody>\n";
  for (std::size_t version = 0; version < objective.versions.size(); ++version)
    text += row_of(view, objective, version, has_axis ? &axis : nullptr, figures);
  return text + "</tbody></table>\n";
}

/// Why versions do not meet it, or why that is open.
std::vector<std::string> reasons_of(const View& view, const Objective& objective) {
  std::vector<std::string> lines;
  for (std::size_t version = 0; version < objective.versions.size(); ++version) {
    if (objective.versions[version].satisfied) continue;
    const std::string name =
        view.versions() > 1 ? summary::version_label(view.result, version) + ": " : std::string();
    lines.push_back(name + summary::reason_and_weight(objective, version));
  }
  return lines;
}

/// What evidence says of those that do meet it.
std::vector<std::string> grounds_of(const View& view, const Objective& objective) {
  std::vector<std::string> lines;
  for (std::size_t version = 0; version < objective.versions.size(); ++version) {
    const ObjectiveCheck& check = objective.versions[version];
    if (check.satisfied && !check.reason.empty())
      lines.push_back(summary::version_label(view.result, version) + ": " + check.reason);
  }
  return lines;
}

std::string tags_of(const Objective& objective) {
  std::string text;
  const auto add = [&](const std::string& tag) { text += "<span class=\"tag\">" + tag + "</span>"; };
  if (!objective.gate) add("not gating");
  if (objective.key) add("key");
  if (objective.weight != 1) add(fmt::format("weight {:.4g}", objective.weight));
  if (objective.confidence) add(fmt::format("confidence {:.6g} %", 100 * *objective.confidence));
  return text;
}

std::string card_of(const View& view, const Objective& objective) {
  const Figures figures = figures_of(view.result, objective.metric);
  std::string text =
      fmt::format("<article class=\"card\"><h3>{} <span class=\"limits\">{}</span>{}</h3>\n",
                  name_markup(objective.metric), escaped(limits_of(objective, figures)), tags_of(objective));
  text += table_of(view, objective, figures);
  text += sentences(reasons_of(view, objective), "reasons");
  if (const auto found = view.notes.of_metric.find(objective.metric); found != view.notes.of_metric.end())
    text += sentences(found->second, "warning");
  return text + folded("What this rests on", sentences(grounds_of(view, objective), "grounds")) +
         "</article>\n";
}

bool is_met(const Objective& objective) {
  return std::all_of(objective.versions.begin(), objective.versions.end(),
                     [](const ObjectiveCheck& check) { return check.satisfied; });
}

}  // namespace

std::string objective_section(const View& view) {
  if (!view.result.assessment) return {};
  const auto& objectives = view.result.assessment->objectives;
  std::string open, met;
  std::size_t folded_cards = 0;
  for (const Objective& objective : objectives) {
    const bool is_folded = objectives.size() > kMostOpenCards && is_met(objective);
    (is_folded ? met : open) += card_of(view, objective);
    folded_cards += is_folded ? 1 : 0;
  }
  return section("objectives", "Objectives",
                 open + folded(fmt::format("{} objectives that every version meets", folded_cards), met));
}

}  // namespace iter8::report
