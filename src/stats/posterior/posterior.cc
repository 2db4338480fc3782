#include "stats/posterior/posterior.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "stats/math/distributions.h"
#include "stats/math/root.h"
#include "stats/posterior/density.h"

namespace iter8::stats {
namespace {

constexpr double kClearlyPositive = 1e-6;
constexpr double kNoMass = 1e-16;  // of one node; all of them together are below 1e-13

template <typename Kind>
const Kind* as(const Posterior& posterior) {
  return std::get_if<Kind>(&posterior);
}

/// P(candidate <= ratio * baseline + difference) from one side: over the nodes of the narrower version, on
/// whose scale the wider one's distribution function is smooth.
double at_most(const DensityTable& baseline, const DensityTable& candidate, double ratio, double difference) {
  const double width_baseline = std::abs(ratio) * baseline.density().spread() *
                                std::abs(baseline.density().slope(baseline.density().mode()));
  const double width_candidate =
      candidate.density().spread() * std::abs(candidate.density().slope(candidate.density().mode()));
  double sum = 0;
  if (width_baseline <= width_candidate) {
    for (const auto& node : baseline.nodes())
      if (node.mass > kNoMass) sum += node.mass * candidate.below(ratio * node.value + difference);
    return sum;
  }
  for (const auto& node : candidate.nodes()) {
    if (!(node.mass > kNoMass)) continue;
    const double value = (node.value - difference) / ratio;
    sum += node.mass * (ratio > 0 ? baseline.above(value) : baseline.below(value));
  }
  return sum;
}

/// The ratio candidate/baseline that is not exceeded with probability p, for a positive baseline. `guess` and
/// `step` only decide where the search begins.
double ratio_quantile(const DensityTable& baseline, const DensityTable& candidate, double guess, double step,
                      double lowest, double p) {
  const auto rising = [&](double ratio) { return at_most(baseline, candidate, ratio, 0) - p; };
  double lower = std::max(lowest, guess - step / 32);
  double upper = std::max(lowest, guess) + step / 32;
  double at_lower = rising(lower);
  double at_upper = rising(upper);
  for (int i = 0; i < 200 && at_lower > 0 && lower > lowest; ++i, step *= 4) {
    upper = lower;
    at_upper = at_lower;
    lower = std::max(lowest, lower - step / 8);
    at_lower = rising(lower);
  }
  for (int i = 0; i < 200 && at_upper < 0; ++i, step *= 4) {
    lower = upper;
    at_lower = at_upper;
    upper += step / 8;
    at_upper = rising(upper);
  }
  return root_of(rising, lower, upper, at_lower, at_upper);
}

/// Where the search for a quantile of the ratio begins: lognormal for what is positive, else normal.
double guess_of(double ratio, double step, double lowest, double p) {
  const double z = normal_quantile(p);
  return lowest == 0 ? ratio * std::exp(z * step / ratio) : ratio + z * step;
}

/// E[(one - other)+] = integral of P(one > x) P(other <= x).
double expected_excess(const DensityTable& one, const DensityTable& other) {
  std::vector<double> edges = one.edges();
  edges.insert(edges.end(), other.edges().begin(), other.edges().end());
  edges = sorted_edges(std::move(edges), 1e-9 * std::min(one.density().spread(), other.density().spread()));
  double sum = 0;
  for (std::size_t panel = 0; panel + 1 < edges.size(); ++panel) {
    const double half = (edges[panel + 1] - edges[panel]) / 2;
    const double middle = edges[panel] + half;
    for (std::size_t i = 0; i < kPanelNodes; ++i) {
      const double u = middle + half * panel_nodes()[i];
      const double slope = half * panel_weights()[i] * one.density().slope(u);
      sum += slope * one.above_coordinate(u) * other.below_coordinate(u);
    }
  }
  return sum;
}

}  // namespace

std::optional<Posterior> posterior_of(const Counts& counts) {
  if (invalid_reason_of(counts)) return std::nullopt;
  return BetaPosterior{.a = 0.5 + counts.events, .b = 0.5 + (counts.total - counts.events)};
}

std::optional<Posterior> posterior_of(const Moments& moments) {
  if (invalid_reason_of(moments)) return std::nullopt;
  return StudentPosterior{.location = moments.mean,
                          .scale = std::sqrt(moments.variance / moments.count),
                          .freedom = moments.count - 1};
}

std::optional<Posterior> posterior_of(const EventRate& rate) {
  if (invalid_reason_of(rate)) return std::nullopt;
  return GammaPosterior{.shape = 0.5 + rate.events, .rate = rate.exposure};
}

double mean_of(const Posterior& posterior) {
  if (const auto* beta = as<BetaPosterior>(posterior)) return beta->a / (beta->a + beta->b);
  if (const auto* gamma = as<GammaPosterior>(posterior)) return gamma->shape / gamma->rate;
  return as<StudentPosterior>(posterior)->location;
}

double deviation_of(const Posterior& posterior) {
  if (const auto* beta = as<BetaPosterior>(posterior)) {
    const double n = beta->a + beta->b;
    return std::sqrt(beta->a * beta->b / (n * n * (n + 1)));
  }
  if (const auto* gamma = as<GammaPosterior>(posterior)) return std::sqrt(gamma->shape) / gamma->rate;
  const auto* student = as<StudentPosterior>(posterior);
  const double freedom = student->freedom;
  return freedom > 2 ? student->scale * std::sqrt(freedom / (freedom - 2)) : student->scale;
}

double below(const Posterior& posterior, double x) {
  if (const auto* beta = as<BetaPosterior>(posterior)) return beta_below(beta->a, beta->b, x);
  if (const auto* gamma = as<GammaPosterior>(posterior)) return gamma_below(gamma->shape, gamma->rate, x);
  const auto* student = as<StudentPosterior>(posterior);
  return student_below((x - student->location) / student->scale, student->freedom);
}

double above(const Posterior& posterior, double x) {
  if (const auto* beta = as<BetaPosterior>(posterior)) return beta_above(beta->a, beta->b, x);
  if (const auto* gamma = as<GammaPosterior>(posterior)) return gamma_above(gamma->shape, gamma->rate, x);
  const auto* student = as<StudentPosterior>(posterior);
  return student_below((student->location - x) / student->scale, student->freedom);
}

double quantile_of(const Posterior& posterior, double p) {
  if (const auto* beta = as<BetaPosterior>(posterior)) return beta_quantile(beta->a, beta->b, p);
  if (const auto* gamma = as<GammaPosterior>(posterior)) return gamma_quantile(gamma->shape, gamma->rate, p);
  const auto* student = as<StudentPosterior>(posterior);
  return student->location + student->scale * student_quantile(p, student->freedom);
}

Comparison comparison_of(const Posterior& baseline, const Posterior& candidate, Better better, double level) {
  if (baseline.index() != candidate.index()) return {.invalid_reason = InvalidReason::mismatched};
  for (const Posterior& posterior : {baseline, candidate})
    if (const auto invalid_reason = invalid_reason_of(posterior)) return {.invalid_reason = invalid_reason};
  if (!(level > 0) || !(level < 1)) return {.invalid_reason = InvalidReason::limit_out_of_range};

  const DensityTable old_table(baseline);
  const DensityTable new_table(candidate);
  const double not_above = at_most(old_table, new_table, 1, 0);
  const double is_above = at_most(new_table, old_table, 1, 0);
  Comparison result{.probability_beats = better == Better::higher ? is_above : not_above};
  result.expected_loss = better == Better::higher ? expected_excess(old_table, new_table)
                                                  : expected_excess(new_table, old_table);
  if (below(baseline, 0) > kClearlyPositive) return result;

  const double ratio = mean_of(candidate) / mean_of(baseline);
  result.lift = ratio - 1;
  const double relative = deviation_of(baseline) / mean_of(baseline);
  const double step = std::hypot(deviation_of(candidate) / mean_of(baseline), ratio * relative);
  const double lowest = as<StudentPosterior>(candidate) ? -kInfinity : 0;
  const double tail = (1 - level) / 2;
  const auto lift_at = [&](double p) {
    return ratio_quantile(old_table, new_table, guess_of(ratio, step, lowest, p), step, lowest, p) - 1;
  };
  result.lift_interval = {.lower = lift_at(tail), .upper = lift_at(1 - tail)};
  return result;
}

double probability_at_most(const Posterior& baseline, const Posterior& candidate, double ratio,
                           double difference) {
  if (baseline.index() != candidate.index() || invalid_reason_of(baseline) || invalid_reason_of(candidate))
    return kNan;
  if (!(ratio > 0) || !std::isfinite(ratio) || !std::isfinite(difference)) return kNan;
  return at_most(DensityTable(baseline), DensityTable(candidate), ratio, difference);
}

}  // namespace iter8::stats
