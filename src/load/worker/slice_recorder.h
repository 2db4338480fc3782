#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "load/error_class.h"
#include "load/measurement.h"
#include "stats/dependence/load_slices.h"
#include "stats/histogram/sketch.h"

namespace iter8::load {

/// Sorts the requests of one target on one worker into slices of time by when they fell due, for
/// Tally::slices, Tally::above and the latencies of Tally::series. Owned and called by a Recorder.
///
/// Most responses belong to the last few slices. Those are open: a response costs two sums and one count of a
/// histogram, and the slice of the response before is found without a search. When a later slice needs the
/// place of an open one, that is closed, which takes about a thousand instructions. Responses that fell due
/// earlier and all errors are added to closed slices one by one.
class SliceRecorder {
 public:
  /// `limits` and `cap` as in Target.
  SliceRecorder(std::vector<base::Duration> limits, std::optional<base::Duration> cap)
      : limits_(std::move(limits)), cap_(cap), counts_more_(cap_ || !limits_.empty()) {}

  /// To be called once, before anything is recorded. `wall` is the wall-clock time of `start`.
  void start(base::MonotonicTime start, base::WallTime wall);

  /// A response that is not an error, `latency` after it fell due. Inlined, as every response takes this way.
  [[gnu::always_inline]] void record(Tally& tally, base::MonotonicTime due, base::Duration latency) {
    // Negative times become large numbers.
    if (static_cast<std::uint64_t>((due - current_from_).count()) >= kSlice) [[unlikely]] {
      if (!open(tally, due)) return record_late(tally, due, latency);
    }
    OpenSlice& slice = open_[current_];
    const double msec = to_msec(latency);
    slice.sum += msec;
    slice.squares += msec * msec;
    slice.latency.record(latency.count());
    if (counts_more_) count_more(slice, latency);
  }
  /// `latency` counts only where the error has_latency().
  void record_error(Tally& tally, ErrorClass error, base::MonotonicTime due, base::Duration latency) const;
  void record_cut_short(Tally& tally, base::MonotonicTime due) const;

  /// A time inside the response to a request that fell due then; see stats::LoadSlice::Inside.
  void record_inside(Tally& tally, stats::LoadSlice::Inside kind, base::MonotonicTime due,
                     base::Duration time) const;

  /// Closes all slices; nothing is recorded after this.
  void finish(Tally& tally);

 private:
  static constexpr std::size_t kOpen = 8;
  static constexpr std::int64_t kNone = -1;
  static constexpr auto kSlice = static_cast<std::uint64_t>(stats::LoadSlices::kShortest.count());

  struct OpenSlice {
    std::int64_t number = kNone;  // since grid_
    double sum = 0;               // msec
    double squares = 0;           // msec², and so on
    double capped_sum = 0;
    double capped_squares = 0;
    std::vector<std::int64_t> above;
    stats::Sketch::Builder latency;
  };
  /// Of slices that were closed: the latencies of one second of the series.
  struct OpenPoint {
    std::int64_t second = 0;  // since start_
    std::int64_t count = 0;
    double sum = 0;  // msec
    double squares = 0;
    stats::Sketch::Builder latency;
  };

  static double to_msec(base::Duration latency) { return static_cast<double>(latency.count()) * 1e-6; }
  /// Makes the slice of this time the current one; false when it is closed already.
  bool open(Tally& tally, base::MonotonicTime due);
  void close(Tally& tally, OpenSlice& slice);
  void close_point(Tally& tally);
  void count_more(OpenSlice& slice, base::Duration latency) const;
  void record_late(Tally& tally, base::MonotonicTime due, base::Duration latency) const;

  stats::LoadSlice& slice_at(Tally& tally, base::MonotonicTime due) const;
  /// The second of the series in which the slice of this time began.
  std::int64_t second_of(base::MonotonicTime due) const;
  void add_to(stats::SliceLatencies& latencies, base::Duration latency) const;
  void add_to_series(Tally& tally, base::MonotonicTime due, base::Duration latency) const;

  std::vector<base::Duration> limits_;
  std::optional<base::Duration> cap_;
  bool counts_more_ = false;
  base::MonotonicTime start_;
  base::MonotonicTime grid_;  // when the slice of the start began
  base::WallTime wall_grid_;  // the same moment
  std::array<OpenSlice, kOpen> open_;
  std::size_t current_ = 0;  // in open_
  base::MonotonicTime current_from_ = base::MonotonicTime::max();
  OpenPoint point_;
};

}  // namespace iter8::load
