// The versions at a glance: one row each.
#include <algorithm>

#include <fmt/format.h>

#include "report/html/figures.h"
#include "report/html/markup.h"
#include "report/html/sections.h"
#include "summary/winner.h"
#include "summary/wording.h"

namespace iter8::report {

using experiment::Assessment;

namespace {

/// A column that is shown if any version has something in it.
struct Column {
  std::string_view title;
  std::vector<std::string> cells;  // markup, by version

  bool is_empty() const {
    return std::all_of(cells.begin(), cells.end(), [](const std::string& cell) { return cell.empty(); });
  }
};

std::string met_of(const Assessment& assessment, std::size_t version) {
  std::size_t met = 0, all = 0;
  for (const auto& objective : assessment.objectives) {
    if (version >= objective.versions.size()) continue;
    ++all;
    if (objective.versions[version].satisfied) ++met;
  }
  return all == 0 ? "" : fmt::format("{} of {}", met, all);
}

std::string decision_for(const View& view, std::size_t version) {
  const auto winner = summary::winner_of(view.result);
  if (view.versions() > 1 && winner == version) return chip(summary::Tone::good, "winner");
  return version == 0 && view.versions() > 1 ? "<span class=\"soft\">baseline</span>" : "";
}

std::string score_of(const Assessment& assessment, std::size_t version) {
  if (version >= assessment.scores.size()) return {};
  const auto& score = assessment.scores[version];
  return fmt::format("{:.4g} % ({})", score.value, to_text(score.verdict));
}

std::string first_lift(const Assessment& assessment, std::size_t version) {
  if (assessment.rewards.empty() || version >= assessment.rewards.front().versions.size()) return {};
  return escaped(chance(assessment.rewards.front().versions[version].probability_best));
}

std::string share_of_traffic(const std::vector<int>& weights, std::size_t version) {
  return version < weights.size() ? fmt::format("{} %", weights[version]) : "";
}

std::vector<Column> columns_of(const View& view) {
  const Assessment& assessment = *view.result.assessment;
  std::vector<Column> columns = {
      {"Role", {}},    {"Objectives met", {}}, {"P(every objective is met)", {}}, {"Score", {}},
      {"P(best)", {}}, {"Traffic so far", {}}, {"Recommended traffic", {}}};
  for (std::size_t version = 0; version < view.versions(); ++version) {
    columns[0].cells.push_back(decision_for(view, version));
    columns[1].cells.push_back(met_of(assessment, version));
    columns[2].cells.push_back(escaped(chance(probability_all_met(assessment, version))));
    columns[3].cells.push_back(score_of(assessment, version));
    columns[4].cells.push_back(first_lift(assessment, version));
    columns[5].cells.push_back(share_of_traffic(view.result.traffic, version));
    columns[6].cells.push_back(share_of_traffic(assessment.weights, version));
  }
  std::erase_if(columns, [](const Column& column) { return column.is_empty(); });
  return columns;
}

std::string looks_of_run(const Assessment& assessment) {
  if (assessment.looks.size() < 2) return {};
  std::string text = fmt::format("{} looks", assessment.looks.size());
  std::string_view before;
  for (const auto& look : assessment.looks) {
    const std::string_view verdict = to_text(look.verdict);
    if (verdict != before)
      text += fmt::format("{} {} from iteration {} on", before.empty() ? ":" : ",", verdict, look.iteration);
    before = verdict;
  }
  return "<p class=\"soft\">" + escaped(text) + ".</p>\n";
}

}  // namespace

std::string version_section(const View& view) {
  if (!view.result.assessment || view.versions() < 2) return {};
  const std::vector<Column> columns = columns_of(view);
  std::string text = "<table class=\"numbers versions\"><thead><tr><th scope=\"col\">Version</th>";
  for (const Column& column : columns) text += fmt::format("<th scope=\"col\">{}</th>", column.title);
  text += "</tr></thead><tbody>\n";
  for (std::size_t version = 0; version < view.versions(); ++version) {
    text += "<tr><th scope=\"row\">" + version_markup(view, version) + "</th>";
    for (const Column& column : columns) text += "<td>" + column.cells[version] + "</td>";
    text += "</tr>\n";
  }
  return section("versions", "Versions",
                 scrolling("Versions", text + "</tbody></table>") + looks_of_run(*view.result.assessment));
}

}  // namespace iter8::report
