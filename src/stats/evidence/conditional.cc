#include "stats/evidence/conditional.h"

#include <algorithm>
#include <cmath>

#include "stats/math/distributions.h"
#include "stats/math/log_math.h"

namespace iter8::stats {

namespace {

constexpr double kLaplaceVariance = 400;  // from here on its third-order terms are below 1e-7
constexpr double kSmallSupport = 24;      // with growth of at most 1e10 a step, nothing overflows
constexpr double kWidestMixture = 1;
/// Beyond it a tail is Gaussian to four digits, and its sum would take 10^5 terms.
constexpr double kNormalVariance = 1e8;
constexpr double kNegligibleTerm = 1e-18;  // of the greatest term of a sum

/// ln x! - ln m! - (x - m) ln m: what is left of a factorial when the linear terms of the four of a 2x2 table
/// cancel.
double log_factorial_excess(double x, double m) {
  if (x <= 0) return m - 0.5 * std::log(m) - kHalfLogTwoPi - stirling_error(m);
  return deviance(x, m) + 0.5 * std::log(x / m) + stirling_error(x) - stirling_error(m);
}

/// The hypergeometric distribution of the candidate's events x in a 2x2 table with fixed margins.
class Table {
 public:
  Table(const Counts& baseline, const Counts& candidate)
      : baseline_(baseline.total),
        candidate_(candidate.total),
        events_(baseline.events + candidate.events),
        lowest_(std::max(0.0, events_ - baseline_)),
        highest_(std::min(candidate_, events_)),
        mean_(events_ * candidate_ / (baseline_ + candidate_)) {}

  double mean() const { return mean_; }
  double lowest() const { return lowest_; }
  double highest() const { return highest_; }
  double variance() const {
    const double all = baseline_ + candidate_;
    return mean_ * (1 - events_ / all) * baseline_ / (all - 1);
  }
  /// From kLargestCount units on, x + 1 is x.
  bool is_informative() const { return highest_ - lowest_ >= 1 && baseline_ + candidate_ < kLargestCount; }

  /// ln sum over x of f(x) exp(psi (x - mean)), up to a constant that does not depend on psi.
  double log_moment(double psi) const {
    const double odds = std::exp(psi);
    const double mode = tilted_mode(odds);
    const double variance = 1 / curvature(mode);
    return variance < kLaplaceVariance ? log_sum(psi, odds, mode) : laplace(psi, mode);
  }

  /// ln f(x), up to a constant.
  double log_term(double x) const {
    const double rest = events_ - mean_;
    return -log_factorial_excess(x, mean_) - log_factorial_excess(candidate_ - x, candidate_ - mean_) -
           log_factorial_excess(events_ - x, rest) -
           log_factorial_excess(baseline_ - events_ + x, baseline_ - rest);
  }

  /// f(x + 1) / f(x).
  double growth(double x) const {
    return (candidate_ - x) * (events_ - x) / ((x + 1) * (baseline_ - events_ + x + 1));
  }

 private:
  /// Where the terms tilted by `odds` are greatest, as a real number: the root of
  /// (candidate - x + 1/2)(events - x + 1/2) odds = (x + 1/2)(baseline - events + x + 1/2).
  double tilted_mode(double odds) const {
    const double c = candidate_ + 0.5;
    const double s = events_ + 0.5;
    const double d = baseline_ - events_ + 0.5;
    const double square = odds - 1;
    const double linear = -(odds * (c + s) + d + 0.5);
    const double constant = odds * c * s - 0.5 * d;
    const double root = std::sqrt(std::max(0.0, linear * linear - 4 * square * constant));
    return std::clamp(2 * constant / (-linear + root), lowest_, highest_);
  }

  double curvature(double x) const {
    return 1 / (x + 0.5) + 1 / (candidate_ - x + 0.5) + 1 / (events_ - x + 0.5) +
           1 / (baseline_ - events_ + x + 0.5);
  }

  double log_sum(double psi, double odds, double mode) const {
    const double middle = std::clamp(std::floor(mode + 0.5), lowest_, highest_);
    double sum = 1;
    double term = 1;
    for (double x = middle; x + 1 <= highest_; ++x) {
      term *= growth(x) * odds;
      sum += term;
      if (term < kNegligibleTerm * sum) break;
    }
    term = 1;
    for (double x = middle; x - 1 >= lowest_; --x) {
      term /= growth(x - 1) * odds;
      sum += term;
      if (term < kNegligibleTerm * sum) break;
    }
    return log_term(middle) + psi * (middle - mean_) + std::log(sum);
  }

  /// Second-order Laplace approximation of the sum (de Bruijn 1961), derivatives of ln z! by ln(z + 1/2).
  double laplace(double psi, double mode) const {
    const double a = 1 / (mode + 0.5);
    const double b = 1 / (candidate_ - mode + 0.5);
    const double c = 1 / (events_ - mode + 0.5);
    const double d = 1 / (baseline_ - events_ + mode + 0.5);
    const double second = a + b + c + d;
    const double third = a * a + d * d - b * b - c * c;
    const double fourth = -2 * (a * a * a + b * b * b + c * c * c + d * d * d);
    const double correction =
        fourth / (8 * second * second) + 5 * third * third / (24 * second * second * second);
    return log_term(mode) + psi * (mode - mean_) + kHalfLogTwoPi - 0.5 * std::log(second) +
           std::log1p(correction);
  }

