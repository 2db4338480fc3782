// One objective, one version, one look, without a task or a result: a rule at a time.
#include "verdict/objective.h"

#include <catch2/catch.hpp>

using namespace iter8;
using namespace iter8::verdict;
using experiment::ObjectiveCheck;
using experiment::Verdict;

namespace {

Bound limited(double limit) {
  return {.state = Bound::State::limited, .limit = limit};
}

/// So many msec, and at most 100 wanted.
ObjectiveCase latency(double value) {
  return {.value = value, .upper = limited(100), .samples = 500, .unit = "msec"};
}

/// Errors of requests by evidence, and at most 1 % wanted; the numbers alone would pass.
ObjectiveCase errors(EvidenceMode mode, stats::Counts counts, stats::Look look = stats::Look::last) {
  const stats::Rule rule{.mode = stats_mode(mode), .look = look};
  AccumulatedData data;
  data.counts = counts;
  const MetricSource source{.quantity = Quantity::proportion, .series = "shop/errors"};
  const Bounds bounds{.upper = 0.01};
  ObjectiveCase each{.mode = mode, .value = 0.001, .upper = limited(0.01), .samples = 7};
  each.evidence = EvidenceFacts{.finding = evidence_about(data, source, bounds, rule, 0, "shop/errors"),
                                .source = source,
                                .bounds = bounds,
                                .rule = rule,
                                .counts = counts};
  return each;
}

/// The track after this one look.
stats::Track track_of(const ObjectiveCase& each) {
  const EvidenceFacts& facts = *each.evidence;
  return stats::next_state({}, facts.finding.evidence,
                           stats::decision_of(facts.finding.evidence, facts.rule));
}

}  // namespace

TEST_CASE("point: the latest value decides, its limit included") {
  const ObjectiveCheck met = judge_objective(latency(100), {});
  CHECK(met.verdict == Verdict::pass);
  CHECK(met.satisfied);
  CHECK(met.evidence == EvidenceMode::point);
  CHECK(met.reason.empty());
  CHECK(met.samples == 500);
  const ObjectiveCheck missed = judge_objective(latency(100.5), {});
  CHECK(missed.verdict == Verdict::fail);
  CHECK_FALSE(missed.satisfied);
  CHECK(missed.reason == "100.5 msec is above the limit of 100 msec");
}

TEST_CASE("point: of two limits the violated one is shown") {
  ObjectiveCase each = latency(5);
  each.lower = limited(10);
  const ObjectiveCheck check = judge_objective(each, {});
  CHECK(check.verdict == Verdict::fail);
  CHECK(check.limit == 10);
  each.value = 50;
  CHECK(judge_objective(each, {}).limit == 100);
}

TEST_CASE("fixed, anytime, hybrid: evidence decides, whatever the latest value is") {
  const EvidenceMode mode = GENERATE(EvidenceMode::fixed, EvidenceMode::anytime, EvidenceMode::hybrid);
  INFO(to_text(mode));
  const ObjectiveCase good = errors(mode, {.events = 0, .total = 2000});
  const ObjectiveCheck pass = judge_objective(good, track_of(good));
  CHECK(pass.verdict == Verdict::pass);
  CHECK(pass.evidence == mode);
  CHECK(pass.samples == 2000);
  CHECK(pass.decided_at == 1);
  CHECK_FALSE(pass.needed);

  const ObjectiveCase bad = errors(mode, {.events = 200, .total = 2000});
  CHECK(judge_objective(bad, track_of(bad)).verdict == Verdict::fail);

  const ObjectiveCase open = errors(mode, {.events = 9, .total = 1000});
  const ObjectiveCheck undecided = judge_objective(open, track_of(open));
  CHECK(undecided.verdict == Verdict::inconclusive);
  CHECK(undecided.needed.value() > 1000);
}

TEST_CASE("fixed needs fewer samples than anytime, and hybrid has one half of alpha for the last look") {
  const auto passes = [](EvidenceMode mode, double total) {
    const ObjectiveCase each = errors(mode, {.events = 0, .total = total});
    return judge_objective(each, track_of(each)).satisfied;
  };
  CHECK(passes(EvidenceMode::fixed, 299));
  CHECK_FALSE(passes(EvidenceMode::anytime, 376));
  CHECK(passes(EvidenceMode::anytime, 377));
  CHECK(passes(EvidenceMode::hybrid, 368));
  CHECK_FALSE(passes(EvidenceMode::hybrid, 366));
}

