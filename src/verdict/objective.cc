#include "verdict/objective.h"

#include <cmath>
#include <utility>

#include <fmt/format.h>

#include "verdict/explanation.h"

namespace iter8::verdict {

using experiment::ObjectiveCheck;
using experiment::Verdict;
using stats::Decision;

namespace {

/// A verdict, the rule that it was reached by in the end, and a sentence; no sentence for a plain pass.
struct Ruling {
  Verdict verdict = Verdict::error;
  EvidenceMode evidence = EvidenceMode::point;
  std::string reason;
};

Verdict verdict_without_data(const std::optional<NoData>& no_data, Verdict otherwise) {
  if (!no_data) return otherwise;
  switch (*no_data) {
    case NoData::fail:
      return Verdict::fail;
    case NoData::inconclusive:
      return Verdict::inconclusive;
    case NoData::pass:
      break;
  }
  return Verdict::pass;
}

bool has_samples(const ObjectiveCase& each) {
  return each.min_samples <= 0 || each.samples.value_or(0) >= each.min_samples;
}

bool is_above(const ObjectiveCase& each) {
  return each.upper.state == Bound::State::limited && *each.value > each.upper.limit;
}

bool is_below(const ObjectiveCase& each) {
  return each.lower.state == Bound::State::limited && *each.value < each.lower.limit;
}

/// The violated one of two limits, else the upper one.
std::optional<double> shown_limit(const ObjectiveCase& each) {
  const bool shows_lower = each.upper.state != Bound::State::limited ||
                           (each.value && has_samples(each) && !is_above(each) && is_below(each));
  const Bound& bound = shows_lower ? each.lower : each.upper;
  return bound.state == Bound::State::limited ? std::optional(bound.limit) : std::nullopt;
}

/// By the latest value alone.
Ruling ruling_by_numbers(const ObjectiveCase& each, EvidenceMode evidence) {
  const auto ruling = [evidence](Verdict verdict, std::string reason) {
    return Ruling{.verdict = verdict, .evidence = evidence, .reason = std::move(reason)};
  };
  const auto number = [&](double value) {
    return fmt::format("{:.6g}{}{}", value, each.unit.empty() ? "" : " ", each.unit);
  };
  const Verdict without_data = verdict_without_data(each.no_data, Verdict::error);
  const Verdict while_awaited = verdict_without_data(each.no_data, Verdict::inconclusive);
  if (!each.value) return ruling(each.is_awaited ? while_awaited : without_data, each.missing);
  if (each.too_few)
    return ruling(Verdict::inconclusive,
                  fmt::format("{:.0f} samples, and minSamples is {}", *each.too_few, each.min_samples));
  for (const Bound& bound : {each.upper, each.lower}) {
    if (bound.state == Bound::State::wrong) return ruling(Verdict::error, bound.reason);
    if (bound.state == Bound::State::unknown) return ruling(without_data, bound.reason);
    if (bound.state == Bound::State::awaited) return ruling(while_awaited, bound.reason);
  }
  if (!has_samples(each))
    return ruling(Verdict::inconclusive, fmt::format("{} samples, and minSamples is {}",
                                                     each.samples.value_or(0), each.min_samples));
  if (is_above(each))
    return ruling(Verdict::fail, number(*each.value) + " is above the limit of " + number(each.upper.limit));
  if (is_below(each))
    return ruling(Verdict::fail, number(*each.value) + " is below the limit of " + number(each.lower.limit));
  return ruling(Verdict::pass, shown_limit(each) ? "" : each.upper.reason + each.lower.reason);
}

/// "At most 0 errors" cannot be shown by any number of samples; without an error it passes with what they do
/// show.
bool shows_no_event(const EvidenceFacts& facts) {
  return facts.source.quantity == Quantity::proportion && facts.bounds.upper == 0.0 &&
         facts.counts.events == 0 && facts.counts.total > 0;
}

/// Why evidence cannot judge the limits at all.
Ruling invalid_ruling(const ObjectiveCase& each) {
  if (!each.evidence->is_relative)
    for (const Bound& bound : {each.upper, each.lower})
      if (bound.state == Bound::State::wrong)
        return {.verdict = Verdict::error, .evidence = EvidenceMode::none, .reason = bound.reason};
  const stats::InvalidReason invalid = *each.evidence->finding.evidence.invalid_reason;
  return {.verdict = Verdict::error,
          .evidence = each.mode,
          .reason = fmt::format("no verdict: {}", stats::sentence_of(invalid))};
}

Ruling undecided_ruling(const ObjectiveCase& each) {
  const EvidenceFacts& facts = *each.evidence;
  if (facts.finding.evidence.invalid_reason) return invalid_ruling(each);
  const bool is_last = facts.rule.look == stats::Look::last;
  if (is_last && each.on_inconclusive == OnInconclusive::point)
    return ruling_by_numbers(each, EvidenceMode::point);
  const std::string reason = each.mode == EvidenceMode::fixed && !is_last
                                 ? fmt::format("the one planned look is iteration {}", each.planned_look)
                                 : undecided_sentence(facts);
  if (is_last && each.on_inconclusive == OnInconclusive::pass)
    return {.verdict = Verdict::pass,
            .evidence = EvidenceMode::point,
            .reason = reason + "; onInconclusive: pass"};
  return {.verdict = Verdict::inconclusive, .evidence = each.mode, .reason = reason};
}

Ruling decided_ruling(const ObjectiveCase& each, const stats::Track& track) {
  std::string reason = decided_sentence(*each.evidence, track.decision);
  if (track.decided_at < track.looks) reason += fmt::format("; decided at look {}", track.decided_at);
  return {.verdict = track.decision == Decision::pass ? Verdict::pass : Verdict::fail,
          .evidence = each.mode,
          .reason = std::move(reason)};
}

/// With a sample-ratio mismatch nothing passes.
Ruling with_traffic(Ruling ruling, const ObjectiveCase& each) {
  if (each.has_promised_traffic || ruling.verdict != Verdict::pass) return ruling;
  return {.verdict = Verdict::inconclusive,
          .evidence = ruling.evidence,
          .reason = "the traffic split is not the promised one (srm)"};
}

/// Where too many latencies are not known, or those of failures, an upper limit is not met. What is open for
/// another reason says this one as well: more requests alone would not help.
Ruling with_doubt(Ruling ruling, const ObjectiveCase& each) {
  if (!each.doubt.empty() && ruling.verdict == Verdict::inconclusive) ruling.reason += "; " + each.doubt;
  if (each.doubt.empty() || ruling.verdict != Verdict::pass) return ruling;
  return {.verdict = Verdict::inconclusive, .evidence = ruling.evidence, .reason = each.doubt};
}

ObjectiveCheck with_ruling(ObjectiveCheck check, Ruling ruling) {
  check.satisfied = ruling.verdict == Verdict::pass;
  check.verdict = ruling.verdict;
  check.evidence = ruling.evidence;
  check.reason = std::move(ruling.reason);
  return check;
}

/// What says nothing decides nothing, nor does its absence. What could not be judged whatever the data is an
/// error all the same.
ObjectiveCheck with_distrust(ObjectiveCheck check, const ObjectiveCase& each) {
  const bool is_wrong = check.verdict == Verdict::error && each.value.has_value();
  if (each.distrust.empty() || is_wrong) return check;
  const auto evidence = check.evidence;
  return with_ruling(std::move(check),
                     {.verdict = Verdict::inconclusive, .evidence = evidence, .reason = each.distrust});
}

ObjectiveCheck check_by_numbers(const ObjectiveCase& each) {
  return with_ruling({.value = each.value, .limit = shown_limit(each), .samples = each.samples},
                     with_doubt(with_traffic(ruling_by_numbers(each, each.mode), each), each));
}

ObjectiveCheck check_by_evidence(const ObjectiveCase& each, const stats::Track& track) {
  const EvidenceFacts& facts = *each.evidence;
  const ObjectiveEvidence& finding = facts.finding;
  const bool is_zero = shows_no_event(facts) && track.decision != Decision::fail;
  const bool is_open = !is_zero && track.decision == Decision::undecided;
  ObjectiveCheck check{.value = finding.value,
                       .limit = facts.bounds.upper ? facts.bounds.upper : facts.bounds.lower,
                       .samples = std::llround(finding.samples),
                       .probability = is_zero ? std::nullopt : finding.probability,
                       .log_evidence_pass = finding.evidence.log_pass,
                       .log_evidence_fail = finding.evidence.log_fail,
                       .needed = is_open ? finding.needed : std::nullopt,
                       .decided_at = track.decided_at};
  if (const auto& dependence = finding.dependence) {
    check.effective = dependence->effective;
    check.stalls = dependence->clusters;
    if (track.decision == Decision::pass) check.excluded_stall = dependence->excluded_stall;
    if (is_open && dependence->times_longer && dependence->seconds > 0)
      check.needed_seconds = dependence->seconds * *dependence->times_longer;
  }
  if (finding.interval) check.interval = {finding.interval->lower, finding.interval->upper};
  Ruling ruling;
  if (is_zero)
    ruling = {.verdict = Verdict::pass, .reason = zero_sentence(facts, facts.counts)};
  else
    ruling = is_open ? undecided_ruling(each) : decided_ruling(each, track);
  return with_ruling(std::move(check), with_doubt(with_traffic(std::move(ruling), each), each));
}

}  // namespace

ObjectiveCheck judge_objective(const ObjectiveCase& each, const stats::Track& track) {
  return with_distrust(each.evidence ? check_by_evidence(each, track) : check_by_numbers(each), each);
}

}  // namespace iter8::verdict