  double baseline_;   // units
  double candidate_;  // units
  double events_;
  double lowest_;
  double highest_;
  double mean_;
};

/// The same with all terms at once: powers of the odds up to the width of the support, by Horner's scheme.
std::vector<double> ratios_of_small(const Table& table, double events, double width) {
  std::vector<double> terms{1};
  for (double x = table.lowest(); x + 1 <= table.highest(); ++x)
    terms.push_back(terms.back() * table.growth(x));
  const double highest = *std::ranges::max_element(terms);
  for (double& term : terms) term /= highest;
  const auto log_moment = [&](double odds) {
    double sum = 0;
    for (auto term = terms.rbegin(); term != terms.rend(); ++term) sum = sum * odds + *term;
    return std::log(sum);
  };
  const double untilted = log_moment(1);
  const double distance = events - table.lowest();
  std::vector<double> ratios(2 * kHalfNodes - 1, 0.0);
  for (std::size_t i = 1; i < kHalfNodes; ++i) {
    const double psi = width * mixture_grid().nodes[i];
    const double odds = std::exp(psi);
    ratios[kHalfNodes - 1 + i] = psi * distance - (log_moment(odds) - untilted);
    ratios[kHalfNodes - 1 - i] = -psi * distance - (log_moment(1 / odds) - untilted);
  }
  return ratios;
}

}  // namespace

const MixtureGrid& mixture_grid() {
  static const MixtureGrid grid = [] {
    constexpr double kNearest = 0.02;
    constexpr double kFarthest = 5;
    const double ratio = std::pow(kFarthest / kNearest, 1.0 / (kHalfNodes - 2));
    MixtureGrid result;
    double below = 0.5;  // of the Gaussian, up to the border of the cell before
    for (std::size_t i = 0; i < kHalfNodes; ++i) {
      result.nodes[i] = i == 0 ? 0 : kNearest * std::pow(ratio, static_cast<double>(i) - 1);
      const double border = i == 0 ? kNearest / std::sqrt(ratio) : result.nodes[i] * std::sqrt(ratio);
      const double up_to = i + 1 == kHalfNodes ? 1 : normal_below(border);
      result.weights[i] = (i == 0 ? 2 : 1) * (up_to - below);
      below = up_to;
    }
    return result;
  }();
  return grid;
}

std::vector<double> conditional_log_ratios(const Counts& baseline, const Counts& candidate, double width) {
  std::vector<double> ratios(2 * kHalfNodes - 1, 0.0);
  const Table table(baseline, candidate);
  if (!table.is_informative()) return ratios;
  const bool is_small = table.highest() - table.lowest() <= kSmallSupport && width <= kWidestMixture;
  if (is_small) return ratios_of_small(table, candidate.events, width);
  const double untilted = table.log_moment(0);
  const double distance = candidate.events - table.mean();
  for (std::size_t i = 1; i < kHalfNodes; ++i) {
    const double psi = width * mixture_grid().nodes[i];
    ratios[kHalfNodes - 1 + i] = psi * distance - (table.log_moment(psi) - untilted);
    ratios[kHalfNodes - 1 - i] = -psi * distance - (table.log_moment(-psi) - untilted);
  }
  return ratios;
}

// Both tails by summing outwards from x, relative to f(x).
FisherTails fisher_tails(const Counts& baseline, const Counts& candidate) {
  const Table table(baseline, candidate);
  if (!table.is_informative()) return {};
  const double x = candidate.events;
  if (table.variance() > kNormalVariance) {
    const double z = (x - table.mean()) / std::sqrt(table.variance());
    return {.few = normal_below(z), .many = normal_below(-z)};
  }
  double below = 0;
  double above = 0;
  double term = 1;
  for (double at = x; at - 1 >= table.lowest(); --at) {
    term /= table.growth(at - 1);
    below += term;
    if ((at < table.mean() && term < kNegligibleTerm * below) || std::isinf(below)) break;
  }
  term = 1;
  for (double at = x; at + 1 <= table.highest(); ++at) {
    term *= table.growth(at);
    above += term;
    if ((at > table.mean() && term < kNegligibleTerm * above) || std::isinf(above)) break;
  }
  if (std::isinf(below)) return {.few = 1, .many = 0};
  if (std::isinf(above)) return {.few = 0, .many = 1};
  const double all = below + 1 + above;
  return {.few = (below + 1) / all, .many = (1 + above) / all};
}

double candidate_share(const Counts& baseline, const Counts& candidate, double ratio) {
  return ratio * candidate.total / (baseline.total + ratio * candidate.total);
}

FisherTails ratio_tails(const Counts& baseline, const Counts& candidate, double ratio) {
  const double events = baseline.events + candidate.events;
  if (!(events > 0) || !(ratio > 0) || baseline.total < 1 || candidate.total < 1) return {};
  const double share = candidate_share(baseline, candidate, ratio);
  return {.few = binomial_at_most(candidate.events, events, share),
          .many = binomial_at_least(candidate.events, events, share)};
}

}  // namespace iter8::stats
