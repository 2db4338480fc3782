#include "load/worker/recorder.h"

#include <catch2/catch.hpp>

namespace iter8::load {
namespace {

using namespace std::chrono_literals;

TEST_CASE("requests above each limit are counted exactly, failed ones too") {
  Recorder recorder({}, {250ms, 100ms, 1s});
  recorder.answered(200, 100ms, 1ms);
  recorder.answered(200, 100ms + 1ns, 1ms);
  recorder.answered(200, 250ms, 1ms);
  recorder.failed(ErrorClass::timeout, 5s, "late");
  const Tally tally = recorder.take();
  CHECK(tally.above == std::vector<std::int64_t>{1, 3, 1});
}

TEST_CASE("counts above the limits add up") {
  Tally sum;
  for (int i = 0; i < 3; ++i) {
    Recorder recorder({}, {1ms, 2ms});
    recorder.answered(200, 1500us, 1ms);
    sum.add(recorder.take());
  }
  CHECK(sum.above == std::vector<std::int64_t>{3, 0});
}

TEST_CASE("a series has each second's requests: asked when they were due, sent and ended when they were") {
  const base::MonotonicTime start(100h);
  Recorder recorder({});
  recorder.keep_series(start);
  CHECK(recorder.point_end() == start + 1s);
  recorder.begun(start);
  recorder.begun(start + 500ms);
  recorder.answered(200, 100ms, 100ms);
  recorder.roll(start + 1s, 4);
  recorder.begun(start + 900ms);  // it waited into the second second
  recorder.failed(ErrorClass::reset, 300ms, "reset");
  recorder.roll(start + 3500ms, 2);
  CHECK(recorder.point_end() == start + 4s);
  recorder.answered(200, 2s, 2s);
  recorder.dropped(start + 3600ms);

  const Tally tally = recorder.take(1);
  const std::vector<SeriesPoint>& points = tally.series.points();
  REQUIRE(points.size() == 4);
  CHECK(points[0].asked == 3);
  CHECK(points[0].sent == 2);
  CHECK(points[0].completed == 1);
  CHECK(points[0].connections == 4);
  CHECK(points[0].ended == 1);
  CHECK(points[0].latency_sum == Approx(0.1));
  CHECK(points[1].sent == 1);
  CHECK(points[1].errors[static_cast<std::size_t>(ErrorClass::reset)] == 1);
  CHECK(points[1].connections == 2);
  CHECK(points[2].ended == 0);
  CHECK(points[2].connections == 2);
  CHECK(points[3].asked == 1);
  CHECK(points[3].latency.percentile(50) == Approx(2e9).epsilon(0.02));
  CHECK(points[3].latency_squares == Approx(4));
  CHECK(points[3].connections == 1);
  CHECK(tally.asked == 4);
}

}  // namespace
}  // namespace iter8::load
