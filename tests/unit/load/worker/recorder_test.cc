#include "load/worker/recorder.h"

#include <catch2/catch.hpp>

#include "load/worker/standstills.h"
#include "tests/unit/load/slice_accounts.h"

namespace iter8::load {
namespace {

using namespace std::chrono_literals;
using testing::check_slices;
using testing::total_of;

constexpr base::MonotonicTime kStart(100h);
/// Not at the beginning of a slice.
constexpr base::WallTime kWall(1'767'225'600s + 20ms);
constexpr std::int64_t kFirstSlice = std::int64_t{1'767'225'600} * 20;

TEST_CASE("requests above each limit are counted exactly, failed ones too") {
  Recorder recorder({}, {250ms, 100ms, 1s});
  recorder.start_series(kStart, kWall);
  recorder.record_response(200, kStart, 100ms, 1ms);
  recorder.record_response(200, kStart, 100ms + 1ns, 1ms);
  recorder.record_response(200, kStart, 250ms, 1ms);
  recorder.record_failure(ErrorClass::timeout, kStart, 5s, "late");
  const Tally tally = recorder.finish();
  CHECK(tally.above == std::vector<std::int64_t>{1, 3, 1});
}

TEST_CASE("a request without an answer has no latency; one that ran out of time has at least the timeout") {
  Recorder recorder({}, {50ms});
  recorder.start_series(kStart, kWall);
  for (const ErrorClass error :
       {ErrorClass::resolve, ErrorClass::connect, ErrorClass::tls, ErrorClass::reset, ErrorClass::early_close,
        ErrorClass::malformed, ErrorClass::refused, ErrorClass::stream, ErrorClass::proxy})
    recorder.record_failure(error, kStart, 100us, "failed");
  recorder.record_failure(ErrorClass::timeout, kStart, 5s, "late");
  recorder.record_failure(ErrorClass::overflow, kStart, 5s, "dropped");
  recorder.record_response(200, kStart, 10ms, 1ms);
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
  recorder.record_response(200, kStart, 50ms, 1ms);
  recorder.record_response(503, kStart, 1ms, 1ms);
  recorder.record_unexpected_response(200, kStart, 2ms, 1ms, "not as expected");
  recorder.record_unexpected_response(503, kStart, 3ms, 1ms, "not as expected");
  recorder.record_failure(ErrorClass::timeout, kStart, 5s, "late");
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
  recorder.record_cut_off(kStart, 70ms);
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

TEST_CASE("the first byte is that of every response, and of timeouts the time that they took") {
  StatusSet errors;
  errors.set(503);
  Recorder recorder(errors);
  recorder.record_response(200, kStart, 10ms, 1ms);
  recorder.record_response(503, kStart, 2ms, 1ms);
  recorder.record_first_byte(20ms);
  recorder.record_transferred_response(200, kStart, 50ms, 49ms, 30ms);
  recorder.record_first_byte(5ms);
  recorder.record_unexpected_response(200, kStart, 9ms, 8ms, "not as expected", 4ms);
  recorder.record_first_byte(7ms);
  recorder.record_failure(ErrorClass::timeout, kStart, 5s, "late", {.first_byte = true});
  recorder.record_failure(ErrorClass::timeout, kStart, 6s, "late");
  recorder.record_failure(ErrorClass::reset, kStart, 1ms, "reset");
  recorder.record_cut_off(kStart, 80ms);
  recorder.record_cut_off(kStart, 80ms, {.first_byte = true});
  stats::Histogram so_far;
  recorder.add_latencies_to(so_far);
  CHECK(so_far.count() == 6);

  const Tally tally = recorder.finish();
  CHECK(tally.ok_latency.count() == 2);
  CHECK(base::Duration(tally.ok_latency.max()) == 50ms);
  CHECK(tally.first_byte.count() == 6);
  CHECK(base::Duration(tally.first_byte.min()) == 2ms);
  CHECK(tally.first_byte.mean() * 6 == Approx(6'044e6));
  CHECK(tally.first_byte_cut_short.count() == 1);
  CHECK(tally.transfer.count() == 4);
  CHECK(base::Duration(tally.transfer.max()) == 30ms);
  CHECK(tally.parts.first_content.count() == 0);
}

TEST_CASE("parts of responses: first content, gaps, counts, rates and tokens") {
  Recorder recorder({}, {}, {}, ResponseParts::recorded);
  const Standstills none;
  PartProgress progress;
  progress.add({.has_content = false}, kStart, kStart + 5ms, none, recorder);
  progress.add({}, kStart, kStart + 10ms, none, recorder);
  progress.add({}, kStart, kStart + 30ms, none, recorder);
  progress.add({}, kStart, kStart + 70ms, none, recorder);
  progress.add({.has_content = false, .output_tokens = 7}, kStart, kStart + 80ms, none, recorder);
  recorder.record_parts(200, progress);
  recorder.record_parts(200, {});
  recorder.record_failure(ErrorClass::timeout, kStart, 5s, "late");
  recorder.record_failure(ErrorClass::timeout, kStart, 5s, "late", {.first_byte = true, .content = true});

  Tally tally = recorder.finish();
  tally.add(Tally(tally));
  const PartTally& parts = tally.parts;
  CHECK(parts.count == 10);
  CHECK(parts.without == 2);
  CHECK(parts.first_content.count() == 4);
  CHECK(base::Duration(parts.first_content.min()) == 10ms);
  CHECK(parts.gaps.count() == 8);
  CHECK(base::Duration(parts.gaps.max()) == 40ms);
  CHECK(parts.content_gaps.count() == 4);
  CHECK(base::Duration(parts.content_gaps.min()) == 20ms);
  CHECK(parts.counts.max() == 5 * PartTally::kOne);
  CHECK(static_cast<double>(parts.rates.max()) == Approx(4 / 0.075 * PartTally::kOne));
  CHECK(parts.tokens.max() == 7 * PartTally::kOne);
  CHECK(parts.all_tokens == 14);
  CHECK(base::Duration(parts.time_per_token.max()) == 10ms);
}

TEST_CASE("counts above the limits add up") {
  Tally sum;
  for (int i = 0; i < 3; ++i) {
    Recorder recorder({}, {1ms, 2ms});
    recorder.start_series(kStart, kWall);
    recorder.record_response(200, kStart, 1500us, 1ms);
    sum.add(recorder.finish());
  }
  CHECK(sum.above == std::vector<std::int64_t>{3, 0});
}

TEST_CASE("a series counts requests in the second in which they were due, sent and ended") {
  const base::MonotonicTime start(100h);
  Recorder recorder({});
  recorder.start_series(start, base::WallTime(1'767'225'600s));
  CHECK(recorder.point_end() == start + 1s);
  recorder.record_start(start);
  recorder.record_start(start + 500ms);
  recorder.record_response(200, start, 100ms, 100ms);
  recorder.advance_series(start + 1s, 4);
  recorder.record_start(start + 900ms);  // it waited into the second second
  recorder.record_failure(ErrorClass::reset, start + 900ms, 300ms, "reset");
  recorder.advance_series(start + 3500ms, 2);
  CHECK(recorder.point_end() == start + 4s);
  recorder.record_response(200, start + 1500ms, 2s, 2s);
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
  CHECK(points[1].connections == 2);
  // It ended in the fourth second.
  CHECK(points[1].ended == 1);
  CHECK(points[1].latency.percentile(50) == Approx(2e9).epsilon(0.02));
  CHECK(points[1].latency_squares == Approx(4));
  CHECK(points[2].ended == 0);
  CHECK(points[2].connections == 2);
  CHECK(points[3].scheduled == 1);
  CHECK(points[3].completed == 1);
  CHECK(points[3].connections == 1);
  CHECK(tally.scheduled == 4);
  check_slices(tally);
}

TEST_CASE("slices are those of the wall clock, and a request belongs to the one in which it fell due") {
  Recorder recorder({}, {20ms}, 50ms);
  recorder.start_series(kStart, kWall);
  recorder.record_response(200, kStart, 10ms, 10ms);
  recorder.record_response(200, kStart + 30ms - 1ns, 70ms, 1ms);
  recorder.record_response(200, kStart + 30ms, 20ms, 1ms);
  const Tally tally = recorder.finish();
  CHECK(tally.slices.width() == 50ms);
  CHECK(tally.slices.first() == kFirstSlice);
  REQUIRE(tally.slices.slices().size() == 2);
  const stats::SliceLatencies& first = tally.slices.slices()[0].ok;
  CHECK(first.count == 2);
  CHECK(first.sum == Approx(80));
  CHECK(first.squares == Approx(100 + 4900));
  CHECK(first.capped_sum == Approx(60));
  CHECK(first.capped_squares == Approx(100 + 2500));
  CHECK(first.above == std::vector<std::int64_t>{1});
  CHECK(tally.slices.slices()[1].ok.count == 1);
  CHECK(tally.slices.slices()[1].ok.above == std::vector<std::int64_t>{0});
  check_slices(tally);
}

TEST_CASE("requests that end in another order than they fell due are all found in their slices") {
  Recorder recorder({}, {100ms}, 100ms);
  recorder.start_series(kStart, kWall);
  // The slowest of each five falls due 2 s before the others that end with it.
  for (int i = 0; i < 1000; ++i) {
    const base::MonotonicTime end = kStart + 2s + i * 7ms;
    const base::Duration latency = i % 5 == 0 ? 2s : 1ms + (i * 37 % 11) * 1ms;
    recorder.record_response(200, end - latency, latency, 1ms);
    recorder.advance_series(end, 1);
  }
  const Tally tally = recorder.finish();
  check_slices(tally);
  CHECK(tally.above == std::vector<std::int64_t>{200});
  CHECK(tally.slices.first() == kFirstSlice);
  const std::vector<stats::LoadSlice>& slices = tally.slices.slices();
  for (std::size_t i = 0; i + 1 < slices.size(); ++i)
    if (slices[i].ok.count > 0 && i < 39) CHECK(slices[i].ok.histogram.percentile(1) > 1.9e9);
  const stats::LoadSlice total = total_of(tally.slices);
  CHECK(total.ok.capped_sum <= total.ok.sum);
  CHECK(total.ok.capped_sum == Approx(200 * 100 + (total.ok.sum - 200 * 2000)));
}

TEST_CASE("all that did not end well is in the slices by its due time") {
  StatusSet errors;
  errors.set(503);
  Recorder recorder(errors, {10ms}, 20ms);
  recorder.start_series(kStart, kWall);
  recorder.record_response(200, kStart + 900ms, 1ms, 1ms);
  recorder.record_response(503, kStart + 100ms, 30ms, 1ms);
  recorder.record_unexpected_response(200, kStart + 100ms, 5ms, 1ms, "not as expected");
  recorder.record_failure(ErrorClass::timeout, kStart, 5s, "late");
  recorder.record_failure(ErrorClass::connect, kStart + 900ms, 1ms, "refused");
  recorder.record_cut_off(kStart + 200ms, 300ms);
  recorder.record_start(kStart + 450ms);
  recorder.record_drop(kStart + 450ms, 50ms);
  const Tally tally = recorder.finish();
  check_slices(tally);

  const std::vector<stats::LoadSlice>& slices = tally.slices.slices();
  REQUIRE(slices.size() == 19);
  CHECK(slices[0].failed.count == 1);
  CHECK(slices[0].failed.capped_sum == Approx(20));
  CHECK(slices[0].errors[static_cast<std::size_t>(ErrorClass::timeout)] == 1);
  CHECK(slices[2].failed.count == 2);
  CHECK(slices[2].failed.sum == Approx(35));
  CHECK(slices[2].failed.above == std::vector<std::int64_t>{1});
  CHECK(slices[4].cut_short == 1);
  CHECK(slices[4].ended() == 0);
  CHECK(slices[9].cut_short == 1);
  CHECK(slices[18].ok.count == 1);
  CHECK(slices[18].unanswered == 1);
  CHECK(slices[18].ended() == 2);
}

TEST_CASE("in a long load slices become coarser and nothing is lost") {
  Recorder recorder({}, {5ms});
  recorder.start_series(kStart, kWall);
  for (int i = 0; i < 40'000; ++i) {
    const base::MonotonicTime due = kStart + i * 10ms;
    if (due >= recorder.point_end()) recorder.advance_series(due, 1);
    recorder.record_start(due);
    const base::Duration latency = i % 10 == 0 ? 600ms : 1ms + i % 7 * 1ms;
    if (i % 100 == 3)
      recorder.record_failure(ErrorClass::timeout, due, 1s, "late");
    else
      recorder.record_response(200, due, latency, latency);
  }
  const Tally tally = recorder.finish();
  check_slices(tally);
  CHECK(tally.slices.width() == 400ms);
  CHECK(tally.slices.slices().size() <= stats::LoadSlices::kMost);
  CHECK(tally.slices.slices()[500].ended() == 40);
  CHECK(tally.series.interval() == 2s);
  CHECK(tally.series.points()[100].ended == Approx(200).margin(5));
}

TEST_CASE("slices of two workers add up, and a warm-up has none") {
  Tally sum;
  for (int worker = 0; worker < 2; ++worker) {
    Recorder recorder({}, {5ms});
    recorder.start_series(kStart, kWall);
    for (int i = 0; i < 100; ++i) recorder.record_response(200, kStart + i * 9ms, (1 + i % 10) * 1ms, 1ms);
    sum.add(recorder.finish());
  }
  check_slices(sum);
  CHECK(sum.slices.slices()[3].ok.count == 10);

  Recorder warmup({});
  warmup.record_response(200, kStart, 1ms, 1ms);
  warmup.record_cut_off(kStart, 1ms);
  CHECK(warmup.finish().slices.empty());
}

}  // namespace
}  // namespace iter8::load
