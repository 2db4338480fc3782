#include "verdict/objective_evidence.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "stats/evidence/autocorrelation.h"
#include "stats/posterior/planning.h"

namespace iter8::verdict {

namespace {

using experiment::Warning;
using stats::Evidence;
using stats::Side;

constexpr double kPower = 0.8;  // of the number of samples that is named

/// One limit of an objective.
struct Question {
  const AccumulatedData& data;
  const MetricSource& source;
  Side side;
  double limit;
  const stats::Rule& rule;
  double planned;
};

void warn(ObjectiveEvidence& finding, std::string code, const std::string& subject,
          std::string_view sentence) {
  finding.warnings.push_back({.code = std::move(code), .message = fmt::format("{}: {}", subject, sentence)});
}

Evidence evidence_of(const Question& question, const stats::Moments& moments) {
  const AccumulatedData& data = question.data;
  switch (question.source.quantity) {
    case Quantity::proportion:
      return stats::evidence(data.counts, question.side, question.limit);
    case Quantity::quantile:
      return stats::evidence(exceedances_of(data, question.limit), question.source.quantile, question.side);
    case Quantity::mean:
      return stats::evidence(moments, question.side, question.limit, question.planned);
    case Quantity::scalar:
      break;
  }
  return {};
}

double probability_of(const Question& question, const stats::Moments& moments) {
  const AccumulatedData& data = question.data;
  switch (question.source.quantity) {
    case Quantity::proportion:
      return stats::probability(data.counts, question.side, question.limit);
    case Quantity::quantile:
      return stats::probability(exceedances_of(data, question.limit), question.source.quantile,
                                question.side);
    case Quantity::mean:
      return stats::probability(moments, question.side, question.limit);
    case Quantity::scalar:
      break;
  }
  return stats::kNan;
}

/// Samples in all until a share of `events` is decided on against the limit.
double needed_of(const stats::Counts& counts, double limit, const stats::Rule& rule) {
  if (counts.events == 0) return stats::clean_units(limit, rule.alpha_pass, rule.mode);
  const double rate = counts.events / counts.total;
  const double alpha = rate < limit ? rule.alpha_pass : rule.alpha_fail;
  return rule.mode == stats::Mode::fixed ? stats::units_to_decide(rate, limit, alpha, kPower)
                                         : stats::typical_units_anytime(rate, limit, alpha);
}

double needed_of(const Question& question, const stats::Moments& moments) {
  const bool is_upper = question.side == Side::at_most;
  if (question.source.quantity == Quantity::mean)
    return stats::units_to_decide_mean(moments, question.limit, question.rule.alpha_pass, kPower);
  if (question.source.quantity == Quantity::quantile) {
    const stats::Exceedances above = exceedances_of(question.data, question.limit);
    const double quantile = question.source.quantile;
    if (is_upper) return needed_of({above.possibly, above.total}, 1 - quantile, question.rule);
    return needed_of({above.total - above.surely, above.total}, quantile, question.rule);
  }
  const stats::Counts& counts = question.data.counts;
  if (is_upper) return needed_of(counts, question.limit, question.rule);
  return needed_of({counts.total - counts.events, counts.total}, 1 - question.limit, question.rule);
}

/// What a reader must know about raw values: which were left out, and what the others are worth.
void warn_of_values(const AccumulatedData& data, const Dependence& dependence, ObjectiveEvidence& finding,
                    const std::string& subject) {
  const std::size_t warmup = stats::warmup_length(data.samples);
  if (warmup > 0)
    warn(finding, "warmup-cut", subject,
         fmt::format("the first {} of {} values belong to the warm-up and were left out", warmup,
                     data.samples.size()));
  const auto values = static_cast<double>(data.samples.size() - warmup);
  if (values > stats::kInflationWarning * dependence.effective)
    warn(finding, "autocorrelated", subject,
         fmt::format("neighbouring values depend on each other: {:.0f} values are worth {:.0f}", values,
                     dependence.effective));
}

void warn_of_moments(const stats::Moments& moments, const stats::Rule& rule, ObjectiveEvidence& finding,
                     const std::string& subject) {
  if (rule.mode == stats::Mode::fixed || moments.count < 2) return;
  switch (stats::monitoring_of(moments)) {
    case stats::Monitoring::ready:
      return;
    case stats::Monitoring::skew_unknown:
      return warn(finding, "skew-unknown", subject, "how skewed the values are is not known");
    case stats::Monitoring::too_early:
      break;
  }
  const double units = stats::units_before_monitoring(moments);
  if (units > 100)
    warn(
        finding, "skew-high", subject,
        fmt::format("the values are so skewed that evidence counts from {:.0f} values on", std::ceil(units)));
  else
    warn(finding, "too-few", subject,
         fmt::format("evidence about a mean counts from {:.0f} values on", units));
}

void warn_of_resolution(const Question& question, ObjectiveEvidence& finding, const std::string& subject) {
  if (question.source.quantity != Quantity::quantile) return;
  const stats::Exceedances above = exceedances_of(question.data, question.limit);
  if (stats::resolution(above, question.source.quantile, question.side, question.rule) ==
      stats::Resolution::enough)
    return;
  warn(
      finding, "bucket-resolution", subject,
      fmt::format("the histogram's bucket around the limit is too wide: {:.0f} to {:.0f} values may be above "
                  "it; add a bucket bound at {:.6g}",
                  above.surely, above.possibly, question.limit));
}

/// Nothing for an interval of invalid data.
std::optional<stats::Interval> finite_interval(const stats::Interval& interval) {
  if (std::isnan(interval.lower) || std::isnan(interval.upper)) return std::nullopt;
  return interval;
}

/// That both limits are met, from the evidence of those that are given.
Evidence combined(const std::optional<Evidence>& upper, const std::optional<Evidence>& lower) {
  if (upper && lower) return stats::both_of(*upper, *lower);
  return upper ? *upper : lower.value_or(Evidence{});
}

}  // namespace

double samples_of(const AccumulatedData& data, const MetricSource& source) {
  if (source.quantity == Quantity::proportion) return data.counts.total;
  if (source.quantity == Quantity::mean) return data.moments.count;
  if (source.quantity == Quantity::scalar) return static_cast<double>(data.scalars.size());
  double total = 0;
  for (const stats::Cell& cell : data.cells) total += cell.count;
  return total;
}

std::optional<double> estimate_of(const AccumulatedData& data, const MetricSource& source) {
  if (samples_of(data, source) <= 0) return std::nullopt;
  double value = stats::kNan;
  if (source.quantity == Quantity::proportion) value = stats::estimate_of(data.counts);
  if (source.quantity == Quantity::mean) value = data.moments.mean;
  if (source.quantity == Quantity::quantile) value = stats::quantile_of(data.cells, source.quantile);
  if (source.quantity == Quantity::scalar) value = data.scalars.back();
  return std::isfinite(value) ? std::optional(value) : std::nullopt;
}

std::optional<stats::Interval> interval_of(const AccumulatedData& data, const MetricSource& source,
                                           const stats::Rule& rule, double planned) {
  const double alpha = rule.alpha_pass;
  const bool is_one_look = rule.mode == stats::Mode::fixed;
  stats::Interval interval;
  if (source.quantity == Quantity::proportion)
    interval = is_one_look ? stats::credible_interval(data.counts, 1 - alpha)
                           : stats::confidence_sequence(data.counts, alpha);
  if (source.quantity == Quantity::mean)
    interval = is_one_look ? stats::credible_interval(data.moments, 1 - alpha)
                           : stats::confidence_sequence(data.moments, alpha, planned);
  if (source.quantity == Quantity::quantile)
    interval = is_one_look ? stats::quantile_interval(data.cells, source.quantile, 1 - alpha)
                           : stats::quantile_sequence(data.cells, source.quantile, alpha);
  return finite_interval(interval);
}

double clean_samples(const MetricSource& source, double upper, const stats::Rule& rule) {
  if (source.quantity == Quantity::proportion) return stats::clean_units(upper, rule.alpha_pass, rule.mode);
  if (source.quantity == Quantity::quantile)
    return stats::clean_units(1 - source.quantile, rule.alpha_pass, rule.mode);
  return stats::kNan;
}

namespace {

/// Where even data without a bad sample could not pass, more is needed than what dependence asks for.
void add_clean_samples(ObjectiveEvidence& finding, const Question& question) {
  if (question.side != Side::at_most) return;
  const double least = clean_samples(question.source, question.limit, question.rule);
  if (!std::isfinite(least) || finding.samples >= least) return;
  finding.needed = std::max(finding.needed.value_or(0), least);
  auto& times_longer = finding.dependence->times_longer;
  times_longer = std::max(times_longer.value_or(0), *finding.needed / std::max(finding.samples, 1.0));
}

}  // namespace

void add_dependence(ObjectiveEvidence& finding, const Dependence& dependence) {
  auto& known = finding.dependence;
  if (!known ||
      (known->open.empty() && (!dependence.open.empty() || dependence.effective < known->effective)))
    known = dependence;
  if (!dependence.times_longer) return;
  const double needed = std::ceil(finding.samples * *dependence.times_longer);
  finding.needed = std::max(finding.needed.value_or(0), needed);
}

ObjectiveEvidence evidence_about(const AccumulatedData& data, const MetricSource& source,
                                 const Bounds& bounds, const stats::Rule& rule, double planned,
                                 const std::string& subject, const DependentData* dependent) {
  const auto own_interval = dependent ? dependent_interval(*dependent) : std::nullopt;
  ObjectiveEvidence finding{
      .value = estimate_of(data, source),
      .interval = own_interval ? finite_interval(*own_interval) : interval_of(data, source, rule, planned),
      .samples = samples_of(data, source)};
  const bool is_mean = source.quantity == Quantity::mean;
  if (is_mean && !own_interval) warn_of_moments(data.moments, rule, finding, subject);

  double met = 0;
  int sides = 0;
  const auto ask_dependent = [&](Side side, double limit) -> std::optional<Evidence> {
    auto found = dependent ? evidence_at_limit(*dependent, side, limit) : std::nullopt;
    if (!found || found->evidence.invalid_reason) return std::nullopt;
    if (is_mean && !data.samples.empty()) warn_of_values(data, found->dependence, finding, subject);
    add_dependence(finding, found->dependence);
    add_clean_samples(finding, {data, source, side, limit, rule, planned});
    met += found->probability;
    ++sides;
    return found->evidence;
  };
  const auto ask = [&](Side side, const std::optional<double>& limit) -> std::optional<Evidence> {
    if (!limit) return std::nullopt;
    const Question question{data, source, side, *limit, rule, planned};
    if (const auto evidence = ask_dependent(side, *limit)) {
      warn_of_resolution(question, finding, subject);
      return evidence;
    }
    const Evidence evidence = evidence_of(question, data.moments);
    if (evidence.invalid_reason) {
      warn(finding, std::string(stats::code_of(*evidence.invalid_reason)), subject,
           stats::sentence_of(*evidence.invalid_reason));
      return evidence;
    }
    warn_of_resolution(question, finding, subject);
    met += probability_of(question, data.moments);
    ++sides;
    const double needed = needed_of(question, data.moments);
    if (std::isfinite(needed)) finding.needed = std::max(finding.needed.value_or(0), std::ceil(needed));
    return evidence;
  };
  const auto upper = ask(Side::at_most, bounds.upper);
  const auto lower = ask(Side::at_least, bounds.lower);
  finding.evidence = combined(upper, lower);
  if (sides > 0 && std::isfinite(met)) finding.probability = std::clamp(met - (sides - 1), 0.0, 1.0);
  return finding;
}

}  // namespace iter8::verdict
