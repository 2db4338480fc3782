#include "experiment/file/metric_check.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/number.h"
#include "base/text.h"
#include "experiment/metric/metric_name.h"

namespace iter8::experiment {

namespace {

bool is_aggregate(std::string_view text) {
  constexpr std::array<std::string_view, 5> kWords{"count", "mean", "stddev", "min", "max"};
  if (std::find(kWords.begin(), kWords.end(), text) != kWords.end()) return true;
  if (text.size() < 2 || text.front() != 'p') return false;
  const auto percentile = base::parse_number(text.substr(1));
  return percentile && *percentile >= 0 && *percentile <= 100;
}

/// Whether `produced` includes `wanted`: the same name, one that matches its final * or #, or an aggregate of
/// it (http/latency-p97.5 and grpc/latency/mean of …/latency).
bool covers(std::string_view produced, std::string_view wanted) {
  if (produced == wanted) return true;
  if (produced.ends_with('*')) return wanted.starts_with(produced.substr(0, produced.size() - 1));
  if (produced.ends_with('#'))
    return wanted.size() == produced.size() + 2 &&
           wanted.starts_with(produced.substr(0, produced.size() - 1)) &&
           std::all_of(wanted.end() - 3, wanted.end(), [](char c) { return c >= '0' && c <= '9'; });
  if (!wanted.starts_with(produced) || wanted.size() <= produced.size() + 1) return false;
  const char separator = wanted[produced.size()];
  return (separator == '/' || separator == '-') && is_aggregate(wanted.substr(produced.size() + 1));
}

bool has_provider(const std::vector<std::string>& produced, std::string_view wanted) {
  return std::any_of(produced.begin(), produced.end(),
                     [wanted](const std::string& name) { return provider_of(name) == provider_of(wanted); });
}

/// What the tasks say about a metric, or about the one that it is an aggregate of; nothing where none does.
std::optional<MetricInfo> description_of(const std::vector<const Task*>& tasks, const std::string& wanted) {
  std::optional<MetricInfo> found;
  for (const Task* task : tasks)
    for (const MetricInfo& info : task->described_metrics()) {
      const std::string name = canonical_metric_name(info.name);
      if (name == wanted) return info;
      const bool is_sample = info.kind == MetricKind::histogram || info.kind == MetricKind::samples ||
                             info.kind == MetricKind::summary;
      if (!is_sample || !covers(name, wanted)) continue;
      const bool is_count = wanted.ends_with("count");
      found = MetricInfo{.name = wanted, .unit = is_count ? "" : info.unit, .description = {}};
    }
  return found;
}

void check_units(const MetricReference& reference, const std::vector<const Task*>& tasks,
                 config::Problems& problems) {
  if (reference.limits.empty()) return;
  const auto info = description_of(tasks, canonical_metric_name(reference.name));
  for (const LimitWithUnit& limit : reference.limits)
    if (const auto objection = info ? unit_objection(limit.text, limit.kind, *info) : std::nullopt)
      problems.error(reference.position, *objection);
}

}  // namespace

ProducedMetrics::ProducedMetrics(const std::vector<const Task*>& tasks, Coverage coverage)
    : coverage_(coverage) {
  for (const Task* task : tasks)
    for (const std::string& name : task->produces()) patterns_.push_back(canonical_metric_name(name));
  names_ = patterns_;
  std::erase_if(names_, [](const std::string& name) { return name.ends_with('*') || name.ends_with('#'); });
}

std::string ProducedMetrics::objection_to(const std::string& metric) const {
  const std::string wanted = canonical_metric_name(metric);
  const bool is_produced =
      std::any_of(patterns_.begin(), patterns_.end(),
                  [&wanted](const std::string& pattern) { return covers(pattern, wanted); });
  if (is_produced || (coverage_ == Coverage::some_tasks_unknown && !has_provider(patterns_, wanted)))
    return {};
  return fmt::format("no task of this file produces the metric '{}'{}", base::printable(metric),
                     base::suggestion(wanted, names_));
}

bool produces(const Task& task, const std::string& metric) {
  const std::vector<std::string> patterns = task.produces();
  return std::any_of(patterns.begin(), patterns.end(), [&metric](const std::string& pattern) {
    return covers(canonical_metric_name(pattern), metric);
  });
}

void check_metrics(const std::vector<const Task*>& tasks, const ProducedMetrics& produced,
                   config::Problems& problems) {
  for (const Task* task : tasks)
    for (const MetricReference& reference : task->consumes()) {
      check_units(reference, tasks, problems);
      const std::string objection = produced.objection_to(reference.name);
      if (!objection.empty()) problems.objection(reference.position, objection);
    }
}

}  // namespace iter8::experiment
