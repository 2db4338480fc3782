#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "base/number.h"
#include "base/text.h"
#include "report/tables.h"
#include "summary/condition.h"
#include "summary/numbers.h"
#include "summary/wording.h"

namespace iter8::report {

using experiment::Assessment;
using experiment::EvidenceMode;
using experiment::Result;

namespace {

/// "2000", or "2000, worth 340" where requests depend on their neighbours.
std::string samples_text(const experiment::ObjectiveCheck& check) {
  if (!check.samples) return {};
  constexpr double kNearlyAll = 0.9;
  const auto samples = static_cast<double>(*check.samples);
  if (!check.effective || *check.effective >= kNearlyAll * samples) return std::to_string(*check.samples);
  return fmt::format("{}, worth {:.0f}", *check.samples, *check.effective);
}

std::string short_number(const std::optional<double>& value) {
  return value ? fmt::format("{:.4g}", *value) : "";
}

std::string interval_text(const std::optional<std::pair<double, double>>& interval) {
  if (!interval) return "";
  const auto end = [](double value) {
    return std::isfinite(value) ? fmt::format("{:.4g}", value) : "unbounded";
  };
  return end(interval->first) + " to " + end(interval->second);
}

std::string probability_text(const std::optional<double>& probability) {
  return probability ? base::probability_text(*probability) : "";
}

std::string changes_text(const std::optional<std::pair<double, double>>& interval) {
  return interval ? summary::change_text(interval->first) + " to " + summary::change_text(interval->second)
                  : "";
}

bool is_judged_by_evidence(const Assessment& assessment) {
  const auto is_statistical = [](EvidenceMode evidence) { return evidence != EvidenceMode::point; };
  for (const auto& objective : assessment.objectives)
    for (const auto& check : objective.versions)
      if (is_statistical(check.evidence) || check.log_evidence_pass) return true;
  return std::any_of(assessment.rewards.begin(), assessment.rewards.end(),
                     [&](const auto& reward) { return is_statistical(reward.evidence); });
}

std::vector<std::string> evidence_row(const std::string& condition, const Result& result, std::size_t version,
                                      const experiment::ObjectiveCheck& check) {
  std::string evidence(to_text(check.evidence));
  if (check.decided_at > 0) evidence += fmt::format(" (look {})", check.decided_at);
  return {condition,
          summary::version_label(result, version),
          short_number(check.value),
          probability_text(check.probability),
          interval_text(check.interval),
          samples_text(check),
          evidence,
          std::string(to_text(check.verdict))};
}

}  // namespace

Table evidence_table(const Result& result) {
  Table table{.title = "What the verdicts rest on",
              .header = {"SLO Conditions", "Version", "Value", "P(met)", "Interval", "Samples", "Evidence",
                         "Verdict"},
              .leaves = {0, 0, 0, 3, 4, 2, 1, 0}};
  if (!result.assessment || !is_judged_by_evidence(*result.assessment)) return table;
  for (const auto& objective : result.assessment->objectives)
    for (std::size_t version = 0; version < objective.versions.size(); ++version)
      table.rows.push_back(evidence_row(summary::condition_text(objective, result), result, version,
                                        objective.versions[version]));
  return table;
}

Table comparison_table(const Result& result) {
  Table table{.title = "How the versions compare",
              .header = {"Reward", "Version", "Value", "Interval", "P(best)", "Expected loss", "Lift",
                         "Lift interval", "P(beats baseline)"},
              .leaves = {0, 0, 0, 4, 0, 1, 5, 2, 3}};
  if (!result.assessment) return table;
  for (const auto& reward : result.assessment->rewards) {
    if (reward.evidence == EvidenceMode::point || reward.evidence == EvidenceMode::none) continue;
    for (std::size_t version = 0; version < reward.versions.size(); ++version) {
      const auto& check = reward.versions[version];
      table.rows.push_back(
          {reward.metric, summary::version_label(result, version), short_number(check.value),
           interval_text(check.interval), probability_text(check.probability_best),
           short_number(check.expected_loss), check.lift ? summary::change_text(*check.lift) : "",
           changes_text(check.lift_interval), probability_text(check.probability_beats_baseline)});
    }
  }
  return table;
}

Table other_comparison_table(const Result& result) {
  Table table{.title = "How the versions compare in other metrics",
              .header = {"Metric", "Version", "Value", "Interval", "P(best)", "Lift", "P(beats baseline)"},
              .leaves = {0, 0, 0, 4, 1, 3, 2}};
  if (!result.assessment) return table;
  for (const auto& comparison : result.assessment->comparisons) {
    std::string title = summary::metric_with_unit(comparison.metric, result);
    if (comparison.direction && comparison.versions.size() > 1)
      title += *comparison.direction == experiment::Direction::high ? ", high is better" : ", low is better";
    for (std::size_t version = 0; version < comparison.versions.size(); ++version) {
      const auto& check = comparison.versions[version];
      table.rows.push_back({title, summary::version_label(result, version), short_number(check.value),
                            interval_text(check.interval), probability_text(check.probability_best),
                            check.lift ? summary::change_text(*check.lift) : "",
                            probability_text(check.probability_beats_baseline)});
    }
  }
  return table;
}

Table decision_table(const Result& result) {
  Table table{.title = "Decisions", .header = {"What", "Value"}, .leaves = {0, 0}};
  if (!result.assessment) return table;
  const Assessment& assessment = *result.assessment;
  for (std::size_t version = 0; version < result.versions.size(); ++version)
    if (const auto probability = probability_all_met(assessment, version))
      table.rows.push_back({"P(every objective is met) of " + summary::version_label(result, version),
                            base::probability_text(*probability)});
  for (std::size_t version = 0; version < assessment.scores.size(); ++version)
    table.rows.push_back({"score of " + summary::version_label(result, version),
                          fmt::format("{:.4g} % ({})", assessment.scores[version].value,
                                      to_text(assessment.scores[version].verdict))});
  std::vector<std::string> weights;
  for (std::size_t version = 0; version < assessment.weights.size(); ++version)
    weights.push_back(
        fmt::format("{} {} %", summary::version_label(result, version), assessment.weights[version]));
  if (!weights.empty()) table.rows.push_back({"recommended traffic", base::join(weights, ", ")});
  if (assessment.looks.size() < 2) return table;
  std::vector<std::string> verdicts;
  for (const auto& look : assessment.looks)
    if (verdicts.empty() || !verdicts.back().starts_with(to_text(look.verdict)))
      verdicts.push_back(fmt::format("{} from iteration {} on", to_text(look.verdict), look.iteration));
  table.rows.push_back(
      {"verdicts", fmt::format("{} looks: {}", assessment.looks.size(), base::join(verdicts, ", "))});
  return table;
}

}  // namespace iter8::report
