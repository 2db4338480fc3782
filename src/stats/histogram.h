#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace iter8::stats {

/// Counts of durations with three significant digits from 1 µs to 1 h, in the log-linear layout of HdrHistogram:
/// constant memory, exact merging, recording in a few instructions. Values are nanoseconds; below 1 µs counts as 1 µs,
/// above 1 h as 1 h. Also keeps the exact count, sum, sum of squares, minimum and maximum. Not thread-safe: each worker
/// owns one, and they are merged after joining.
class Histogram {
 public:
  Histogram();

  void record(std::int64_t nanoseconds) noexcept;
  void add(const Histogram& other) noexcept;
  void clear() noexcept;

  std::int64_t count() const { return count_; }
  std::int64_t min() const;  // exact; 0 when empty
  std::int64_t max() const;
  double mean() const;      // exact up to rounding; 0 when empty
  double variance() const;  // unbiased (n - 1); 0 for fewer than two
  double skewness() const;  // of the buckets' midpoints; 0 for fewer than three

  /// The value at rank ceil(p/100 * n), reported as the highest value of its bucket but never above max(); p = 0 is
  /// min(), p = 100 is max(). 0 when empty.
  std::int64_t percentile(double p) const;

  struct Cell {
    std::int64_t lower = 0;  // first nanosecond of the bucket
    std::int64_t upper = 0;  // last nanosecond of the bucket
    std::int64_t count = 0;
  };
  /// The buckets that are not empty, in order.
  std::vector<Cell> cells() const;

 private:
  std::vector<std::int64_t> counts_;
  std::int64_t count_ = 0;
  std::int64_t min_ = 0;
  std::int64_t max_ = 0;
  double mean_ = 0;  // running moments after Welford (1962), merged after Chan, Golub & LeVeque (1979)
  double squares_ = 0;
};

}  // namespace iter8::stats
