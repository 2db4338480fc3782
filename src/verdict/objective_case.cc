#include "verdict/objective_case.h"

#include <cmath>
#include <utility>

#include <fmt/format.h>

#include "base/duration.h"
#include "base/error.h"
#include "base/text.h"
#include "experiment/metric/metric_name.h"
#include "experiment/version.h"
#include "stats/evidence/autocorrelation.h"
#include "verdict/fast_failures.h"
#include "verdict/generator_doubt.h"
#include "verdict/latency_doubt.h"
#include "verdict/quality.h"
#include "verdict/relative_evidence.h"

namespace iter8::verdict {

using experiment::Result;

namespace {

constexpr std::size_t kWindows = 8;  // values of a gauge that make a sample of window means

/// The version that relative limits are relative to; nothing for the previous run.
std::optional<std::size_t> reference_of(const ObjectiveOptions& objective, const Result& result) {
  if (!objective.relative_to) return 0;
  const std::string& name = objective.relative_to->value;
  if (name == experiment::kPreviousRun) return std::nullopt;
  const auto version = experiment::find_version(result.versions, name);
  if (!version)
    throw base::Error(fmt::format("relativeTo: unknown version '{}'{}", base::printable(name),
                                  base::suggestion(name, result.versions)));
  return version;
}

/// The objective's metric in a result.
struct Measured {
  const Result& result;
  std::string metric;
  std::optional<experiment::MetricInfo> info;  // nothing when no version has it

