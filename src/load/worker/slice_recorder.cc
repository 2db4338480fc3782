#include "load/worker/slice_recorder.h"

#include <algorithm>
#include <utility>

namespace iter8::load {

namespace {

constexpr base::Duration kShortest = stats::LoadSlices::kShortest;
constexpr double kMsecInSecond = 1e3;

/// How long before it the slice began, on a grid from 0; rounds down before that, too.
base::Duration time_in_slice(base::Duration time) {
  const base::Duration into = time % kShortest;
  return into < base::Duration{0} ? into + kShortest : into;
}

void count_above(const std::vector<base::Duration>& limits, base::Duration latency,
                 std::vector<std::int64_t>& above) {
  above.resize(limits.size());
  for (std::size_t i = 0; i < limits.size(); ++i) above[i] += latency > limits[i] ? 1 : 0;
}

}  // namespace

void SliceRecorder::start(base::MonotonicTime start, base::WallTime wall) {
  const base::Duration into = time_in_slice(wall.time_since_epoch());
  start_ = start;
  grid_ = start - into;
  wall_grid_ = wall - into;
}

bool SliceRecorder::open(Tally& tally, base::MonotonicTime due) {
  if (due < grid_) return false;
  const std::int64_t number = (due - grid_) / kShortest;
  const std::size_t place = static_cast<std::size_t>(number) % kOpen;
  OpenSlice& slice = open_[place];
  if (slice.number > number) return false;
  if (slice.number < number) close(tally, slice);
  slice.number = number;
  current_ = place;
  current_from_ = grid_ + number * kShortest;
  return true;
}

void SliceRecorder::close(Tally& tally, OpenSlice& slice) {
  if (slice.number == kNone) return;
  const base::MonotonicTime began = grid_ + slice.number * kShortest;
  const std::int64_t second = second_of(began);
  if (point_.second != second) close_point(tally);
  point_.second = second;
  stats::SliceLatencies latencies{.sum = std::exchange(slice.sum, 0),
                                  .squares = std::exchange(slice.squares, 0),
                                  .capped_sum = std::exchange(slice.capped_sum, 0),
                                  .capped_squares = std::exchange(slice.capped_squares, 0),
                                  .above = std::exchange(slice.above, {}),
                                  .histogram = slice.latency.take_into(point_.latency)};
  latencies.count = latencies.histogram.count();
  point_.count += latencies.count;
  point_.sum += latencies.sum;
  point_.squares += latencies.squares;
  stats::SliceLatencies& ok = slice_at(tally, began).ok;
  if (ok.count == 0)
    ok = std::move(latencies);
  else
    ok.add(latencies);
}

void SliceRecorder::close_point(Tally& tally) {
  SeriesPoint& point = tally.series.at(std::chrono::seconds(point_.second));
  point.ended += std::exchange(point_.count, 0);
  point.latency_sum += std::exchange(point_.sum, 0) / kMsecInSecond;
  point.latency_squares += std::exchange(point_.squares, 0) / (kMsecInSecond * kMsecInSecond);
  point.latency.add(point_.latency.take());
}

void SliceRecorder::count_more(OpenSlice& slice, base::Duration latency) const {
  count_above(limits_, latency, slice.above);
  if (!cap_) return;
  const double capped = to_msec(std::min(latency, *cap_));
  slice.capped_sum += capped;
  slice.capped_squares += capped * capped;
}

void SliceRecorder::record_late(Tally& tally, base::MonotonicTime due, base::Duration latency) const {
  add_to(slice_at(tally, due).ok, latency);
  add_to_series(tally, due, latency);
}

void SliceRecorder::record_error(Tally& tally, ErrorClass error, base::MonotonicTime due,
                                 base::Duration latency) const {
  stats::LoadSlice& slice = slice_at(tally, due);
  slice.errors.resize(kErrorClasses);
  ++slice.errors[static_cast<std::size_t>(error)];
  if (!has_latency(error)) {
    ++slice.unanswered;
    return;
  }
  add_to(slice.failed, latency);
  add_to_series(tally, due, latency);
}

void SliceRecorder::record_cut_short(Tally& tally, base::MonotonicTime due) const {
  ++slice_at(tally, due).cut_short;
}

void SliceRecorder::record_inside(Tally& tally, stats::LoadSlice::Inside kind, base::MonotonicTime due,
                                  base::Duration time) const {
  stats::SliceLatencies& times = slice_at(tally, due).inside_at(kind);
  const double msec = to_msec(time);
  ++times.count;
  times.sum += msec;
  times.squares += msec * msec;
  times.histogram.record(time.count());
}

void SliceRecorder::finish(Tally& tally) {
  for (OpenSlice& slice : open_) close(tally, slice);
  close_point(tally);
  for (const stats::LoadSlice& slice : tally.slices.slices())
    for (const stats::SliceLatencies* latencies : {&slice.ok, &slice.failed})
      for (std::size_t i = 0; i < latencies->above.size(); ++i) tally.above[i] += latencies->above[i];
}

stats::LoadSlice& SliceRecorder::slice_at(Tally& tally, base::MonotonicTime due) const {
  return tally.slices.at(wall_grid_ + (due - grid_));
}

std::int64_t SliceRecorder::second_of(base::MonotonicTime due) const {
  const base::Duration began = due - time_in_slice(due - grid_) - start_;
  return std::max<std::int64_t>(0, began / std::chrono::seconds(1));
}

void SliceRecorder::add_to(stats::SliceLatencies& latencies, base::Duration latency) const {
  const double msec = to_msec(latency);
  ++latencies.count;
  latencies.sum += msec;
  latencies.squares += msec * msec;
  latencies.histogram.record(latency.count());
  count_above(limits_, latency, latencies.above);
  if (!cap_) return;
  const double capped = to_msec(std::min(latency, *cap_));
  latencies.capped_sum += capped;
  latencies.capped_squares += capped * capped;
}

void SliceRecorder::add_to_series(Tally& tally, base::MonotonicTime due, base::Duration latency) const {
  SeriesPoint& point = tally.series.at(std::chrono::seconds(second_of(due)));
  const double seconds = to_msec(latency) / kMsecInSecond;
  ++point.ended;
  point.latency_sum += seconds;
  point.latency_squares += seconds * seconds;
  point.latency.record(latency.count());
}

}  // namespace iter8::load
