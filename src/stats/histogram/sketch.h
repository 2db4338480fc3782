#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "stats/histogram/histogram.h"

namespace iter8::stats {

/// A small histogram of durations for one of very many intervals: counts in buckets of at most 3.2 %
/// from 1 µs to 1 h (32 to a power of two of nanoseconds), only those that are not empty. Merging is exact.
class Sketch {
 public:
  static constexpr int kBits = 5;                                    // 32 buckets to a power of two
  static constexpr std::size_t kBuckets = std::size_t{38} << kBits;  // an hour is in group 36

  struct Cell {
    std::uint16_t bucket = 0;
    std::uint32_t count = 0;  // stays at its highest value
    bool operator==(const Cell&) const = default;
  };

  /// Collects values, each in constant time; 4 KiB.
  class Builder {
   public:
    void record(std::int64_t nanoseconds) noexcept {
      if (counts_.empty()) [[unlikely]] {
        counts_.resize(kBuckets);
      }
      const auto [group, bucket] = place_of(nanoseconds);
      groups_ |= std::uint64_t{1} << group;
      std::uint32_t& count = counts_[bucket];
      count += count < kMost ? 1 : 0;
    }
    /// The values so far as a sketch; the builder is empty afterwards.
    Sketch take();
    /// The same; `sum` gets the values, too.
    Sketch take_into(Builder& sum);

   private:
    /// `use` gets each bucket and its count.
    template <typename Use>
    Sketch take_each(Use use);

    std::vector<std::uint32_t> counts_;  // empty until the first value
    std::uint64_t groups_ = 0;           // a bit for each group that has values
  };

  Sketch() = default;

  /// Adds one value; takes time with the number of buckets, so for the few that a Builder missed.
  void record(std::int64_t nanoseconds);
  void add(const Sketch& other);
  std::int64_t count() const;
  /// The middle of the bucket with rank ceil(p/100 * n), in nanoseconds: within 1.6 %. 0 when empty.
  double percentile(double p) const;
  /// How many values are above this number of nanoseconds, as if those of a bucket were evenly spread in it.
  double count_above(double nanoseconds) const;
  /// The sum of the natural logarithms of the values in nanoseconds, within 1.6 % of each value.
  double sum_of_logarithms() const;

  /// "288:1,4 300:12": the number of a bucket, its count and those of its neighbours, for each row of buckets
  /// without a gap, ascending. parse(to_text()) gives the same; nothing for other texts.
  std::string to_text() const;
  static std::optional<Sketch> parse(std::string_view text);

  bool operator==(const Sketch&) const = default;

 private:
  static constexpr std::uint32_t kMost = std::numeric_limits<std::uint32_t>::max();

  /// A bucket, and the group of a power of two of nanoseconds that it belongs to.
  struct Place {
    int group = 0;
    std::uint32_t bucket = 0;
  };
  /// Values from 1 µs on have at least the 5 bits that tell a group's buckets apart, and one above.
  static Place place_of(std::int64_t nanoseconds) {
    const auto bits =
        static_cast<std::uint64_t>(std::clamp(nanoseconds, kShortestDuration, kLongestDuration));
    const int group = static_cast<int>(std::bit_width(bits)) - 1 - kBits;
    const auto first = static_cast<std::uint32_t>(group - 1) << kBits;
    return {.group = group, .bucket = first + static_cast<std::uint32_t>(bits >> group)};
  }

  std::vector<Cell> cells_;  // ascending
};

}  // namespace iter8::stats