  /// Nothing where the latest query found nothing: what an earlier one found is not how it is now.
  std::optional<double> value(std::size_t version) const {
    if (awaited_reason(result, metric, version)) return std::nullopt;
    return latest_value(result, metric, version);
  }
};

/// The latest observation of the version under this exact name; null for none.
const experiment::MetricSeries::Point* latest_point(const Result& result, const std::string& metric,
                                                    std::size_t version) {
  const auto series = result.metrics.find(metric);
  if (series == result.metrics.end() || version >= series->second.versions.size()) return nullptr;
  const auto& points = series->second.versions[version];
  return points.empty() ? nullptr : &points.back();
}

/// What a load task says about the latencies that its latest iteration lacks: "no answer: 400 of 400
/// connection refused". Those of an earlier one say nothing about a service that does not answer any more.
std::string note_of_load(const Measured& measured, std::size_t version) {
  if (!experiment::is_load_metric(measured.metric)) return {};
  const std::string provider = experiment::provider_of(measured.metric);
  const auto* requests = latest_point(measured.result, provider + "/request-count", version);
  const auto* latency = latest_point(measured.result, provider + "/latency", version);
  if (!requests || (latency && latency->iteration >= requests->iteration)) return {};
  return requests->note;
}

std::string no_value(const Measured& measured, std::size_t version) {
  const Result& result = measured.result;
  if (const auto reason = awaited_reason(result, measured.metric, version))
    return fmt::format("{} has no data for version '{}': {}", measured.metric, result.versions[version],
                       *reason);
  if (std::string note = note_of_load(measured, version); !note.empty())
    return fmt::format("{} has no value: {}", subject_of(measured.metric, version, result), note);
  if (measured.info)
    return fmt::format("{} has no value for version '{}'", measured.metric, result.versions[version]);
  std::vector<std::string> names;
  for (const auto& [name, series] : result.metrics) names.push_back(name);
  return fmt::format("no task recorded the metric {}{}", measured.metric,
                     base::suggestion(measured.metric, names));
}

bool has_relative_limit(const ObjectiveOptions& objective) {
  return (objective.upper && objective.upper->relative()) || (objective.lower && objective.lower->relative());
}

bool is_relative_to_previous(const ObjectiveOptions& objective) {
  return objective.relative_to && objective.relative_to->value == experiment::kPreviousRun;
}

/// The data that an objective is about: one that compares with the run before is about this run alone.
const EvidenceStore& store_of(const LookInputs& look, const ObjectiveOptions& objective) {
  return look.this_run && is_relative_to_previous(objective) ? *look.this_run : look.store;
}

Bound bound_by_previous_run(const RelativeLimit& relative, const Measured& measured, std::size_t version,
                            const PreviousRun* previous) {
  const std::string what = relative.text + " is relative to the previous run";
  if (!previous) return {.state = Bound::State::awaited, .reason = what + ", and there is none yet"};
  const auto value = latest_value(previous->result, measured.metric, version);
  if (value) return {.state = Bound::State::limited, .limit = absolute_limit(relative, *value)};
  return {.state = Bound::State::awaited, .reason = what + ", which has no value of " + measured.metric};
}

Bound relative_bound(const RelativeLimit& relative, const Measured& measured, std::size_t version,
                     const std::optional<std::size_t>& reference, const PreviousRun* previous) {
  if (!reference) return bound_by_previous_run(relative, measured, version, previous);
  const std::string whom =
      *reference == 0 ? "the baseline" : "'" + measured.result.versions[*reference] + "'";
  if (measured.result.versions.size() == 1)
    return {
        .state = Bound::State::unknown,
        .reason = fmt::format("{} is relative to {}, and there is only one version", relative.text, whom)};
  if (version == *reference)
    return {.reason = fmt::format("{} is relative to {}, which is this version", relative.text, whom)};
  const auto value = measured.value(*reference);
  if (value) return {.state = Bound::State::limited, .limit = absolute_limit(relative, *value)};
  const bool is_awaited = awaited_reason(measured.result, measured.metric, *reference).has_value();
  return {.state = is_awaited ? Bound::State::awaited : Bound::State::unknown,
          .reason = fmt::format("{} is relative to {}, and {}", relative.text, whom,
                                no_value(measured, *reference))};
}

Bound bound_of(const std::optional<Limit>& limit, const Measured& measured, std::size_t version,
               const std::optional<std::size_t>& reference, const PreviousRun* previous) {
  if (!limit) return {};
  if (const RelativeLimit* relative = limit->relative())
    return relative_bound(*relative, measured, version, reference, previous);
  if (!measured.info) return {};  // without data there is nothing to compare
  const auto number = in_unit(*limit, unit_of(*measured.info));
  const auto* data = latest(measured.result, measured.metric, version);
  const bool is_share = data && std::holds_alternative<experiment::Proportion>(*data);
  if (number && is_share && (*number < 0 || *number > 1))
    return {.state = Bound::State::wrong,
            .reason = fmt::format("the limit {} of the share {} is none; expected 0 to 1, or a percentage",
                                  to_text(*limit), measured.metric)};
  if (number) return {.state = Bound::State::limited, .limit = *number};
  return {.state = Bound::State::wrong,
          .reason = unit_objection(to_text(*limit), limit->kind(), *measured.info).value_or("")};
}

/// How many measurements stand behind the value, when something recorded says so.
std::optional<std::int64_t> recorded_samples(const Measured& measured, const Criteria& criteria,
                                             std::size_t version) {
  if (const auto* data = latest(measured.result, measured.metric, version)) {
    if (const auto* proportion = std::get_if<experiment::Proportion>(data)) return proportion->total;
    if (const auto count = aggregate_of(*data, "count")) return std::llround(*count);
  }
  const std::string provider = experiment::provider_of(measured.metric);
  const std::string counter =
      criteria.request_count ? criteria.request_count->value : provider + "/request-count";
  const auto count = latest_value(measured.result, counter, version);
  return count ? std::optional<std::int64_t>(std::llround(*count)) : std::nullopt;
}

/// The data of one metric and version as evidence judges them.
struct SampledData {
  MetricSource source;
  AccumulatedData data;
  bool is_windows = false;  // each value stands for a window of time
};

/// Nothing where the data carry no sampling information. Many values of a gauge are a sample of window means.
std::optional<SampledData> sampled_data(const LookInputs& look, const ObjectiveOptions& objective,
                                        std::size_t version) {
  const std::string& metric = objective.metric.value;
  SampledData sampled{.source = source_of(look.result, metric), .data = {}};
  sampled.data = store_of(look, objective).data(sampled.source.series, version);
  if (sampled.source.quantity != Quantity::scalar) return sampled;
  const auto info = metric_info(look.result, metric);
  const bool is_gauge = info && info->kind == experiment::MetricKind::gauge;
  const auto windows = stats::moments_of_windows(sampled.data.scalars);
  if (!is_gauge || sampled.data.scalars.size() < kWindows || windows.invalid_reason) return std::nullopt;
  sampled.is_windows = true;
  sampled.source.quantity = Quantity::mean;
  sampled.data.moments = windows.moments;
  return sampled;
}

/// Nothing for a previous run that there was none of.
std::optional<Reference> reference_data(const LookInputs& look, const ObjectiveOptions& objective,
                                        std::size_t version) {
  const auto reference = reference_of(objective, look.result);
  if (reference) return Reference{look.store, *reference, Reference::Run::same};
  if (!look.previous_run) return std::nullopt;
  return Reference{look.previous_run->store, version, Reference::Run::previous};
}

/// The limits as numbers. Nothing when one has none: it is a time or a share and the metric is not, or it is
/// relative to a value that is missing.
std::optional<Bounds> bounds_of(const ObjectiveOptions& objective, const MetricSource& source,
                                const experiment::Unit& unit, const std::optional<Reference>& reference) {
  const auto number = [&](const Limit& limit) -> std::optional<double> {
    if (!limit.relative()) return in_unit(limit, unit);
    if (!reference) return std::nullopt;
    const auto value = estimate_of(reference->store.data(source.series, reference->version), source);
    return value ? std::optional(absolute_limit(*limit.relative(), *value)) : std::nullopt;
  };
  Bounds bounds;
  if (objective.upper && !(bounds.upper = number(*objective.upper))) return std::nullopt;
  if (objective.lower && !(bounds.lower = number(*objective.lower))) return std::nullopt;
  return bounds;
}

/// The limits that are not relative.
Bounds absolute_part(const ObjectiveOptions& objective, Bounds bounds) {
  if (objective.upper && objective.upper->relative()) bounds.upper.reset();
  if (objective.lower && objective.lower->relative()) bounds.lower.reset();
  return bounds;
}

stats::Rule rule_of(const LookInputs& look, const ObjectiveOptions& objective, EvidenceMode mode) {
  Alpha alpha = look.criteria.alpha;
  if (objective.confidence) alpha = {.pass = 1 - *objective.confidence, .fail = 1 - *objective.confidence};
  return {.mode = stats_mode(mode), .look = look.at.look, .alpha_pass = alpha.pass, .alpha_fail = alpha.fail};
}

/// Of the objective, else of the task, in seconds.
std::optional<double> stall_of(const Criteria& criteria, const ObjectiveOptions& objective) {
  const auto& stall = objective.stall ? objective.stall : criteria.stall;
  return stall ? std::optional(base::to_seconds(*stall)) : std::nullopt;
}

EvidenceFacts evidence_facts(const LookInputs& look, const ObjectiveOptions& objective, std::size_t version,
                             const SampledData& sampled, const std::optional<Reference>& reference,
                             const Bounds& bounds, const ObjectiveCase& recorded) {
  const auto& [source, data, is_windows] = sampled;
  EvidenceFacts facts{.finding = {},
                      .source = source,
                      .bounds = bounds,
                      .is_relative = reference.has_value(),
                      .rule = rule_of(look, objective, recorded.mode),
                      .counts = data.counts,
                      .unit = recorded.unit};
  const std::string subject = subject_of(objective.metric.value, version, look.result);
  const EvidenceStore& own_store = store_of(look, objective);
  const DependentData dependent{.store = own_store,
                                .source = source,
                                .version = version,
                                .rule = facts.rule,
                                .stall = stall_of(look.criteria, objective)};
  facts.finding = evidence_about(data, source, absolute_part(objective, bounds), facts.rule,
                                 look.planned_samples, subject, is_windows ? nullptr : &dependent);
  if (reference)
    facts.finding = with_relative_limits(std::move(facts.finding), {.objective = objective,
                                                                    .source = source,
                                                                    .data = data,
                                                                    .version = version,
                                                                    .reference = *reference,
                                                                    .store = look.store,
                                                                    .subject = subject,
                                                                    .rule = facts.rule,
                                                                    .stall = dependent.stall,
                                                                    .own_store = &own_store});
  // One observation has the exact value; several are taken together.
  if (data.observations <= 1 || !facts.finding.value) facts.finding.value = recorded.value;
  return facts;
}

/// Why data that meet an upper limit do not show that it is met; empty = nothing.
std::string doubt_about_limit(const LookInputs& look, const std::string& metric, std::size_t version,
                              double limit) {
  std::string doubt = doubt_about(look.result, metric, version, limit);
  if (!doubt.empty()) return doubt;
  const ErrorInputs errors =
      error_inputs(look.criteria, look.result, look.store, look.at.iterations, look.at.look);
  return doubt_about_failures(errors, metric, version);
}

/// Why the figures of the version, or of the one that its limits are relative to, say nothing; empty =
/// nothing.
std::string distrust_in(const LookInputs& look, const ObjectiveOptions& objective, std::size_t version,
                        LoadRuns runs) {
  const std::string& metric = objective.metric.value;
  std::string distrust = doubt_about_generator(look.result, metric, version, runs);
  const auto reference = reference_of(objective, look.result);
  if (!distrust.empty() || !has_relative_limit(objective) || !reference) return distrust;
  return doubt_about_generator(look.result, metric, *reference, runs);
}

/// By the latest recorded value alone.
ObjectiveCase recorded_case(const LookInputs& look, const ObjectiveOptions& objective, std::size_t version) {
  const Measured measured{.result = look.result,
                          .metric = objective.metric.value,
                          .info = metric_info(look.result, objective.metric.value)};
  const auto reference = reference_of(objective, look.result);
  ObjectiveCase each{.value = measured.value(version),
                     .upper = bound_of(objective.upper, measured, version, reference, look.previous_run),
                     .lower = bound_of(objective.lower, measured, version, reference, look.previous_run),
                     .unit = measured.info ? measured.info->unit : "",
                     .no_data = objective.no_data ? objective.no_data : look.criteria.no_data,
                     .min_samples = look.criteria.min_samples,
                     .on_inconclusive = look.criteria.on_inconclusive,
                     .planned_look = look.at.iterations,
                     .has_promised_traffic = look.has_promised_traffic};
  if (is_load_latency(measured.metric) && !note_of_load(measured, version).empty()) each.value.reset();
  if (each.value && each.upper.state == Bound::State::limited)
    each.doubt = doubt_about_limit(look, objective.metric.value, version, each.upper.limit);
  if (each.value) {
    each.samples = recorded_samples(measured, look.criteria, version);
  } else {
    each.missing = no_value(measured, version);
    each.is_awaited = awaited_reason(look.result, measured.metric, version).has_value();
  }
  return each;
}

}  // namespace

ObjectiveCase objective_case(const LookInputs& look, const ObjectiveOptions& objective, std::size_t version) {
  ObjectiveCase each = recorded_case(look, objective, version);
  const EvidenceMode asked = objective.evidence.value_or(evidence_mode(look.criteria, look.at.iterations));
  each.distrust =
      distrust_in(look, objective, version, asked == EvidenceMode::point ? LoadRuns::latest : LoadRuns::all);
  if (!each.value || asked == EvidenceMode::point) return each;

  const auto sampled = sampled_data(look, objective, version);
  const bool is_relative = has_relative_limit(objective);
  const bool is_own_reference = is_relative && reference_of(objective, look.result) == version;
  if (!sampled || is_own_reference) {
    each.mode = EvidenceMode::none;  // a version cannot be worse than itself
    return each;
  }
  const auto reference = is_relative ? reference_data(look, objective, version) : std::nullopt;
  const auto info = metric_info(look.result, objective.metric.value);
  const auto bounds =
      bounds_of(objective, sampled->source, info ? unit_of(*info) : experiment::Unit{}, reference);
  if (!bounds) return each;
  const double samples = samples_of(sampled->data, sampled->source);
  if (samples < static_cast<double>(look.criteria.min_samples)) {
    each.too_few = samples;
    return each;
  }
  each.mode = asked;
  each.evidence = evidence_facts(look, objective, version, *sampled, reference, *bounds, each);
  return each;
}

}  // namespace iter8::verdict
