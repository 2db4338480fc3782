#include "verdict/dependence/dependent_evidence.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "stats/evidence/quantile.h"
#include "stats/math/distributions.h"
#include "stats/posterior/planning.h"
#include "verdict/dependence/dispersion.h"
#include "verdict/dependence/open_reason.h"

namespace iter8::verdict {

using stats::ClusteredEstimate;
using stats::Counts;
using stats::Evidence;
using stats::Side;

namespace {

/// What `limit` says about the share of requests that a question is about.
struct ShareQuestion {
  Counts counts;    // certain ones
  double possibly;  // events, with those that share a bucket with the limit
  double allowed;   // the limit on the share
  Side side;        // at_most: few events are good
};

ShareQuestion share_question(const DependentData& data, Side side, double limit) {
  const AccumulatedData& all = data.store.data(data.source.series, data.version);
  if (data.source.quantity == Quantity::proportion) return {all.counts, all.counts.events, limit, side};
  // "The quantile is at most the limit" is "at most 1 - q are above it".
  const stats::Exceedances above = exceedances_of(all, limit);
  return {{.events = above.surely, .total = above.total}, above.possibly, 1 - data.source.quantile, side};
}

Outcomes outcomes_of(const ShareQuestion& question) {
  const Counts& counts = question.counts;
  const bool is_refuted = question.side == Side::at_most
                              ? question.allowed <= 0 && counts.events > 0
                              : question.allowed >= 1 && question.possibly < counts.total;
  if (is_refuted) return Outcomes::refuting;
  return counts.events == counts.total || question.possibly == 0 ? Outcomes::alike : Outcomes::mixed;
}

Evidence evidence_of_share(const DependentData& data, const ShareQuestion& question, double limit,
                           double dispersion) {
  if (data.source.quantity == Quantity::proportion)
    return stats::evidence(stats::scaled_by(question.counts, dispersion), question.side, limit);
  return stats::evidence(stats::Exceedances{.surely = question.counts.events / dispersion,
                                            .possibly = question.possibly / dispersion,
                                            .total = question.counts.total / dispersion},
                         data.source.quantile, question.side);
}

/// By how much longer a run with such a share decides on it.
double times_for_share(const DependentData& data, const ShareQuestion& question, double dispersion,
                       double seconds) {
  const bool is_upper = question.side == Side::at_most;
  const Counts worth = stats::scaled_by({question.possibly, question.counts.total}, dispersion);
  const double allowed = is_upper ? question.allowed : 1 - question.allowed;
  const double events = is_upper ? worth.events : worth.total - worth.events;
  const stats::Rule& rule = data.rule;
  if (!(worth.total > 0) || !(allowed > 0 && allowed < 1)) return stats::kNan;
  const double rate = events / worth.total;
  constexpr double kOften = 0.8;
  const double alpha = rate < allowed ? rule.alpha_pass : rule.alpha_fail;
  double units = 0;
  if (events == 0)
    units = stats::clean_units(allowed, rule.alpha_pass, rule.mode);
  else
    units = rule.mode == stats::Mode::fixed ? stats::units_to_decide(rate, allowed, alpha, kOften)
                                            : stats::typical_units_anytime(rate, allowed, alpha);
  const double times = units / worth.total;
  if (!data.stall || !(seconds > 0)) return times;
  return std::max(times, *data.stall * -std::log(rule.alpha_pass) / allowed / seconds);
}

DependentEvidence share_at_limit(const DependentData& data, const MetricSlices& slices, Side side,
                                 double limit) {
  const ShareQuestion question = share_question(data, side, limit);
  const ClusteredEstimate mean = stats::clustered_mean(all_slices(slices));
  const auto dispersion = [&](double alpha) { return stats::dispersion_of(mean, alpha); };
  const double stall = stall_of(data, question.counts.total, slices.seconds);
  DependentEvidence result{.evidence = by_dispersion(data.rule, stall, dispersion, [&](double factor) {
                             return evidence_of_share(data, question, limit, factor);
                           })};
  const double plain = dispersion(0);
  result.dependence = {.effective = question.counts.total / plain,
                       .clusters = mean.clusters,
                       .seconds = slices.seconds,
                       .open = {},
                       .times_longer = {},
                       .excluded_stall = {}};
  const Counts worth =
      stats::scaled_by({(question.counts.events + question.possibly) / 2, question.counts.total}, plain);
  const bool is_share = data.source.quantity == Quantity::proportion;
  const double share_limit = is_share ? limit : question.allowed;
  result.probability = stats::probability(worth, side, share_limit);
  result.dependence.times_longer = if_positive(times_for_share(data, question, plain, slices.seconds));
  if (side == Side::at_most && share_limit > 0 && slices.seconds > 0)
    result.dependence.excluded_stall =
        stats::excluded_stall(slices.seconds, share_limit, tested(data.rule, data.rule.alpha_pass));
  restrain(result, slices, mean, data.rule, outcomes_of(question));
  return result;
}

/// The mean that was seen is below its limit, but stalls that were not seen count as well (see
/// clustered_mean_evidence()): what a longer run is for, should it stay undecided.
void explain_unseen(Dependence& dependence, const ClusteredEstimate& mean) {
  double times = 2;  // the largest stall then weighs half as much
  if (mean.clusters < stats::kFewestClusters) {
    constexpr double kOne = 1;
    times = stats::kFewestClusters / std::max(kOne, mean.clusters);
    dependence.open = fmt::format(
        "about {:.0f} stall{} most of its scatter, too few to tell how often they come; a pass takes {:.0f}",
        std::max(kOne, mean.clusters), mean.clusters < 1.5 ? " makes" : "s make", stats::kFewestClusters);
  }
  dependence.times_longer = std::max(dependence.times_longer.value_or(0), times);
}

DependentEvidence mean_at_limit(const DependentData& data, const MetricSlices& slices, Side side,
                                double limit) {
  const ClusteredEstimate mean = stats::clustered_mean(all_slices(slices));
  const stats::LookNumber look = data.store.look_number();
  const double alpha = tested(data.rule, data.rule.alpha_pass);
  DependentEvidence result{.evidence = stats::clustered_mean_evidence(mean, side, limit, alpha, look)};
  const double error = std::sqrt(mean.variance);
  const double below = error > 0
                           ? stats::student_below((limit - mean.estimate) / error, stats::kSliceGroups - 1)
                           : stats::kNan;
  result.probability = side == Side::at_most ? below : 1 - below;
  const AccumulatedData& all = data.store.data(data.source.series, data.version);
  result.dependence = {.effective = mean.variance > 0
                                        ? std::min(mean.units, all.moments.variance / mean.variance)
                                        : mean.units,
                       .clusters = mean.clusters,
                       .seconds = slices.seconds,
                       .open = {},
                       .times_longer = if_positive(stats::times_longer(mean, limit, alpha)),
                       .excluded_stall = {}};
  if (side == Side::at_most && below >= 1 - alpha) explain_unseen(result.dependence, mean);
  restrain(result, slices, mean, data.rule, Outcomes::mixed);
  return result;
}

}  // namespace

std::optional<DependentEvidence> evidence_at_limit(const DependentData& data, Side side, double limit) {
  const bool is_quantile = data.source.quantity == Quantity::quantile;
  const auto slices = metric_slices(
      data.store, {data.source, is_quantile ? std::optional(limit) : std::nullopt}, data.version);
  if (!slices || data.source.quantity == Quantity::scalar) return std::nullopt;
  return data.source.quantity == Quantity::mean ? mean_at_limit(data, *slices, side, limit)
                                                : share_at_limit(data, *slices, side, limit);
}

}  // namespace iter8::verdict
