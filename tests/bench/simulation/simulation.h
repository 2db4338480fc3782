#pragma once

#include <cstdint>
#include <functional>
#include <random>
#include <span>
#include <string>
#include <vector>

#include "stats/evidence/proportion.h"

namespace iter8::bench {

/// Random numbers of one run. Each run has its own seed, so that figures do not depend on the number of
/// threads.
class Chance {
 public:
  explicit Chance(std::uint64_t seed) : engine_(seed) {}

  double binomial(double n, double p) {
    return static_cast<double>(
        std::binomial_distribution<std::int64_t>(static_cast<std::int64_t>(n), p)(engine_));
  }
  stats::Counts counts(double n, double p) { return {.events = binomial(n, p), .total = n}; }
  double normal() { return normal_(engine_); }
  double uniform() { return uniform_(engine_); }
  double exponential() { return exponential_(engine_); }

 private:
  std::mt19937_64 engine_;
  std::normal_distribution<double> normal_;
  std::uniform_real_distribution<double> uniform_;
  std::exponential_distribution<double> exponential_;
};

/// What a run observed, one number a question; the same number of them in each run.
using Observed = std::vector<double>;

/// All runs, on all cores, in order of their seeds. result[question][run].
std::vector<std::vector<double>> simulated(int runs, std::uint64_t seed,
                                           const std::function<Observed(Chance&)>& run);

double mean_of(std::span<const double> values);
double median_of(std::vector<double> values);
double percentile_of(std::vector<double> values, double share);

/// What a figure must be. `shown` is printed only: the behaviour of simpler rules, and what depends on
/// choices that the reference does not name.
enum class Bound { shown, at_most, at_least, within_tenth };

struct Figure {
  std::string what;
  double value = 0;
  double wanted = 0;  // of the reference
  Bound bound = Bound::shown;
  double limit = 0;  // for at_most and at_least
  std::string unit = "%";
};

/// One experiment of the reference and its figures, printed as they come.
class Report {
 public:
  void begin(const std::string& title);
  void add(const Figure& figure);
  int missed() const { return missed_; }

 private:
  int missed_ = 0;
};

}  // namespace iter8::bench
