#include "verdict/calibration.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <utility>

#include "stats/evidence/mean.h"
#include "stats/math/distributions.h"
#include "verdict/dependence/metric_slices.h"
#include "verdict/judge.h"

namespace iter8::verdict {

namespace {

constexpr std::size_t kFewestRuns = 4;
constexpr double kTooUnlikely = 0.01;
constexpr double kVisible = 0.05;  // alpha of a change that is called visible
constexpr double kOften = 0.8;

/// Everything up to the last of these results, as the runs of a history.
PastLooks past_of(std::span<const experiment::Result> results) {
  PastLooks past;
  for (const experiment::Result& result : results) {
    past.store.look(result, std::numeric_limits<int>::max());
    past.store.begin_run();
  }
  return past;
}

double relative_difference(const EvidenceStore& store, const MetricSource& source) {
  const auto baseline = estimate_of(store.data(source.series, 0), source);
  const auto candidate = estimate_of(store.data(source.series, 1), source);
  return baseline && candidate && *baseline != 0 ? (*candidate - *baseline) / *baseline : stats::kNan;
}

/// "The candidate's value is at most the baseline's", judged at every alpha beside the others.
Criteria criteria_for(const std::string& metric) {
  Criteria criteria{.evidence = EvidenceMode::fixed};
  for (const double alpha : kUsualAlphas)
    criteria.objectives.push_back(
        {.metric = {metric, {}}, .upper = parse_limit("+0%"), .confidence = 1 - alpha, .gate = false});
  return criteria;
}

/// One run of several loads, judged.
void add_run(CalibrationRow& row, std::span<const experiment::Result> loads,
             std::vector<double>& differences) {
  const LookAt last{.iteration = std::numeric_limits<int>::max()};
  const Judgement judgement =
      judge(criteria_for(row.metric), loads.back(), last, past_of(loads.first(loads.size() - 1)));
  const auto& objectives = judgement.assessment.objectives;
  const experiment::ObjectiveCheck& check = objectives.front().versions.at(1);
  if (!check.value || check.evidence == EvidenceMode::none) return;
  ++row.runs;
  for (std::size_t i = 0; i < row.wrong.size(); ++i)
    row.wrong[i] += objectives[i].versions.at(1).decided_at > 0 ? 1 : 0;
  const MetricSource source = source_of(loads.back(), row.metric);
  const EvidenceStore& store = judgement.looks.store;
  if (const auto slices = metric_slices(store, {source}, 1)) row.seconds += slices->seconds;
  if (const double difference = relative_difference(store, source); std::isfinite(difference))
    differences.push_back(difference);
}

std::optional<double> visible_change_of(const std::vector<double>& differences) {
  if (differences.size() < kFewestRuns) return std::nullopt;
  const stats::Moments moments = stats::moments_of(differences);
  const double change =
      (stats::normal_quantile(1 - kVisible) + stats::normal_quantile(kOften)) * std::sqrt(moments.variance);
  return change > 0 ? std::optional(change) : std::nullopt;
}

CalibrationRow row_of(std::span<const experiment::Result> results, const std::string& metric,
                      std::size_t loads) {
  CalibrationRow row{.metric = metric, .loads = static_cast<int>(loads)};
  std::vector<double> differences;
  for (std::size_t first = 0; first + loads <= results.size(); first += loads)
    add_run(row, results.subspan(first, loads), differences);
  if (row.runs > 0) row.seconds /= row.runs;
  row.visible_change = visible_change_of(differences);
  return row;
}

}  // namespace

std::optional<double> CalibrationRow::alpha_that_holds(double wanted) const {
  const double calls = 2.0 * runs;
  for (std::size_t i = 0; i < wrong.size(); ++i) {
    if (kUsualAlphas[i] > wanted) continue;
    const bool is_likely = wrong[i] == 0 || stats::binomial_at_least(wrong[i], calls, wanted) > kTooUnlikely;
    if (is_likely) return kUsualAlphas[i];
  }
  return std::nullopt;
}

std::vector<CalibrationRow> calibration_of(std::span<const experiment::Result> results,
                                           std::span<const std::string> metrics) {
  std::vector<CalibrationRow> rows;
  for (const std::string& metric : metrics)
    for (std::size_t loads = 1; loads == 1 || results.size() / loads >= kFewestRuns; loads *= 2) {
      CalibrationRow row = row_of(results, metric, loads);
      if (row.runs > 0) rows.push_back(std::move(row));
    }
  return rows;
}

}  // namespace iter8::verdict
