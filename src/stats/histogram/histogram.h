#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace iter8::stats {

/// Durations that histograms and sketches can tell apart, in nanoseconds: 1 µs to 1 h. What is outside counts
/// as the nearer end.
inline constexpr std::int64_t kShortestDuration = 1'000;
inline constexpr std::int64_t kLongestDuration = 3'600'000'000'000;

/// Counts of durations with three significant digits from 1 µs to 1 h, in the log-linear layout of
/// HdrHistogram: constant memory, exact merging, recording in a few instructions. Values are nanoseconds;
/// below 1 µs counts as 1 µs, above 1 h as 1 h. Also keeps the exact count, sum, sum of squares, minimum and
/// maximum. Not thread-safe: each worker owns one, and they are merged after joining.
///
/// Layout and cost: each power of two of nanoseconds is divided into 1024 equal buckets, so a bucket is at
/// most 0.1 % wide. The buckets of a power of two (8 KiB) are allocated when its first value arrives, at most
/// 32 times: a load whose responses take 50 µs to 5 ms costs 56 KiB. record() is a count of leading zeros, a
/// shift, an increment and three integer additions of 64 and 128 bits. The sums are integers: exact, and the
/// same whatever the order of merging.
class Histogram {
 public:
  Histogram() = default;
  Histogram(const Histogram& other) { add(other); }
  Histogram& operator=(const Histogram& other);
  Histogram(Histogram&&) noexcept = default;
  Histogram& operator=(Histogram&&) noexcept = default;
  ~Histogram() = default;

  void record(std::int64_t nanoseconds) noexcept;
  /// The same value `count` times.
  void record(std::int64_t nanoseconds, std::int64_t count) noexcept;
  void add(const Histogram& other) noexcept;
  /// Forgets the values but keeps the memory.
  void clear() noexcept;

  std::int64_t count() const { return count_; }
  std::int64_t min() const { return count_ == 0 ? 0 : min_; }  // exact; 0 when empty
  std::int64_t max() const { return max_; }
  double mean() const;      // exact up to rounding; 0 when empty
  double variance() const;  // unbiased (n - 1), exact up to rounding; 0 for fewer than two
  double skewness() const;  // of the buckets' midpoints; 0 for fewer than three or when all are equal

  /// The value at rank ceil(p/100 * n), reported as the highest value of its bucket but never above max(); p
  /// = 0 is min(), p = 100 is max(). 0 when empty.
  std::int64_t percentile(double p) const;

  struct Cell {
    std::int64_t lower = 0;  // first nanosecond of the bucket
    std::int64_t upper = 0;  // last nanosecond of the bucket
    std::int64_t count = 0;
  };
  /// The non-empty buckets, ascending. `merged` neighbours, a power of two up to 1024, count as one:
  /// with 8, a bucket is at most 0.8 % wide.
  std::vector<Cell> cells(std::size_t merged = 1) const;

 private:
  __extension__ using Wide = unsigned __int128;  // holds the squares of 10^13 values of an hour

  static constexpr int kBucketBits = 10;
  static constexpr std::size_t kBuckets = std::size_t{1} << kBucketBits;
  /// Group 0 holds 0 to 1023 ns, group g > 0 the values from 2^(g+9) to 2^(g+10) - 1; an hour falls into
  /// group 32.
  static constexpr std::size_t kGroups = 33;
  using Group = std::array<std::int64_t, kBuckets>;

  Group& group(std::size_t index);
  std::int64_t& bucket_of(std::uint64_t value);
  static Cell cell_of(std::size_t group, std::size_t bucket);  // its bounds

  std::array<std::unique_ptr<Group>, kGroups> groups_;
  std::int64_t count_ = 0;
  std::int64_t min_ = INT64_MAX;
  std::int64_t max_ = 0;
  Wide sum_ = 0;
  Wide squares_ = 0;
};

}  // namespace iter8::stats
