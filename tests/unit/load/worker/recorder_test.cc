#include "load/worker/recorder.h"

#include <catch2/catch.hpp>

namespace iter8::load {
namespace {

using namespace std::chrono_literals;

TEST_CASE("requests above each limit are counted exactly, failed ones too") {
  Recorder recorder({}, {250ms, 100ms, 1s});
  recorder.record_response(200, 100ms, 1ms);
  recorder.record_response(200, 100ms + 1ns, 1ms);
  recorder.record_response(200, 250ms, 1ms);
  recorder.record_failure(ErrorClass::timeout, 5s, "late");
  const Tally tally = recorder.finish();
  CHECK(tally.above == std::vector<std::int64_t>{1, 3, 1});
}

TEST_CASE("a request without an answer has no latency; one that ran out of time has at least the timeout") {
  Recorder recorder({}, {50ms});
  for (const ErrorClass error :
       {ErrorClass::resolve, ErrorClass::connect, ErrorClass::tls, ErrorClass::reset, ErrorClass::early_close,
        ErrorClass::malformed, ErrorClass::refused, ErrorClass::stream, ErrorClass::proxy})
    recorder.record_failure(error, 100us, "failed");
  recorder.record_failure(ErrorClass::timeout, 5s, "late");
  recorder.record_failure(ErrorClass::overflow, 5s, "dropped");
  recorder.record_response(200, 10ms, 1ms);
  CHECK(recorder.finished_count() == 12);
  CHECK(recorder.error_count() == 11);
  const Tally tally = recorder.finish();
  CHECK(tally.unanswered() == 9);
  CHECK(tally.latency.count() == 3);
  CHECK(base::Duration(tally.latency.min()) == 10ms);
  CHECK(tally.above == std::vector<std::int64_t>{2});
}

TEST_CASE("latencies of errors are kept apart from those of other responses") {
  StatusSet errors;
  errors.set(503);
  Recorder recorder(errors);
  recorder.record_response(200, 50ms, 1ms);
  recorder.record_response(503, 1ms, 1ms);
  recorder.record_unexpected_response(200, 2ms, 1ms, "not as expected");
  recorder.record_unexpected_response(503, 3ms, 1ms, "not as expected");
  recorder.record_failure(ErrorClass::timeout, 5s, "late");
  stats::Histogram so_far;
  recorder.add_latencies_to(so_far);
  CHECK(so_far.count() == 5);
  CHECK(recorder.error_count() == 4);

  const Tally tally = recorder.finish();
  CHECK(tally.latency.count() == 5);
  CHECK(tally.ok_latency.count() == 1);
  CHECK(base::Duration(tally.ok_latency.min()) == 50ms);
  CHECK(tally.errors[static_cast<std::size_t>(ErrorClass::status)] == 2);
  CHECK(tally.errors[static_cast<std::size_t>(ErrorClass::expect)] == 1);
  Tally sum = tally;
  sum.add(tally);
  CHECK(sum.ok_latency.count() == 2);
}

TEST_CASE("a request that is aborted leaves how long it had taken") {
  Recorder recorder({});
  recorder.record_start(base::MonotonicTime(1h));
  recorder.record_cut_off(70ms);
  recorder.record_drop(base::MonotonicTime(1h), 30ms);
  Tally sum = recorder.finish();
  sum.add(Tally(sum));
  CHECK(sum.in_flight == 2);
  CHECK(sum.scheduled == 4);
  CHECK(sum.latency.count() == 0);
  CHECK(sum.cut_short.count() == 4);
  CHECK(base::Duration(sum.cut_short.min()) == 30ms);
  CHECK(base::Duration(sum.cut_short.max()) == 70ms);
}

TEST_CASE("counts above the limits add up") {
  Tally sum;
  for (int i = 0; i < 3; ++i) {
    Recorder recorder({}, {1ms, 2ms});
    recorder.record_response(200, 1500us, 1ms);
    sum.add(recorder.finish());
  }
  CHECK(sum.above == std::vector<std::int64_t>{3, 0});
}

TEST_CASE("a series counts requests in the second in which they were due, sent and ended") {
  const base::MonotonicTime start(100h);
  Recorder recorder({});
  recorder.start_series(start);
  CHECK(recorder.point_end() == start + 1s);
  recorder.record_start(start);
  recorder.record_start(start + 500ms);
  recorder.record_response(200, 100ms, 100ms);
  recorder.advance_series(start + 1s, 4);
  recorder.record_start(start + 900ms);  // it waited into the second second
  recorder.record_failure(ErrorClass::reset, 300ms, "reset");
  recorder.advance_series(start + 3500ms, 2);
  CHECK(recorder.point_end() == start + 4s);
  recorder.record_response(200, 2s, 2s);
  recorder.record_drop(start + 3600ms, 400ms);

  const Tally tally = recorder.finish(1);
  const std::vector<SeriesPoint>& points = tally.series.points();
  REQUIRE(points.size() == 4);
  CHECK(points[0].scheduled == 3);
  CHECK(points[0].sent == 2);
  CHECK(points[0].completed == 1);
  CHECK(points[0].connections == 4);
  CHECK(points[0].ended == 1);
  CHECK(points[0].latency_sum == Approx(0.1));
  CHECK(points[1].sent == 1);
  CHECK(points[1].errors[static_cast<std::size_t>(ErrorClass::reset)] == 1);
  CHECK(points[1].ended == 0);  // it has no latency
  CHECK(points[1].latency_sum == 0);
  CHECK(points[1].connections == 2);
  CHECK(points[2].ended == 0);
  CHECK(points[2].connections == 2);
  CHECK(points[3].scheduled == 1);
  CHECK(points[3].latency.percentile(50) == Approx(2e9).epsilon(0.02));
  CHECK(points[3].latency_squares == Approx(4));
  CHECK(points[3].connections == 1);
  CHECK(tally.scheduled == 4);
}

}  // namespace
}  // namespace iter8::load
