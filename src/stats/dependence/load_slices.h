#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/clock.h"
#include "stats/histogram/sketch.h"

namespace iter8::stats {

/// The latencies of the requests that fell due in one slice of time. Times are milliseconds.
struct SliceLatencies {
  std::int64_t count = 0;
  double sum = 0;
  double squares = 0;
  double capped_sum = 0;  // of min(latency, cap), where the load declares a cap; else 0
  double capped_squares = 0;
  std::vector<std::int64_t> above;  // how many were above each limit of the load, in its order; exact
  Sketch histogram;

  void add(const SliceLatencies& other);
};

/// What happened to the requests of one version that fell due in one slice of time.
struct LoadSlice {
  /// Times inside responses: to the first content, between parts, between parts with content.
  enum Inside : std::size_t { first_content, gap, content_gap };
  static constexpr std::size_t kInside = 3;

  SliceLatencies ok;                 // of responses that are not errors
  SliceLatencies failed;             // of errors that have a latency: bad responses and timeouts
  std::int64_t unanswered = 0;       // errors that have none
  std::int64_t cut_short = 0;        // given up by a stop before they ended; no errors
  std::vector<std::int64_t> errors;  // by class, in the order of the owner's classes; empty = none

  /// By Inside, of the responses to these requests; no limits, no cap. Empty where no part has come.
  std::vector<SliceLatencies> inside;

  /// Requests that ended, however.
  std::int64_t ended() const { return ok.count + failed.count + unanswered; }
  std::int64_t error_count() const { return failed.count + unanswered; }

  void add(const LoadSlice& other);
  bool is_empty() const { return ended() + cut_short == 0 && inside.empty(); }
  SliceLatencies& inside_at(Inside time);
};

/// One version under one load, in slices on the grid of wall-clock time, so that what several processes
/// measured at the same moment falls into the same slice. A slice is 50 ms long; when there would be more
/// than 1024, pairs of neighbours (2i, 2i + 1) are merged, so that the order of merging does not matter.
/// A plain value.
class LoadSlices {
 public:
  static constexpr base::Duration kShortest = std::chrono::milliseconds(50);
  static constexpr std::size_t kMost = 1024;

  LoadSlices() = default;
  /// `width` as for is_width(); at most kMost slices; the first one is number `first`.
  LoadSlices(base::Duration width, std::int64_t first, std::vector<LoadSlice> slices);

  /// Whether slices can be so long: kShortest times a power of two.
  static bool is_width(base::Duration width);

  base::Duration width() const { return width_; }
  /// Slice k covers [k * width, (k + 1) * width) since 1970.
  std::int64_t first() const { return first_; }
  /// One after the last; first() when there are none.
  std::int64_t end() const { return first_ + static_cast<std::int64_t>(slices_.size()); }
  const std::vector<LoadSlice>& slices() const { return slices_; }
  bool empty() const { return slices_.empty(); }

  /// The slice of this moment; valid until the next call.
  LoadSlice& at(base::WallTime time);

  /// Adds what was measured elsewhere. The sum is as coarse as the coarser of the two.
  void add(const LoadSlices& other);

  /// Twice as long slices.
  void coarsen();
  /// Makes the slices as long as this, if they are shorter. `width` as for is_width().
  void coarsen_to(base::Duration width);

 private:
  /// Makes slice `number` one of these, which may make them coarser; returns its index.
  std::size_t cover(std::int64_t number);

  base::Duration width_ = kShortest;
  std::int64_t first_ = 0;
  std::vector<LoadSlice> slices_;
};

}  // namespace iter8::stats