TEST_CASE("a decision of an earlier look stays, and the sentence names the look") {
  const ObjectiveCase each = errors(EvidenceMode::anytime, {.events = 9, .total = 1000});
  const stats::Track track{.looks = 5, .decision = stats::Decision::pass, .decided_at = 2};
  const ObjectiveCheck check = judge_objective(each, track);
  CHECK(check.verdict == Verdict::pass);
  CHECK_THAT(check.reason, Catch::EndsWith("; decided at look 2"));
}

TEST_CASE("undecided at the last look: onInconclusive makes it a pass, or compares the numbers") {
  ObjectiveCase each = errors(EvidenceMode::fixed, {.events = 9, .total = 1000});
  each.on_inconclusive = OnInconclusive::point;
  each.value = 0.02;
  const ObjectiveCheck by_point = judge_objective(each, track_of(each));
  CHECK(by_point.verdict == Verdict::fail);
  CHECK(by_point.evidence == EvidenceMode::point);
  CHECK(by_point.reason == "0.02 is above the limit of 0.01");
  CHECK(by_point.samples == 1000);

  each.on_inconclusive = OnInconclusive::pass;
  const ObjectiveCheck by_pass = judge_objective(each, track_of(each));
  CHECK(by_pass.verdict == Verdict::pass);
  CHECK(by_pass.evidence == EvidenceMode::point);

  ObjectiveCase early = errors(EvidenceMode::hybrid, {.events = 9, .total = 1000}, stats::Look::interim);
  early.on_inconclusive = OnInconclusive::pass;
  CHECK(judge_objective(early, track_of(early)).verdict == Verdict::inconclusive);
}

TEST_CASE("none: numbers without sampling information are compared, and say so") {
  ObjectiveCase each = latency(90);
  each.mode = EvidenceMode::none;
  const ObjectiveCheck check = judge_objective(each, {});
  CHECK(check.verdict == Verdict::pass);
  CHECK(check.evidence == EvidenceMode::none);
}

TEST_CASE("a limit relative to the version itself is met, with the reason") {
  ObjectiveCase each = latency(90);
  each.upper = {.reason = "+10% is relative to the baseline, which is this version"};
  const ObjectiveCheck check = judge_objective(each, {});
  CHECK(check.verdict == Verdict::pass);
  CHECK_FALSE(check.limit);
  CHECK(check.reason == each.upper.reason);
}

TEST_CASE("without a value, or without the value that a limit is relative to, noData decides") {
  const auto [no_data, verdict] = GENERATE(table<std::optional<NoData>, Verdict>({
      {std::nullopt, Verdict::error},
      {NoData::fail, Verdict::fail},
      {NoData::inconclusive, Verdict::inconclusive},
      {NoData::pass, Verdict::pass},
  }));
  ObjectiveCase nothing{.missing = "no value", .upper = limited(100), .no_data = no_data};
  CHECK(judge_objective(nothing, {}).verdict == verdict);
  CHECK(judge_objective(nothing, {}).reason == "no value");
  ObjectiveCase no_reference = latency(90);
  no_reference.no_data = no_data;
  no_reference.upper = {.state = Bound::State::unknown, .reason = "no baseline"};
  CHECK(judge_objective(no_reference, {}).verdict == verdict);
  CHECK(judge_objective(no_reference, {}).reason == "no baseline");
}

TEST_CASE("a limit that cannot be judged is an error, whatever noData says") {
  ObjectiveCase each = latency(90);
  each.no_data = NoData::pass;
  each.upper = {.state = Bound::State::wrong, .reason = "the limit is a time"};
  CHECK(judge_objective(each, {}).verdict == Verdict::error);
}

TEST_CASE("fewer samples than minSamples decide nothing") {
  ObjectiveCase each = latency(900);
  each.min_samples = 501;
  CHECK(judge_objective(each, {}).verdict == Verdict::inconclusive);
  CHECK(judge_objective(each, {}).reason == "500 samples, and minSamples is 501");
  each.min_samples = 500;
  each.too_few = 499;
  CHECK(judge_objective(each, {}).reason == "499 samples, and minSamples is 500");
}

TEST_CASE("with a sample-ratio mismatch nothing passes, and what fails still fails") {
  ObjectiveCase each = latency(90);
  each.has_promised_traffic = false;
  CHECK(judge_objective(each, {}).verdict == Verdict::inconclusive);
  each.value = 110;
  CHECK(judge_objective(each, {}).verdict == Verdict::fail);
  ObjectiveCase certain = errors(EvidenceMode::anytime, {.events = 0, .total = 2000});
  certain.has_promised_traffic = false;
  CHECK(judge_objective(certain, track_of(certain)).reason ==
        "the traffic split is not the promised one (srm)");
}
