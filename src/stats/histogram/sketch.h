#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace iter8::stats {

/// A small histogram of durations for one of very many intervals: counts in buckets of at most 3.2 %
/// from 1 µs to 1 h (32 to a power of two of nanoseconds), only those that are not empty. Merging is exact.
class Sketch {
 public:
  struct Cell {
    std::uint16_t bucket = 0;
    std::uint32_t count = 0;  // stays at its highest value
    bool operator==(const Cell&) const = default;
  };

  /// Collects values, each in constant time; 4 KiB.
  class Builder {
   public:
    void record(std::int64_t nanoseconds) noexcept;
    /// All values of a sketch.
    void add(const Sketch& sketch);
    /// The values so far as a sketch; the builder is empty afterwards.
    Sketch take();

   private:
    void count(std::uint16_t bucket, std::uint32_t more) noexcept;

    std::vector<std::uint32_t> counts_;  // empty until the first value
    std::uint16_t first_ = UINT16_MAX;
    std::uint16_t last_ = 0;
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
  std::vector<Cell> cells_;  // ascending
};

}  // namespace iter8::stats
