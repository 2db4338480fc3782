#include "verdict/foresight.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "base/number.h"
#include "experiment/metric/metric_name.h"
#include "experiment/version.h"
#include "verdict/ideal_result.h"
#include "verdict/judge.h"

namespace iter8::verdict {

namespace {

using experiment::Foresight;
using experiment::PlannedLoad;

/// More iterations are judged as if they were so many, each as much longer: slices are merged anyway.
constexpr int kMostIterations = 16;
/// More looks are as good as so many.
constexpr int kMostLooks = 1000;
/// For comparisons, which need every latency: more requests decide no more of them.
constexpr double kMostCompared = 50'000;
constexpr double kFar = 1000;  // how far off a limit a good value is
constexpr double kWideSpread = 0.2;

enum class Subject { errors, latency };

/// What the metric is about, if it can be foreseen.
std::optional<Subject> subject_of(const std::string& metric) {
  if (!experiment::is_load_metric(metric)) return std::nullopt;
  std::string_view name = experiment::name_in_provider(metric);
  if (name == "error-rate") return Subject::errors;
  if (name == "latency-mean-capped") return Subject::latency;
  if (name.starts_with("ok-")) name.remove_prefix(3);
  if (!name.starts_with("latency-")) return std::nullopt;
  name.remove_prefix(std::string_view("latency-").size());
  if (name == "mean") return Subject::latency;
  const auto percent = name.starts_with('p') ? base::parse_number(name.substr(1)) : std::nullopt;
  return percent && *percent > 0 && *percent < 100 ? std::optional(Subject::latency) : std::nullopt;
}

/// The limits of an objective, absolute ones as numbers: msec or shares.
struct Limits {
  std::optional<double> upper;
  std::optional<double> lower;
  bool has_relative_upper = false;
  bool has_relative_lower = false;

