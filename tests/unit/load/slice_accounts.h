#pragma once

#include <cstdint>

#include <catch2/catch.hpp>

#include "load/measurement.h"
#include "stats/dependence/load_slices.h"

namespace iter8::load::testing {

/// The counts of all slices together.
inline stats::LoadSlice total_of(const stats::LoadSlices& slices) {
  stats::LoadSlice total;
  for (const stats::LoadSlice& slice : slices.slices()) total.add(slice);
  return total;
}

/// Whether the slices tell the same as the rest of the tally.
inline void check_slices(const Tally& tally) {
  const stats::LoadSlice total = total_of(tally.slices);
  CHECK(total.ok.count == tally.ok_latency.count());
  CHECK(total.ok.histogram.count() == tally.ok_latency.count());
  CHECK(total.ok.sum == Approx(tally.ok_latency.mean() * 1e-6 * static_cast<double>(total.ok.count)));
  CHECK(total.ok.count + total.failed.count == tally.latency.count());
  CHECK(total.ok.sum + total.failed.sum ==
        Approx(tally.latency.mean() * 1e-6 * static_cast<double>(tally.latency.count())));
  CHECK(total.unanswered == tally.unanswered());
  CHECK(total.error_count() == tally.error_count());
  CHECK(total.cut_short == tally.cut_short.count());
  for (std::size_t i = 0; i < tally.above.size(); ++i)
    CHECK((total.ok.above.empty() ? 0 : total.ok.above[i]) +
              (total.failed.above.empty() ? 0 : total.failed.above[i]) ==
          tally.above[i]);
  for (std::size_t i = 0; i < total.errors.size(); ++i) CHECK(total.errors[i] == tally.errors[i]);
  const stats::Histogram* inside[] = {&tally.parts.first_content, &tally.parts.gaps,
                                      &tally.parts.content_gaps};
  for (std::size_t i = 0; i < stats::LoadSlice::kInside; ++i)
    CHECK((total.inside.empty() ? 0 : total.inside[i].count) == inside[i]->count());
  std::int64_t ended = 0;
  double seconds = 0;
  for (const SeriesPoint& point : tally.series.points()) {
    ended += point.ended;
    seconds += point.latency_sum;
    CHECK(point.latency.count() == point.ended);
  }
  CHECK(ended == tally.latency.count());
  CHECK(seconds * 1e3 == Approx(total.ok.sum + total.failed.sum));
}

}  // namespace iter8::load::testing
