#include "verdict/relative_evidence.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include <fmt/format.h>

#include "stats/evidence/quantile.h"
#include "stats/posterior/posterior.h"

namespace iter8::verdict {

namespace {

/// What a relative limit multiplies the reference's value by.
std::optional<double> ratio_of(const std::optional<Limit>& limit) {
  const RelativeLimit* relative = limit ? limit->relative() : nullptr;
  return relative ? std::optional(1 + relative->change) : std::nullopt;
}

bool is_absolute(const std::optional<Limit>& limit) {
  return limit && !limit->relative();
}

/// The state of "the version's value <= ratio * the reference's" up to this look.
Comparison comparison_at(const RelativeQuestion& question, double ratio) {
  const Reference& reference = question.reference;
  const std::string& series = question.source.series;
  if (reference.run == Reference::Run::same)
    return question.store.comparison({series, reference.version, question.version, ratio});
  const AccumulatedData& earlier = reference.store.data(series, reference.version);
  Comparison comparison;
  comparison.counts.margin.ratio = comparison.means.margin.ratio = ratio;
  comparison.counts = stats::next_state(
      comparison.counts, {.step = 0, .baseline = earlier.counts, .candidate = question.data.counts});
  comparison.means = stats::next_state(
      comparison.means, {.step = 0, .baseline = earlier.moments, .candidate = question.data.moments});
  return comparison;
}

/// Evidence for one answer, and how probable it is; NaN = not known.
struct Answer {
  stats::Evidence evidence;
  double probability = stats::kNan;
  std::optional<Dependence> dependence = {};
};

/// From slices of time, where both versions have them.
std::optional<Answer> dependent_answer(const RelativeQuestion& question, double ratio) {
  const Reference& reference = question.reference;
  const DependentData baseline{.store = reference.store,
                               .source = question.source,
                               .version = reference.version,
                               .rule = question.rule};
  const auto& own_store = question.own_store ? *question.own_store : question.store;
  const DependentData candidate{.store = own_store,
                                .source = question.source,
                                .version = question.version,
                                .rule = question.rule,
                                .stall = question.stall};
  auto found = evidence_of_comparison({.baseline = baseline, .candidate = candidate, .ratio = ratio});
  if (!found || found->evidence.invalid_reason) return std::nullopt;
  return Answer{found->evidence, found->probability, std::move(found->dependence)};
}

Answer at_most(const RelativeQuestion& question, double ratio) {
  if (auto answer = dependent_answer(question, ratio)) return *std::move(answer);
  const MetricSource& source = question.source;
  const AccumulatedData& reference = question.reference.store.data(source.series, question.reference.version);
  const AccumulatedData& data = question.data;
  if (source.quantity == Quantity::quantile)
    return {.evidence = stats::quantile_comparison(reference.cells, data.cells, source.quantile, ratio),
            .probability = stats::probability_below(reference.cells, data.cells, source.quantile, ratio)};
  const bool is_share = source.quantity == Quantity::proportion;
  const auto one = is_share ? stats::posterior_of(reference.counts) : stats::posterior_of(reference.moments);
  const auto other = is_share ? stats::posterior_of(data.counts) : stats::posterior_of(data.moments);
  const Comparison comparison = comparison_at(question, ratio);
  return {.evidence = is_share ? stats::evidence(comparison.counts) : stats::evidence(comparison.means),
          .probability = one && other ? stats::probability_at_most(*one, *other, ratio, 0) : stats::kNan};
}

Answer at_least(const RelativeQuestion& question, double ratio) {
  Answer opposite = at_most(question, ratio);
  Answer answer{.evidence = stats::opposite_of(opposite.evidence),
                .probability = 1 - opposite.probability,
                .dependence = std::move(opposite.dependence)};
  // What a short load keeps against a version says nothing for it the other way round.
  if (answer.dependence && !answer.dependence->open.empty()) {
    answer.evidence.log_pass = 0;
    answer.evidence.p_pass = 1;
  }
  return answer;
}

}  // namespace

ObjectiveEvidence with_relative_limits(ObjectiveEvidence finding, const RelativeQuestion& question) {
  const ObjectiveOptions& objective = question.objective;
  bool is_first = !is_absolute(objective.upper) && !is_absolute(objective.lower);
  const auto add = [&](const Answer& answer) {
    finding.evidence = is_first ? answer.evidence : stats::both_of(finding.evidence, answer.evidence);
    is_first = false;
    if (answer.dependence) add_dependence(finding, *answer.dependence);
    if (std::isfinite(answer.probability))
      finding.probability = std::clamp(finding.probability.value_or(1) + answer.probability - 1, 0.0, 1.0);
    if (const auto& invalid = answer.evidence.invalid_reason)
      finding.warnings.push_back(
          {.code = std::string(stats::code_of(*invalid)),
           .message = fmt::format("{}: {}", question.subject, stats::sentence_of(*invalid))});
  };
  if (const auto ratio = ratio_of(objective.upper)) add(at_most(question, *ratio));
  if (const auto ratio = ratio_of(objective.lower)) add(at_least(question, *ratio));
  return finding;
}

}  // namespace iter8::verdict