  bool is_relative() const { return has_relative_upper || has_relative_lower; }
  std::optional<double> absolute() const { return upper ? upper : lower; }
};

Limits limits_of(const ObjectiveOptions& objective, Subject subject) {
  const experiment::Unit unit = experiment::unit_of(subject == Subject::errors ? "share" : "msec");
  Limits limits;
  if (objective.upper && objective.upper->relative())
    limits.has_relative_upper = true;
  else if (objective.upper)
    limits.upper = in_unit(*objective.upper, unit);
  if (objective.lower && objective.lower->relative())
    limits.has_relative_lower = true;
  else if (objective.lower)
    limits.lower = in_unit(*objective.lower, unit);
  return limits;
}

/// The best that a version can be: first what it is compared with, then the version itself.
std::vector<IdealVersion> ideal_versions(const Limits& limits, Subject subject) {
  if (subject == Subject::errors) {
    double share = 0;
    if (limits.lower) share = limits.upper ? (*limits.lower + *limits.upper) / 2 : 1;
    if (limits.has_relative_lower && !limits.upper) share = 1;
    const IdealVersion version{.error_share = share};
    if (!limits.is_relative()) return {version};
    return {{.error_share = 0.5}, version};
  }
  double latency = 10;
  if (limits.upper) latency = limits.lower ? (*limits.lower + *limits.upper) / 2 : *limits.upper / kFar;
  if (limits.lower && !limits.upper) latency = std::max(1.0, *limits.lower * 2);
  const IdealVersion version{.latency = latency};
  if (!limits.is_relative()) return {version};
  const double other = limits.has_relative_upper ? latency * kFar : latency / kFar;
  // What is above the other's own percentile has to be spread over the run.
  return {{.latency = other, .spread = kWideSpread}, version};
}

PlannedLoad scaled(PlannedLoad load, double requests, double seconds) {
  load.requests = std::ceil(*load.requests * requests - 1e-6);
  load.seconds *= seconds;
  return load;
}

int looks_of(const Foresight& foresight) {
  return std::min(foresight.iterations, kMostLooks);
}

/// The loads behind a provider's metrics; nothing where one has no known size, or there is none. `share`
/// makes all of them larger.
std::optional<IdealLoads> loads_of(const Foresight& foresight, const std::string& provider, double share) {
  IdealLoads all{.provider = provider, .loads = {}};
  const int iterations = std::min(foresight.iterations, kMostIterations);
  const double longer = static_cast<double>(foresight.iterations) / iterations;
  bool is_known = true;
  const auto add = [&](const std::vector<PlannedLoad>& loads, int iteration, double times) {
    for (const PlannedLoad& load : loads) {
      if (load.provider != provider) continue;
      is_known = is_known && load.requests && *load.requests > 0 && load.seconds > 0;
      if (is_known) all.loads.push_back({scaled(load, share * times, times), iteration});
    }
  };
  add(foresight.once, 1, 1);
  for (int i = 1; i <= iterations; ++i) add(foresight.repeated, looks_of(foresight) * i / iterations, longer);
  return is_known && !all.loads.empty() ? std::optional(std::move(all)) : std::nullopt;
}

double requests_of(const IdealLoads& loads) {
  double sum = 0;
  for (const auto& load : loads.loads) sum += *load.plan.requests;
  return sum;
}

double seconds_of(const IdealLoads& loads) {
  double sum = 0;
  for (const auto& load : loads.loads) sum += load.plan.seconds;
  return sum;
}

/// One objective, to be judged alone.
Criteria criteria_for(const Criteria& criteria, std::size_t objective, bool is_relative) {
  Criteria alone = criteria;
  alone.objectives = {criteria.objectives[objective]};
  if (is_relative) alone.objectives[0].relative_to.reset();  // the first of the two
  alone.rewards.clear();
  alone.indicators.clear();
  alone.request_count.reset();
  alone.pattern.reset();
  alone.score.reset();
  alone.judged = Judged::every_version;
  return alone;
}

/// The check of the version, at the last look of such a run.
experiment::ObjectiveCheck rehearse(const Criteria& criteria, const IdealLoads& loads,
                                    const std::vector<IdealVersion>& versions,
                                    const std::optional<double>& limit, int looks) {
  const experiment::Result result = ideal_result(loads, versions, limit);
  PastLooks past;
  past.planned_samples = looks > 1 ? requests_of(loads) : 0;
  past.store.plan_looks(looks);
  for (int iteration = 1; iteration < looks; ++iteration) past.store.look(result, iteration);
  const Judgement judgement =
      judge(criteria, result, {.iteration = looks, .iterations = looks, .look = stats::Look::last},
            std::move(past));
  return judgement.assessment.objectives.front().versions.back();
}

std::optional<Shortage> shortage_of(const Criteria& criteria, std::size_t index, const Foresight& foresight) {
  const ObjectiveOptions& objective = criteria.objectives[index];
  const EvidenceMode mode = objective.evidence.value_or(evidence_mode(criteria, foresight.iterations));
  const auto subject = subject_of(objective.metric.value);
  if (!subject || mode == EvidenceMode::point) return std::nullopt;
  const Limits limits = limits_of(objective, *subject);
  const bool is_of_another_run =
      objective.relative_to && objective.relative_to->value == experiment::kPreviousRun;
  if (is_of_another_run || (limits.is_relative() && foresight.versions.size() < 2)) return std::nullopt;
  // No version is evidently both no slower and no faster than another one.
  if (limits.has_relative_upper && limits.has_relative_lower) return std::nullopt;
  const std::string provider = experiment::provider_of(objective.metric.value);
  const auto loads = loads_of(foresight, provider, 1);
  if (!loads) return std::nullopt;

  const Criteria alone = criteria_for(criteria, index, limits.is_relative());
  const std::vector<IdealVersion> versions = ideal_versions(limits, *subject);
  const auto judged = [&](IdealLoads data) {
    if (limits.is_relative())
      for (IdealLoads::Load& load : data.loads)
        load.plan.requests = std::min(kMostCompared, *load.plan.requests);
    return rehearse(alone, data, versions, limits.absolute(), looks_of(foresight));
  };
  const experiment::ObjectiveCheck check = judged(*loads);
  if (check.verdict != experiment::Verdict::inconclusive) return std::nullopt;
  Shortage shortage{.objective = index,
                    .requests = requests_of(*loads),
                    .seconds = seconds_of(*loads),
                    .needed = check.needed,
                    .needed_seconds = check.needed_seconds,
                    .reason = check.reason};
  if (shortage.needed) {
    const auto more = loads_of(foresight, provider, *shortage.needed / shortage.requests);
    if (judged(*more).verdict != experiment::Verdict::pass) shortage.needed.reset();
  }
  return shortage;
}

}  // namespace

std::vector<Shortage> shortages_of(const Criteria& criteria, const Foresight& foresight) {
  std::vector<Shortage> shortages;
  if (!criteria.history.empty()) return shortages;
  for (std::size_t i = 0; i < criteria.objectives.size(); ++i)
    if (auto shortage = shortage_of(criteria, i, foresight)) shortages.push_back(*std::move(shortage));
  return shortages;
}

std::string to_text(const Shortage& shortage, const Criteria& criteria, int iterations) {
  const std::string objective = description_of(criteria.objectives[shortage.objective]);
  const std::string in_all = iterations > 1 ? fmt::format(" in {} iterations", iterations) : "";
  if (shortage.needed)
    return fmt::format(
        "{:.0f} requests to a version{} cannot certify {}, even if all are good; it takes {:.0f}",
        shortage.requests, in_all, objective, *shortage.needed);
  if (shortage.needed_seconds && *shortage.needed_seconds > shortage.seconds)
    return fmt::format(
        "{:.3g} s of load on a version{} cannot certify {}, however good it is; it takes about {:.0f} s",
        shortage.seconds, in_all, objective, std::ceil(*shortage.needed_seconds));
  return fmt::format("{} will stay open, however good a version is: {}", objective, shortage.reason);
}

}  // namespace iter8::verdict
