#pragma once

#include <optional>
#include <span>
#include <vector>

#include "stats/math/invalid_reason.h"
#include "stats/math/log_math.h"

namespace iter8::stats {

/// Evidence about one question with two answers, "the limit is met" (pass) and "the limit is violated"
/// (fail), from all data up to one look.
///
/// log_pass is the natural logarithm of an e-value against "violated": under it E[e] <= 1 at every stopping
/// time (Ville 1939), so e >= 1/alpha may be acted on at any look. log_fail is the mirror. p_pass and p_fail
/// are one-sided p-values valid at one look that was fixed in advance. Pass and fail are never both
/// favoured: log_pass > 0 implies log_fail <= 0. All numbers are finite; with an invalid_reason they are the
/// neutral defaults.
struct Evidence {
  double log_pass = 0;
  double log_fail = 0;
  double p_pass = 1;
  double p_fail = 1;
  std::optional<InvalidReason> invalid_reason;
};

/// The same evidence with every NaN (from arguments beyond the range of doubles) replaced by its neutral
/// value.
Evidence finite_or_neutral(const Evidence& evidence);

/// The evidence about the negated question: pass and fail exchanged.
Evidence opposite_of(const Evidence& evidence);

/// Evidence that both of two questions (an upper and a lower limit of one metric) are met. Pass needs both
/// (intersection-union test, Berger 1982); fail needs either (the mean of two e-values is an e-value;
/// Bonferroni for p).
Evidence both_of(const Evidence& one, const Evidence& other);

enum class Decision { undecided, pass, fail };

/// fixed: the p-value of one look planned in advance. anytime: the e-value, at every look. hybrid: the
/// e-value at half of alpha at every look, and the p-value at the other half at the last declared look.
enum class Mode { fixed, anytime, hybrid };

enum class Look { interim, last };

/// How evidence is turned into a decision. The alphas are the accepted probabilities of a wrong pass and of
/// a wrong fail, in (0, 1). In mode fixed every look is taken for the one that was planned.
struct Rule {
  Mode mode = Mode::fixed;
  Look look = Look::last;
  double alpha_pass = 0.05;
  double alpha_fail = 0.05;
};

/// How much more evidence there is than the rule needs, on the log scale: ln(alpha e) or ln(alpha / p); 0 or
/// more decides. At the last look of hybrid the greater of both. -infinity for invalid evidence.
double pass_strength(const Evidence& evidence, const Rule& rule);
double fail_strength(const Evidence& evidence, const Rule& rule);

/// The decision on a single question, without correction for others.
Decision decision_of(const Evidence& evidence, const Rule& rule);

struct Question {
  Evidence evidence;
  Rule rule;
};

/// All objectives of one version. A version passes when all pass (no correction is needed, Berger 1982) and
/// fails when any fails: fails are decided by Holm's procedure over all of them (Holm 1979; with e-values
/// e-Holm), so that the probability of any wrong fail stays below the largest alpha.
std::vector<Decision> decisions_of(std::span<const Question> questions);

/// Several candidates against one baseline, where pass says that a candidate is better: the false discovery
/// rate, the expected share of wrong ones among those that pass, is at most alpha_pass. By e-BH (Wang &
/// Ramdas 2022) where any look may decide, by Benjamini & Hochberg 1995 at one planned look, by both at half
/// of alpha at the last look of hybrid (the shares add up). Nothing is ever decided to be worse.
std::vector<Decision> decisions_by_fdr(std::span<const Evidence> candidates, const Rule& rule);

/// The state of a question over the looks of a loop; a plain value to store and restore. The first decision
/// stays. log_pass and log_fail are the highest seen (0 before the first look), so that
/// exp(-log_pass) is an always-valid p-value.
struct Track {
  int looks = 0;
  double log_pass = 0;
  double log_fail = 0;
  Decision decision = Decision::undecided;
  int decided_at = 0;  // the look, counted from 1; 0 = undecided
};

/// The track after one more look with this evidence and the decision that its rule came to.
Track next_state(const Track& track, const Evidence& evidence, Decision decision);

/// min(1, exp(-log_evidence)).
double always_valid_p(double log_evidence);

}  // namespace iter8::stats
