#pragma once

#include <optional>
#include <span>
#include <vector>

#include "base/clock.h"
#include "load/plan.h"

namespace iter8::load {

/// How the rate of a load changes over time, as the time at which the expected number of arrivals reaches a
/// given count. A schedule for any profile comes from that inverse: with the counts 0, 1, 2, … the arrivals
/// are as even as the rate allows, with sums of exponential gaps of mean 1 they are a Poisson process with
/// this rate (time rescaling: Cinlar, Introduction to Stochastic Processes, 1975, section 4.7). Pure and
/// immutable; a trace is borrowed and must outlive it.
class Profile {
 public:
  /// `rate` > 0 per second, for ever.
  static Profile constant(double rate);
  /// Starts at `from` per second and goes through the stages; no arrivals after the last one.
  static Profile staged(double from, std::span<const Stage> stages);
  /// Arrival k at `times`[k].
  static Profile trace(std::span<const base::Duration> times);

  /// Of the plan's measurement, and of its warm-up: constant, at the rate with which the measurement starts,
  /// or at its mean rate where it starts at 0.
  static Profile of(const Plan& plan);
  static Profile of_warmup(const Plan& plan);

  /// Nanoseconds from the start until `count` arrivals are expected; nullopt when there are never so many.
  std::optional<double> time_of(double count) const;

  /// The inverse of time_of(): how many arrivals are expected until `time`.
  double arrivals_until(base::Duration time) const;

  /// The end of the last stage, or the last time of the trace; nullopt for a rate that is constant for ever.
  std::optional<base::Duration> end() const;
  bool is_trace() const { return !trace_.empty(); }
  /// Arrivals until the end, and their mean rate per second until then or for ever.
  std::optional<double> total() const;
  double mean_rate() const;
  /// The mean rate of the first `count` arrivals over the time that they are given; of more than there are
  /// mean_rate().
  double mean_rate_of(double count) const;
  /// The highest rate; of a trace the mean one.
  double peak_rate() const;

 private:
  /// An interval in which the rate is linear.
  struct Segment {
    double start = 0;   // seconds
    double length = 0;  // seconds
    double from = 0;    // arrivals per second
    double to = 0;
    double before = 0;  // arrivals until `start`
  };

  double rate_ = 0;                // arrivals per second; of constant(), else 0
  std::vector<Segment> segments_;  // of staged()
  double staged_seconds_ = 0;
  double staged_total_ = 0;
  std::span<const base::Duration> trace_;
};

}  // namespace iter8::load
