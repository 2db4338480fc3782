#include "verdict/fast_failures.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "experiment/metric/metric_name.h"
#include "stats/evidence/strata.h"
#include "verdict/dependence/dependent_evidence.h"

namespace iter8::verdict {

namespace {

using experiment::provider_of;

stats::Counts errors_of(const ErrorInputs& inputs, const std::string& metric, std::size_t version) {
  const std::string name = provider_of(metric) + "/error-rate";
  if (inputs.store) return inputs.store->data(name, version).counts;
  const auto* data = latest(inputs.result, name, version);
  const auto* errors = data ? std::get_if<experiment::Proportion>(data) : nullptr;
  if (!errors) return {};
  return {.events = static_cast<double>(errors->count), .total = static_cast<double>(errors->total)};
}

/// "The candidate fails no more than the baseline", up to this look.
stats::Evidence evidence_of_no_more(const ErrorInputs& inputs, const std::string& metric,
                                    std::size_t version) {
  const std::string errors = provider_of(metric) + "/error-rate";
  if (inputs.store) {
    const MetricSource source{.quantity = Quantity::proportion, .series = errors};
    const DependentData baseline{.store = *inputs.store, .source = source, .version = 0, .rule = inputs.rule};
    const DependentData candidate{
        .store = *inputs.store, .source = source, .version = version, .rule = inputs.rule};
    const auto found = evidence_of_comparison({.baseline = baseline, .candidate = candidate});
    return found ? found->evidence : stats::evidence(inputs.store->comparison({errors, 0, version}).counts);
  }
  return stats::evidence(stats::next_state({}, {.step = 0,
                                                .baseline = errors_of(inputs, metric, 0),
                                                .candidate = errors_of(inputs, metric, version)}));
}

bool fails_more(const ErrorInputs& inputs, const std::string& metric, std::size_t version) {
  const bool is_planned = inputs.rule.mode != stats::Mode::fixed || inputs.rule.look == stats::Look::last;
  return version > 0 && is_planned &&
         stats::decision_of(evidence_of_no_more(inputs, metric, version), inputs.rule) ==
             stats::Decision::fail;
}

double percent_of(const stats::Counts& errors) {
  return 100 * errors.events / errors.total;
}

}  // namespace

ErrorInputs error_inputs(const Criteria& criteria, const experiment::Result& result, EvidenceStore& store,
                         int iterations, stats::Look look) {
  stats::Rule rule{.alpha_pass = criteria.alpha.pass, .alpha_fail = criteria.alpha.fail};
  if (!uses_evidence(criteria, iterations)) return {criteria, result, nullptr, rule};
  // Where only some objectives ask for evidence, hybrid holds for whatever looks they have.
  const EvidenceMode mode = evidence_mode(criteria, iterations);
  rule.mode = mode == EvidenceMode::point ? stats::Mode::hybrid : stats_mode(mode);
  rule.look = look;
  return {criteria, result, &store, rule};
}

bool is_load_latency(const std::string& metric) {
  const std::string_view name = experiment::name_in_provider(metric);
  return experiment::is_load_metric(metric) &&
         (name.starts_with("latency") || name.starts_with("ok-latency") ||
          experiment::is_time_inside_response(name));
}

bool judges_errors(const Criteria& criteria, const std::string& metric) {
  constexpr std::array<std::string_view, 4> kKinds = {"/error-", "/errors-", "/status-", "/no-answer-count"};
  return std::ranges::any_of(criteria.objectives, [&](const ObjectiveOptions& objective) {
    return objective.gate && std::ranges::any_of(kKinds, [&](std::string_view kind) {
             return objective.metric.value.starts_with(provider_of(metric).append(kind));
           });
  });
}

std::vector<std::size_t> versions_that_fail_more(const ErrorInputs& inputs, const std::string& metric) {
  std::vector<std::size_t> versions;
  if (!is_load_latency(metric)) return versions;
  for (std::size_t version = 1; version < inputs.result.versions.size(); ++version)
    if (fails_more(inputs, metric, version)) versions.push_back(version);
  return versions;
}

std::string doubt_about_failures(const ErrorInputs& inputs, const std::string& metric, std::size_t version) {
  if (!is_load_latency(metric) || judges_errors(inputs.criteria, metric)) return {};
  const stats::Counts errors = errors_of(inputs, metric, version);
  if (errors.total > 0 && errors.events == errors.total)
    return "every request failed, and no objective limits errors: that failures are fast is not a merit";
  if (!fails_more(inputs, metric, version)) return {};
  return fmt::format(
      "certainly more requests fail than of '{}' ({:.3g} % against {:.3g} %), and no objective "
      "limits errors: that failures are fast is not a merit",
      inputs.result.versions[0], percent_of(errors), percent_of(errors_of(inputs, metric, 0)));
}

}  // namespace iter8::verdict
