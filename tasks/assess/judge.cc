#include "tasks/assess/judge.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "stats/evidence/autocorrelation.h"
#include "stats/posterior/posterior.h"
#include "tasks/assess/objectives.h"
#include "tasks/assess/quality.h"
#include "tasks/assess/verdicts.h"

namespace iter8::tasks::assess {

using experiment::Assessment;
using experiment::ObjectiveCheck;
using experiment::Result;
using experiment::Verdict;
using stats::Decision;
using stats::Evidence;

namespace {

constexpr std::size_t kWindows = 8;  // values of a scalar that make a sample of window means

stats::Mode mode_for(EvidenceMode mode) {
  if (mode == EvidenceMode::anytime) return stats::Mode::anytime;
  return mode == EvidenceMode::hybrid ? stats::Mode::hybrid : stats::Mode::fixed;
}

void set(ObjectiveCheck& check, Verdict verdict, std::string reason) {
  check.verdict = verdict;
  check.satisfied = verdict == Verdict::pass;
  check.reason = std::move(reason);
}

std::optional<double> ratio_of(const std::optional<Limit>& limit) {
  const RelativeLimit* relative = limit ? limit->relative() : nullptr;
  return relative ? std::optional(1 + relative->change) : std::nullopt;
}

}  // namespace

/// One objective and one version at one look.
struct Judge::Case {
  std::size_t objective = 0;
  std::size_t version = 0;
  const ObjectiveOptions& options;
  ObjectiveCheck& check;
  MetricSource source;
  stats::Rule rule;
  std::string unit;
  std::string subject;
  AccumulatedData data;
  Bounds bounds = {};                              // as numbers, relative ones by the reference's value
  const EvidenceStore* reference_store = nullptr;  // of relative limits
  std::size_t reference = 0;
  ObjectiveEvidence finding = {};
};

stats::Rule Judge::rule_of(const ObjectiveOptions& options, const LookAt& at) const {
  Alpha alpha = criteria_.alpha;
  if (options.confidence) alpha = {.pass = 1 - *options.confidence, .fail = 1 - *options.confidence};
  return {.mode = mode_for(mode_of(options)),
          .look = at.look,
          .alpha_pass = alpha.pass,
          .alpha_fail = alpha.fail};
}

/// Evidence about means is tuned to the number of samples that the run will take: that of the first look
/// times the declared looks, and never changed again.
void Judge::plan(const Result& result, const LookAt& at) {
  if (planned_ > 0) return;
  for (const auto& [name, series] : result.metrics)
    for (std::size_t version = 0; version < result.versions.size(); ++version)
      planned_ = std::max(planned_, store_.data(name, version).moments.count);
  planned_ = at.iterations > 1 && planned_ > 1 ? planned_ * at.iterations : stats::kPlannedUnits;
}

/// Fills in the limits. False when one cannot be told, or does not apply to this version: then the bare
/// judgement stands, which says so.
bool Judge::bound(Case& each, const Result& result) {
  const bool is_relative = ratio_of(each.options.upper) || ratio_of(each.options.lower);
  if (is_relative) {
    const auto reference = reference_of(each.options, result);
    if (reference == each.version) {
      each.check.evidence = "none";  // it cannot be worse than itself
      return false;
    }
    if (!reference && !previous_) return false;
    each.reference = reference.value_or(each.version);
    each.reference_store = reference ? &store_ : &*previous_;
  }
  const auto number = [&](const std::optional<Limit>& limit) -> std::optional<double> {
    if (!limit->relative()) return in_unit(*limit, each.unit);
    const auto value =
        estimate_of(each.reference_store->data(each.source.series, each.reference), each.source);
    return value ? std::optional(applied(*limit->relative(), *value)) : std::nullopt;
  };
  if (each.options.upper && !(each.bounds.upper = number(each.options.upper))) return false;
  return !each.options.lower || (each.bounds.lower = number(each.options.lower));
}

std::optional<Judge::Case> Judge::case_of(std::size_t index, std::size_t version, const Result& result,
                                          const LookAt& at, Assessment& assessment) {
  const ObjectiveOptions& options = criteria_.objectives[index];
  ObjectiveCheck& check = assessment.objectives[index].versions[version];
  if (!check.value || mode_of(options) == EvidenceMode::point) return std::nullopt;
  const auto info = metric_info(result, options.metric.value);
  Case each{.objective = index,
            .version = version,
            .options = options,
            .check = check,
            .source = source_of(result, options.metric.value),
            .rule = rule_of(options, at),
            .unit = info ? info->unit : "",
            .subject = subject_of(options.metric.value, version, result),
            .data = {}};
  each.data = store_.data(each.source.series, version);
  if (each.source.quantity == Quantity::scalar) {
    const auto windows = stats::moments_of_windows(each.data.scalars);
    const bool is_gauge = info && info->kind == experiment::MetricKind::gauge;
    if (!is_gauge || each.data.scalars.size() < kWindows || windows.invalid_reason) {
      check.evidence = "none";
      return std::nullopt;
    }
    each.source.quantity = Quantity::mean;
    each.data.moments = windows.moments;
  }
  if (!bound(each, result)) return std::nullopt;
  const double samples = samples_of(each.data, each.source);
  if (samples < static_cast<double>(criteria_.min_samples)) {
    set(check, Verdict::inconclusive,
        fmt::format("{:.0f} samples, and minSamples is {}", samples, criteria_.min_samples));
    return std::nullopt;
  }
  return each;
}

/// Evidence that the value is at most (at least) `ratio` times the reference's. That against an earlier run
/// is of one look: the runs do not share their time.
Evidence Judge::relative_evidence(const Case& each, stats::Side side, double ratio, double& probability) {
  const MetricSource& source = each.source;
  const AccumulatedData& reference = each.reference_store->data(source.series, each.reference);
  const bool is_share = source.quantity == Quantity::proportion;
  Evidence evidence;
  if (source.quantity == Quantity::quantile) {
    evidence = stats::quantile_comparison(reference.cells, each.data.cells, source.quantile, ratio);
    probability = stats::probability_below(reference.cells, each.data.cells, source.quantile, ratio);
  } else {
    const auto one =
        is_share ? stats::posterior_of(reference.counts) : stats::posterior_of(reference.moments);
    const auto other =
        is_share ? stats::posterior_of(each.data.counts) : stats::posterior_of(each.data.moments);
    if (one && other) probability = stats::probability_at_most(*one, *other, ratio, 0);
    Comparison comparison;
    if (each.reference_store == &store_) {
      comparison = store_.comparison({source.series, each.reference, each.version, ratio});
    } else {
      comparison.counts.margin.ratio = comparison.means.margin.ratio = ratio;
      comparison.counts = stats::advanced(
          comparison.counts, {.step = 0, .baseline = reference.counts, .candidate = each.data.counts});
      comparison.means = stats::advanced(
          comparison.means, {.step = 0, .baseline = reference.moments, .candidate = each.data.moments});
    }
    evidence = is_share ? stats::evidence(comparison.counts) : stats::evidence(comparison.means);
  }
  if (side == stats::Side::at_most) return evidence;
  probability = 1 - probability;
  return stats::swapped(evidence);
}

void Judge::find(Case& each, Assessment& assessment) {
  const auto upper_ratio = ratio_of(each.options.upper);
  const auto lower_ratio = ratio_of(each.options.lower);
  Bounds absolute = each.bounds;
  if (upper_ratio) absolute.upper.reset();
  if (lower_ratio) absolute.lower.reset();
  each.finding = found(each.data, each.source, absolute, each.rule, planned_, each.subject);
  for (const auto& [ratio, side] :
       {std::pair{upper_ratio, stats::Side::at_most}, std::pair{lower_ratio, stats::Side::at_least}}) {
    if (!ratio) continue;
    double probability = stats::kNan;
    const Evidence evidence = relative_evidence(each, side, *ratio, probability);
    const bool is_only =
        !absolute.upper && !absolute.lower && !(upper_ratio && lower_ratio && side == stats::Side::at_least);
    each.finding.evidence = is_only ? evidence : stats::both_of(each.finding.evidence, evidence);
    if (std::isfinite(probability))
      each.finding.probability = std::clamp(each.finding.probability.value_or(1) + probability - 1, 0.0, 1.0);
    if (evidence.invalid_reason)
      each.finding.warnings.push_back(
          {.code = std::string(stats::code_of(*evidence.invalid_reason)),
           .message = fmt::format("{}: {}", each.subject, stats::sentence_of(*evidence.invalid_reason))});
  }
  for (auto& warning : each.finding.warnings) add_warning(assessment.warnings, std::move(warning));

  ObjectiveCheck& check = each.check;
  // One observation has the exact value; several are taken together.
  if (each.data.observations > 1 && each.finding.value)
    check.value = each.finding.value;
  else
    each.finding.value = check.value;
  check.limit = each.bounds.upper ? each.bounds.upper : each.bounds.lower;
  check.samples = std::llround(each.finding.samples);
  check.probability = each.finding.probability;
  if (each.finding.interval) check.interval = {each.finding.interval->lower, each.finding.interval->upper};
  check.log_evidence_pass = each.finding.evidence.log_pass;
  check.log_evidence_fail = each.finding.evidence.log_fail;
  check.needed = each.finding.needed;
  check.evidence = std::string(to_text(mode_of(each.options)));
}

void Judge::conclude_undecided(Case& each, const LookAt& at) const {
  ObjectiveCheck& check = each.check;
  const bool is_late = at.look == stats::Look::last;
  const bool is_relative = ratio_of(each.options.upper) || ratio_of(each.options.lower);
  if (each.finding.evidence.invalid_reason && check.verdict == Verdict::error && !is_relative) {
    check.evidence = "none";  // the bare judgement says better what is wrong with the limit
  } else if (each.finding.evidence.invalid_reason) {
    set(check, Verdict::error,
        fmt::format("no verdict: {}", stats::sentence_of(*each.finding.evidence.invalid_reason)));
  } else if (is_late && criteria_.on_inconclusive == OnInconclusive::point) {
    check.evidence = "point";  // the bare judgement stands
  } else {
    const Explained explained{each.finding, each.source, each.bounds, each.unit, each.options.metric.value,
                              each.rule};
    std::string reason = undecided_sentence(explained);
    if (each.rule.mode == stats::Mode::fixed && !is_late)
      reason = fmt::format("the one planned look is iteration {}", at.iterations);
    const bool passes = is_late && criteria_.on_inconclusive == OnInconclusive::pass;
    if (passes) check.evidence = "point";
    set(check, passes ? Verdict::pass : Verdict::inconclusive,
        reason + (passes ? "; onInconclusive: pass" : ""));
  }
}

/// The first certified decision stays.
void Judge::conclude(Case& each, Decision decision, const LookAt& at) {
  stats::Track& track = tracks_[each.objective][each.version];
  track = stats::advanced(track, each.finding.evidence, decision);
  each.check.decided_at = track.decided_at;
  const Explained explained{each.finding, each.source, each.bounds, each.unit, each.options.metric.value,
                            each.rule};
  const bool allows_none = each.source.quantity == Quantity::proportion && each.bounds.upper == 0.0;
  if (allows_none && each.data.counts.events == 0 && each.data.counts.total > 0 &&
      track.decision != Decision::fail) {
    each.check.evidence = "point";
    each.check.probability.reset();
    each.check.needed.reset();
    set(each.check, Verdict::pass, zero_sentence(explained, each.data.counts));
  } else if (track.decision == Decision::undecided) {
    conclude_undecided(each, at);
  } else {
    each.check.needed.reset();
    std::string reason = decided_sentence(explained, track.decision);
    if (track.decided_at < track.looks) reason += fmt::format("; decided at look {}", track.decided_at);
    set(each.check, track.decision == Decision::pass ? Verdict::pass : Verdict::fail, std::move(reason));
  }
}

void Judge::judge_version(std::size_t version, const Result& result, const LookAt& at,
                          Assessment& assessment) {
  std::vector<Case> cases;
  for (std::size_t index = 0; index < criteria_.objectives.size(); ++index)
    if (auto each = case_of(index, version, result, at, assessment)) cases.push_back(std::move(*each));

  std::vector<stats::Question> gates;
  for (Case& each : cases) {
    find(each, assessment);
    if (each.options.gate) gates.push_back({each.finding.evidence, each.rule});
  }
  const std::vector<Decision> decisions = stats::decided(gates);  // Holm over all objectives of the version
  std::size_t gate = 0;
  for (Case& each : cases) {
    Decision decision =
        each.options.gate ? decisions[gate++] : stats::decided(each.finding.evidence, each.rule);
    if (each.rule.mode == stats::Mode::fixed && at.look == stats::Look::interim)
      decision = Decision::undecided;
    conclude(each, decision, at);
  }
  for (std::size_t index = 0; index < criteria_.objectives.size(); ++index) {
    if (!criteria_.objectives[index].gate) continue;
    const ObjectiveCheck& check = assessment.objectives[index].versions[version];
    feasibility_[version] *= check.verdict == Verdict::fail ? 0 : check.probability.value_or(1);
  }
}

void Judge::check_split(const Result& result, Assessment& assessment) {
  const auto units = units_of(criteria_, result, store_);
  if (!units) return;
  const std::vector<double> weights(units->weights.begin(), units->weights.end());
  if (stats::invalid_reason_of(weights, units->counts)) return;
  split_ = stats::advanced(split_, weights, units->counts);
  if (stats::split_of(split_) == stats::Split::mismatch)
    add_warning(assessment.warnings, split_warning(*units, result));
}

void Judge::judge_rewards(const Result& result, const LookAt& at, Assessment& assessment) {
  const stats::Rule rule{.mode = mode_for(mode_),
                         .look = at.look,
                         .alpha_pass = criteria_.alpha.pass,
                         .alpha_fail = criteria_.alpha.pass};
  const bool is_planned_look = rule.mode != stats::Mode::fixed || at.look == stats::Look::last;
  std::vector<RewardEvidence> findings;
  for (const RewardOptions& options : criteria_.rewards) {
    if (mode_ == EvidenceMode::point) {
      assessment.rewards.push_back(measured_reward(options, result));
      continue;
    }
    findings.push_back(reward_found(options, result, store_, rule, planned_, feasibility_));
    assessment.rewards.push_back(findings.back().reward);
    for (auto& warning : findings.back().warnings) add_warning(assessment.warnings, std::move(warning));
  }
  const RewardEvidence* first = findings.empty() ? nullptr : &findings.front();
  assessment.winner =
      certified_winner({.criteria = criteria_,
                        .assessment = assessment,
                        .result = result,
                        .reward = first && !first->strength.empty() && is_planned_look ? first : nullptr,
                        .waits = first && !first->strength.empty() && !is_planned_look,
                        .earlier = won_ ? &*won_ : nullptr});
  if (assessment.winner->found && !won_) won_ = assessment.winner;
  // What all data together say may be the opposite of the truth: no split is learnt from it.
  const bool misleads = std::any_of(
      assessment.warnings.begin(), assessment.warnings.end(),
      [](const experiment::Warning& warning) { return warning.code == "srm" || warning.code == "simpson"; });
  assessment.weights =
      recommended_weights(criteria_, assessment, first && !misleads ? &first->ranking : nullptr, result);
}

Assessment Judge::look(const Result& result, const LookAt& at) {
  store_.look(result, at.iteration);
  plan(result, at);
  Assessment assessment;
  assessment.pattern = std::string(to_text(
      criteria_.pattern.value_or(inferred_pattern(result.versions.size(), criteria_.rewards.size()))));
  for (const ObjectiveOptions& options : criteria_.objectives)
    assessment.objectives.push_back(judged(options, criteria_, result));
  tracks_.resize(criteria_.objectives.size());
  for (auto& versions : tracks_) versions.resize(result.versions.size());
  feasibility_.assign(result.versions.size(), 1.0);

  for (std::size_t version = 0; version < result.versions.size(); ++version)
    judge_version(version, result, at, assessment);
  check_split(result, assessment);
  block_unsound(assessment);
  add_quality_warnings(criteria_, result, store_, assessment);
  add_scores(criteria_, assessment);
  judge_rewards(result, at, assessment);
  assessment.verdict = verdict_of(assessment);

  experiment::Look look{.line = line_, .iteration = at.iteration, .verdict = assessment.verdict};
  if (assessment.winner && assessment.winner->found) look.winner = assessment.winner->version;
  for (const auto& objective : assessment.objectives) {
    auto& versions = look.objectives.emplace_back();
    for (const ObjectiveCheck& check : objective.versions)
      versions.push_back({check.log_evidence_pass.value_or(0), check.log_evidence_fail.value_or(0)});
  }
  assessment.looks.push_back(std::move(look));
  return assessment;
}

}  // namespace iter8::tasks::assess
