#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "stats/histogram/histogram.h"

namespace iter8::stats {

/// The counts of a histogram of nanoseconds, 1 ns to 1 h with three significant digits, in the layout and the
/// compressed format (V2) of HdrHistogram, which its libraries in other languages read and merge. Nothing is
/// lost between the two: Histogram divides the powers of two in the same way. Merging is adding counts.
class HdrCounts {
 public:
  HdrCounts() = default;
  explicit HdrCounts(const Histogram& histogram);
  /// The inverse of text(). Throws base::Error for text that is not such a histogram, or has another layout.
  static HdrCounts parse(std::string_view text);

  /// Base64 of the compressed form, "HISTFAAA…".
  std::string text() const;
  void add(const HdrCounts& other);

  std::int64_t total() const;
  /// The value at rank ceil(p/100 * n): the highest one of its bucket, as Histogram has it but for its cut at
  /// the maximum. 0 when empty.
  std::int64_t percentile(double p) const;

  /// Buckets that are not empty, `merged` neighbours (a power of two up to 1024) as one; as Histogram has
  /// them.
  std::vector<Histogram::Cell> cells(std::size_t merged) const;

 private:
  void check_total() const;

  std::vector<std::int64_t> counts_;  // by bucket; the last one is not 0
};

}  // namespace iter8::stats
