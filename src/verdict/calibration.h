#pragma once

#include <array>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "experiment/result/result.h"

namespace iter8::verdict {

/// The alphas that calls are counted at, descending.
inline constexpr std::array kUsualAlphas = {0.05, 0.02, 0.01, 0.005, 0.002, 0.001};

/// How often two equal versions were called different in one metric, by the evidence of a single planned look
/// (fixed), when so many loads are taken together as one run.
struct CalibrationRow {
  std::string metric;
  int loads = 1;       // taken together
  double seconds = 0;  // of load in one such run, on average; 0 = not known
  int runs = 0;        // that were judged; each can make one wrong call on either side
  std::array<int, kUsualAlphas.size()> wrong{};  // calls at each of the usual alphas
  /// The least change that 80 % of such runs would show at 0.05, as a share of the baseline's value, from how
  /// much the runs differed. Nothing for fewer than four runs.
  std::optional<double> visible_change;

  /// The largest of the usual alphas up to `wanted` that made wrong calls no more often than `wanted`, as far
  /// as chance can tell (exact binomial, 1 %); nothing if none did.
  std::optional<double> alpha_that_holds(double wanted) const;
};

/// `results` are of runs of one load in which all versions were the same application; the first two versions
/// are compared. Each metric is judged with 1, 2, 4, … loads taken together, down to four runs. Metrics
/// without data are left out.
std::vector<CalibrationRow> calibration_of(std::span<const experiment::Result> results,
                                           std::span<const std::string> metrics);

}  // namespace iter8::verdict
