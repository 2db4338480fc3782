#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

namespace iter8::stats {

/// Which of several hypotheses are rejected, in the order given. NaN is never rejected.
enum class Outcome { kept, rejected };

/// Holm 1979, any dependence: the probability of any wrong rejection is at most alpha.
std::vector<Outcome> holm(std::span<const double> p, double alpha);

/// Benjamini & Hochberg 1995: the expected share of wrong rejections is at most alpha; for independent
/// p-values of one fixed look.
std::vector<Outcome> benjamini_hochberg(std::span<const double> p, double alpha);

/// e-BH (Wang & Ramdas 2022), the same promise under any dependence and at any look: rejects the k largest
/// for the largest k with e_(k) >= K/(alpha k).
std::vector<Outcome> e_benjamini_hochberg(std::span<const double> log_e, double alpha);

/// strength[i][j]: ln(alpha e) that version i is better than j (pass_strength or fail_strength of their
/// comparison); the diagonal is not read. The version that beats every other one in `eligible` with
/// strength >= ln(K - 1), K eligible versions: the probability of naming a version that is not the best is at
/// most alpha. Nothing when there is none, or fewer than two are eligible.
std::optional<std::size_t> winner(const std::vector<std::vector<double>>& strength,
                                  std::span<const std::size_t> eligible);

/// What the winner rule still lacks for `version`: ln(K - 1) minus its weakest strength; <= 0 = it wins.
double missing_strength(const std::vector<std::vector<double>>& strength,
                        std::span<const std::size_t> eligible, std::size_t version);

}  // namespace iter8::stats
