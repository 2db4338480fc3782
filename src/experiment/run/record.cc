#include "experiment/run/record.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <map>
#include <set>

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"
#include "experiment/metric/metric_name.h"

namespace iter8::experiment {

namespace {

/// YAML keys of more than 1024 characters cannot be read back.
constexpr std::size_t kLongestName = 256;

/// Why an observation cannot be true: the code of a warning, and the predicate of its sentence.
struct Contradiction {
  std::string_view code;
  std::string_view predicate;
};
using Objection = std::optional<Contradiction>;

constexpr Contradiction kNotFinite{.code = "non-finite", .predicate = "is not a finite number"};
constexpr Contradiction kNegative{.code = "negative", .predicate = "has a negative count or variance"};
constexpr Contradiction kMoreThanAll{.code = "numerator>denominator",
                                     .predicate = "counts more than there is"};

Objection find_objection(double value) {
  return std::isfinite(value) ? Objection() : kNotFinite;
}
Objection find_objection(const Proportion& proportion) {
  if (proportion.count < 0 || proportion.total < 0) return kNegative;
  return proportion.count > proportion.total ? Objection(kMoreThanAll) : std::nullopt;
}
Objection find_objection(const SampleSummary& summary) {
  if (!std::isfinite(summary.mean) || !std::isfinite(summary.variance)) return kNotFinite;
  return summary.count < 0 || summary.variance < 0 ? Objection(kNegative) : std::nullopt;
}
Objection find_objection(const Samples& samples) {
  const bool is_finite = std::all_of(samples.values.begin(), samples.values.end(),
                                     [](double value) { return std::isfinite(value); });
  return is_finite ? Objection() : kNotFinite;
}
Objection find_objection(const BucketCounts& counts) {
  for (const Bucket& bucket : counts.buckets) {
    if (std::isnan(bucket.lower) || std::isnan(bucket.upper)) return kNotFinite;
    if (bucket.count < 0) return kNegative;
  }
  return std::nullopt;
}

/// Values of different units or kinds cannot be compared, whoever measured them.
void check_alike(const MetricInfo& info, const MetricInfo& earlier) {
  const std::string shown = base::printable(info.name);
  if (earlier.unit != info.unit)
    throw base::Error(
        fmt::format("metric '{}' is in '{}' here and was recorded in '{}': values in different "
                    "units cannot be compared",
                    shown, base::printable(info.unit), base::printable(earlier.unit)));
  if (earlier.kind != info.kind)
    throw base::Error(fmt::format("metric '{}' is a {} here and was recorded as a {}", shown,
                                  to_text(info.kind), to_text(earlier.kind)));
}

/// Checks each observation by itself, against those recorded before, and against the others of the same
/// outcome.
void check(const Outcome& outcome, const Result& result) {
  std::map<std::string, const MetricInfo*> seen;
  const auto check_one = [&](const MetricInfo& info, std::size_t version) {
    const std::string shown = base::printable(info.name);
    if (!is_metric_name(info.name) || info.name.size() > kLongestName)
      throw base::Error(fmt::format("metric '{}': expected a name of the form provider/name", shown));
    if (version >= result.versions.size())
      throw base::Error(fmt::format("metric '{}': found version number {}, expected one below {}", shown,
                                    version, result.versions.size()));
    const std::string name = canonical_metric_name(info.name);
    const auto earlier = result.metrics.find(name);
    if (earlier != result.metrics.end()) check_alike(info, earlier->second.info);
    check_alike(info, *seen.emplace(name, &info).first->second);
  };
  for (const Observation& observation : outcome.observations)
    check_one(observation.metric, observation.version);
  for (const AwaitedObservation& awaited : outcome.awaited) check_one(awaited.metric, awaited.version);
}

MetricSeries& series_of(MetricInfo info, Result& result) {
  std::string name = canonical_metric_name(info.name);
  MetricSeries& series = result.metrics[name];
  series.info = std::move(info);
  series.info.name = std::move(name);
  series.versions.resize(result.versions.size());
  return series;
}

void append(AwaitedObservation awaited, Result& result) {
  MetricSeries& series = series_of(std::move(awaited.metric), result);
  series.awaited.resize(result.versions.size());
  series.awaited[awaited.version] = std::move(awaited.reason);
}

void append(Observation observation, int iteration, Result& result) {
  MetricSeries& series = series_of(std::move(observation.metric), result);
  if (!series.awaited.empty()) series.awaited[observation.version].clear();
  series.versions[observation.version].push_back({.iteration = iteration,
                                                  .data = std::move(observation.data),
                                                  .window = observation.window,
                                                  .query = std::move(observation.query),
                                                  .note = std::move(observation.note),
                                                  .samples = observation.samples,
                                                  .span = observation.span,
                                                  .weights = result.traffic});
}

bool is_same(const Objective& one, const Objective& other) {
  return one.task_line == other.task_line && one.line == other.line && one.metric == other.metric &&
         one.upper == other.upper && one.lower == other.lower && one.relative_upper == other.relative_upper &&
         one.relative_lower == other.relative_lower;
}

/// Moves the parts of `older` without a counterpart in `newer` to the front of it: they come from other
/// assess tasks.
template <typename Part, typename Same>
void keep_others(std::vector<Part>& older, std::vector<Part>& newer, Same same) {
  std::erase_if(older, [&](const Part& old_part) {
    return std::any_of(newer.begin(), newer.end(), [&](const Part& part) { return same(old_part, part); });
  });
  newer.insert(newer.begin(), std::make_move_iterator(older.begin()), std::make_move_iterator(older.end()));
}

Assessment merge_assessments(Assessment older, Assessment newer) {
  const std::size_t own = newer.objectives.size();
  keep_others(older.objectives, newer.objectives, is_same);
  const bool is_only_one = newer.objectives.size() == own;
  keep_others(older.rewards, newer.rewards, [](const Reward& one, const Reward& other) {
    return one.metric == other.metric && one.direction == other.direction;
  });
  if (!newer.winner) newer.winner = std::move(older.winner);
  if (newer.weights.empty()) newer.weights = std::move(older.weights);
  if (newer.pattern.empty()) newer.pattern = std::move(older.pattern);
  if (newer.scores.empty()) newer.scores = std::move(older.scores);
  keep_others(older.comparisons, newer.comparisons,
              [](const auto& one, const auto& other) { return one.metric == other.metric; });
  keep_others(older.looks, newer.looks,
              [](const Look& one, const Look& other) { return one.line == other.line; });
  if (!is_only_one)
    keep_others(older.warnings, newer.warnings,
                [](const Warning& one, const Warning& other) { return one.code == other.code; });
  return newer;
}

/// The latest verdicts of all steps that gave any, combined.
Verdict combined_verdict(const std::vector<Execution>& executions) {
  Verdict verdict = Verdict::skipped;
  std::set<std::pair<Section, std::size_t>> seen;
  for (auto execution = executions.rbegin(); execution != executions.rend(); ++execution)
    if (execution->verdict && seen.emplace(execution->section, execution->index).second)
      verdict = combined(verdict, *execution->verdict);
  return verdict;
}

}  // namespace

void record(Execution execution, Outcome outcome, Result& result) {
  check(outcome, result);

  if (!outcome.traffic.empty()) result.traffic = std::move(outcome.traffic);
  std::move(outcome.warnings.begin(), outcome.warnings.end(), std::back_inserter(execution.warnings));
  for (Observation& observation : outcome.observations) {
    const Objection objection =
        std::visit([](const auto& data) { return find_objection(data); }, observation.data);
    if (!objection) {
      append(std::move(observation), execution.iteration, result);
    } else {
      const std::string message =
          fmt::format("{} of version '{}' {}; left out", base::printable(observation.metric.name),
                      result.versions[observation.version], objection->predicate);
      execution.warnings.push_back({.code = std::string(objection->code), .message = message});
    }
  }

  for (AwaitedObservation& awaited : outcome.awaited) append(std::move(awaited), result);

  for (LoadSeries& series : outcome.series) {
    series.iteration = execution.iteration;
    result.series.push_back(std::move(series));
  }
  limit_blocks(result.series);
  limit_slices(result.series);

  if (outcome.assessment) {
    execution.verdict = outcome.assessment->verdict;
    result.assessment = result.assessment
                            ? merge_assessments(std::move(*result.assessment), std::move(*outcome.assessment))
                            : std::move(*outcome.assessment);
  }
  if (outcome.verdict)
    execution.verdict = execution.verdict ? combined(*execution.verdict, *outcome.verdict) : *outcome.verdict;

  const bool gave_verdict = execution.verdict.has_value();
  result.executions.push_back(std::move(execution));
  if (!gave_verdict) return;
  if (!result.assessment) result.assessment.emplace();
  result.assessment->verdict = combined_verdict(result.executions);
}

}  // namespace iter8::experiment
