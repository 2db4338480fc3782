#include "experiment/result/result.h"

#include <algorithm>
#include <set>

#include "experiment/metric/metric_name.h"

namespace iter8::experiment {

namespace {

/// A metric that is not recorded but is an aggregate of one that is: http/latency-p97.5 or grpc/latency/p97.5
/// of …/latency.
struct Derived {
  const MetricSeries* series = nullptr;
  std::string_view aggregate;
};

std::vector<Derived> derivations(const Result& result, std::string_view name) {
  std::vector<Derived> found;
  for (const char separator : {'/', '-'}) {
    const std::size_t cut = name.rfind(separator);
    if (cut == std::string_view::npos) continue;
    const auto series = result.metrics.find(std::string(name.substr(0, cut)));
    if (series != result.metrics.end()) found.push_back({&series->second, name.substr(cut + 1)});
  }
  return found;
}

const MetricData* latest_of(const MetricSeries& series, std::size_t version) {
  if (version >= series.versions.size() || series.versions[version].empty()) return nullptr;
  return &series.versions[version].back().data;
}

bool has_aggregate(const MetricSeries& series, std::string_view aggregate) {
  for (std::size_t version = 0; version < series.versions.size(); ++version) {
    const MetricData* data = latest_of(series, version);
    if (data && aggregate_of(*data, aggregate)) return true;
  }
  return false;
}

std::string description_of(std::string_view aggregate, const std::string& base) {
  const bool percentile = aggregate.size() > 1 && aggregate.front() == 'p';
  if (percentile) return std::string(aggregate.substr(1)) + "-th percentile value of " + base;
  return std::string(aggregate) + " value of " + base;
}

}  // namespace

std::string_view to_text(Section section) {
  switch (section) {
    case Section::setup:
      return "setup";
    case Section::tasks:
      return "tasks";
    case Section::finally:
      break;
  }
  return "finally";
}

std::string_view to_text(ExecutionStatus status) {
  switch (status) {
    case ExecutionStatus::completed:
      return "completed";
    case ExecutionStatus::failed:
      return "failed";
    case ExecutionStatus::skipped:
      return "skipped";
    case ExecutionStatus::interrupted:
      break;
  }
  return "interrupted";
}

const MetricData* latest(const Result& result, std::string_view metric, std::size_t version) {
  const auto series = result.metrics.find(canonical_metric_name(metric));
  return series == result.metrics.end() ? nullptr : latest_of(series->second, version);
}

std::optional<double> latest_value(const Result& result, std::string_view metric, std::size_t version) {
  const std::string name = canonical_metric_name(metric);
  if (const MetricData* data = latest(result, name, version))
    if (const std::optional<double> value = value_of(*data)) return value;

  for (const Derived& derived : derivations(result, name)) {
    const MetricData* data = latest_of(*derived.series, version);
    const std::optional<double> value = data ? aggregate_of(*data, derived.aggregate) : std::nullopt;
    if (value) return value;
  }
  return std::nullopt;
}

std::optional<MetricInfo> metric_info(const Result& result, std::string_view metric) {
  const std::string name = canonical_metric_name(metric);
  const auto series = result.metrics.find(name);
  if (series != result.metrics.end()) return series->second.info;

  for (const Derived& derived : derivations(result, name)) {
    if (!has_aggregate(*derived.series, derived.aggregate)) continue;
    const bool is_count = derived.aggregate == "count";
    return MetricInfo{.name = name,
                      .kind = is_count ? MetricKind::counter : MetricKind::gauge,
                      .unit = is_count ? "" : derived.series->info.unit,
                      .description = description_of(derived.aggregate, derived.series->info.name)};
  }
  return std::nullopt;
}

std::optional<std::string> awaited_reason(const Result& result, std::string_view metric,
                                          std::size_t version) {
  const auto reason_of = [version](const MetricSeries& series) -> std::optional<std::string> {
    if (version >= series.awaited.size() || series.awaited[version].empty()) return std::nullopt;
    return series.awaited[version];
  };
  const std::string name = canonical_metric_name(metric);
  const auto own = result.metrics.find(name);
  if (own != result.metrics.end()) return reason_of(own->second);
  for (const Derived& derived : derivations(result, name))
    if (auto reason = reason_of(*derived.series)) return reason;
  return std::nullopt;
}

bool is_shard(const Result& result) {
  return !result.merged &&
         std::any_of(result.executions.begin(), result.executions.end(), [](const Execution& execution) {
           return execution.shards && !execution.shards->is_whole();
         });
}

int count_completed(const Result& result, int iteration,
                    const std::function<bool(const Execution&)>& is_tolerated) {
  std::set<std::pair<Section, std::size_t>> completed;
  for (const Execution& execution : result.executions) {
    const bool is_of_latest = execution.section != Section::tasks || execution.iteration == iteration;
    const bool is_done = execution.status == ExecutionStatus::completed ||
                         execution.status == ExecutionStatus::skipped ||
                         (execution.status == ExecutionStatus::failed && is_tolerated(execution));
    if (is_of_latest && is_done) completed.emplace(execution.section, execution.index);
  }
  return static_cast<int>(completed.size());
}

Verdict judged_verdict(const Result& result) {
  if (!result.assessment) return Verdict::skipped;
  const auto assessed = static_cast<int>(result.assessment->objectives.size());
  const bool is_partial =
      result.assessment->verdict == Verdict::pass && assessed < result.declared_objectives;
  return is_partial ? Verdict::inconclusive : result.assessment->verdict;
}

Verdict current_verdict(const Result& result) {
  const bool is_broken = result.failure || !result.interrupted.empty() || !result.file_problems.empty();
  return is_broken ? Verdict::error : judged_verdict(result);
}

bool slos_satisfied(const Result& result, std::optional<std::size_t> version) {
  const std::size_t assessed = result.assessment ? result.assessment->objectives.size() : 0;
  if (assessed < static_cast<std::size_t>(std::max(result.declared_objectives, 0))) return false;
  if (assessed == 0)
    return (result.assessment && result.assessment->verdict != Verdict::skipped) ||
           result.spelling == FileSpelling::older;

  if (version) return satisfies_all(*result.assessment, *version);
  for (std::size_t each = 0; each < result.versions.size(); ++each)
    if (!satisfies_all(*result.assessment, each)) return false;
  return true;
}

}  // namespace iter8::experiment
