#include "report/html/notes.h"

#include <algorithm>
#include <optional>
#include <set>

#include "experiment/metric/metric_name.h"
#include "summary/remarks.h"

namespace iter8::report {

using experiment::Result;

namespace {

/// Metrics that have a card of their own, the longest names first: http/latency-p99 before http/latency.
std::vector<std::string> metrics_with_cards(const Result& result) {
  std::set<std::string> names;
  for (const auto& objective : result.assessment->objectives) names.insert(objective.metric);
  for (const auto& reward : result.assessment->rewards) names.insert(reward.metric);
  std::vector<std::string> list(names.begin(), names.end());
  std::stable_sort(list.begin(), list.end(),
                   [](const auto& one, const auto& other) { return one.size() > other.size(); });
  return list;
}

/// The provider of a load whose course is shown, if the sentence begins with it: "http: 150 requests a …".
std::optional<std::string> provider_named_by(const std::string& sentence, const Result& result) {
  for (const experiment::LoadSeries& series : result.series)
    if (sentence.starts_with(series.provider + ":")) return series.provider;
  return std::nullopt;
}

/// The provider of the course that a load task left behind.
std::optional<std::string> provider_of_load(const experiment::Execution& execution, const Result& result) {
  for (const experiment::LoadSeries& series : result.series)
    if (series.provider == execution.task || series.provider.starts_with(execution.task + "-"))
      return series.provider;
  return std::nullopt;
}

void place_warning_of_task(const std::string& sentence, const experiment::Execution& execution,
                           const Result& result, Notes& notes) {
  if (const auto provider = provider_of_load(execution, result))
    return notes.of_provider[*provider].push_back(sentence);
  notes.of_task[{execution.section, execution.index}].push_back(sentence);
}

void place_warning_of_assessment(const std::string& sentence, const Result& result,
                                 const std::vector<std::string>& metrics, Notes& notes) {
  const auto named = std::find_if(metrics.begin(), metrics.end(), [&](const std::string& metric) {
    return sentence.find(metric) != std::string::npos;
  });
  if (named != metrics.end()) return notes.of_metric[*named].push_back(sentence);
  if (const auto provider = provider_named_by(sentence, result))
    return notes.of_provider[*provider].push_back(sentence);
  notes.of_run.push_back(sentence);
}

}  // namespace

Notes notes_of(const Result& result) {
  Notes notes;
  const std::vector<std::string> shown = summary::warnings(result);
  std::set<std::string> open(shown.begin(), shown.end());
  if (result.assessment) {
    const std::vector<std::string> metrics = metrics_with_cards(result);
    for (const experiment::Warning& warning : result.assessment->warnings)
      if (open.erase(warning.message) > 0)
        place_warning_of_assessment(warning.message, result, metrics, notes);
  }
  for (const experiment::Execution& execution : result.executions)
    for (const experiment::Warning& warning : execution.warnings)
      if (open.erase(warning.message) > 0) place_warning_of_task(warning.message, execution, result, notes);
  for (const std::string& sentence : shown)
    if (open.contains(sentence)) notes.of_run.push_back(sentence);
  return notes;
}

}  // namespace iter8::report
