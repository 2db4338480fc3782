#include <algorithm>
#include <set>

#include <catch2/catch.hpp>

#include "base/error.h"
#include "tasks/load/metrics.h"
#include "tasks/load/no_answer.h"

using namespace iter8;
using namespace iter8::experiment;
using namespace std::chrono_literals;

namespace {

/// 100 answers of 1 to 100 msec at 10 a second, the last two with status 503.
tasks::VersionLoad measured_load() {
  tasks::VersionLoad load{.version = 1, .requested_rate = 10, .elapsed = 9900ms};
  load.tally.scheduled = load.tally.sent = load.tally.completed = 100;
  for (std::int64_t i = 1; i <= 100; ++i) {
    load.tally.latency.record(i * 1'000'000);
    if (i <= 98) load.tally.ok_latency.record(i * 1'000'000);
    load.tally.service.record(i * 1'000'000);
    load.tally.lateness.record(1'000);
  }
  load.tally.statuses = {{200, 98}, {503, 2}};
  load.tally.errors[static_cast<std::size_t>(load::ErrorClass::status)] = 2;
  load.workers = {{.cpu_share = 0.25, .involuntary_switches = 3},
                  {.cpu_share = 0.5, .involuntary_switches = 4}};
  return load;
}

/// 10 requests to a port where nothing listens.
tasks::VersionLoad failed_load() {
  tasks::VersionLoad load{.requested_rate = 10, .elapsed = 900ms};
  load.tally.scheduled = load.tally.sent = 10;
  for (int i = 0; i < 10; ++i) load.tally.lateness.record(1'000);
  load.tally.errors[static_cast<std::size_t>(load::ErrorClass::connect)] = 10;
  load.tally.first_error = "connect to 127.0.0.1:9: Connection refused";
  return load;
}

const Observation& find(const std::vector<Observation>& observations, const std::string& name) {
  const auto found = std::find_if(observations.begin(), observations.end(),
                                  [&](const auto& observation) { return observation.metric.name == name; });
  INFO(name);
  REQUIRE(found != observations.end());
  return *found;
}

double value(const std::vector<Observation>& observations, const std::string& name) {
  return value_of(find(observations, name).data).value();
}

}  // namespace

TEST_CASE("a load is recorded under the canonical names, times in msec") {
  const auto observations = tasks::observations_of(measured_load(), "http", {50, 95, 99.9});
  CHECK(value(observations, "http/request-count") == 100);
  CHECK(value(observations, "http/error-count") == 2);
  CHECK(value(observations, "http/error-rate") == 0.02);
  CHECK(value(observations, "http/latency-mean") == Approx(50.5));
  CHECK(value(observations, "http/latency-stddev") == Approx(28.866).epsilon(1e-3));
  CHECK(value(observations, "http/latency-min") == 1);
  CHECK(value(observations, "http/latency-max") == 100);
  CHECK(value(observations, "http/latency-p50") == Approx(50).epsilon(1e-3));
  CHECK(value(observations, "http/latency-p95") == Approx(95).epsilon(1e-3));
  CHECK(value(observations, "http/latency-p99.9") == 100);
  CHECK(value(observations, "http/rate-asked") == 10);
  CHECK(value(observations, "http/rate-achieved") == Approx(10));
  CHECK(value(observations, "http/lateness-p50") == Approx(0.001));
  CHECK(value(observations, "http/lateness-p99") == Approx(0.001));
  CHECK(value(observations, "http/lateness-max") == Approx(0.001));
  CHECK(value(observations, "http/rate-ratio") == Approx(1));
  CHECK(value(observations, "http/worker-cpu") == 0.5);
  CHECK(value(observations, "http/involuntary-switches") == 7);
  CHECK(value(observations, "http/degraded") == 0);
  CHECK(value(observations, "http/errors-status") == 2);
  CHECK(value(observations, "http/status-503") == 2);

  const Observation& p95 = find(observations, "http/latency-p95");
  CHECK(p95.metric.unit == "msec");
  CHECK(p95.metric.description == "95-th percentile of observed latency values");
  CHECK(p95.version == 1);
  CHECK(p95.window == 9900ms);
}

TEST_CASE("the recorded histogram holds every request and ends at the extremes") {
  const auto observations = tasks::observations_of(measured_load(), "http-cart", {});
  const MetricData& latency = find(observations, "http-cart/latency").data;
  CHECK(aggregate_of(latency, "count") == 100.0);
  CHECK(aggregate_of(latency, "min") == 1.0);
  CHECK(aggregate_of(latency, "max") == 100.0);
  CHECK(percentile_of(latency, 50).value() == Approx(50).epsilon(0.002));
}

TEST_CASE("without requests there is no error rate and no latency") {
  const auto observations = tasks::observations_of({.requested_rate = 10, .elapsed = 1s}, "http", {50});
  CHECK(value(observations, "http/request-count") == 0);
  const auto has = [&](const std::string& name) {
    return std::any_of(observations.begin(), observations.end(),
                       [&](const auto& o) { return o.metric.name == name; });
  };
  CHECK_FALSE(has("http/error-rate"));
  CHECK_FALSE(has("http/latency-p50"));
}

TEST_CASE("a closed loop asks for no rate") {
  tasks::VersionLoad load = measured_load();
  load.requested_rate = 0;
  const auto observations = tasks::observations_of(load, "http", {});
  CHECK(value(observations, "http/rate-achieved") == Approx(10.1).epsilon(0.001));
  for (const Observation& observation : observations) {
    CHECK(observation.metric.name != "http/rate-asked");
    CHECK(observation.metric.name != "http/lateness-p99");
  }
}

TEST_CASE("a count that somebody uses and that never happened is 0") {
  const std::set<std::string> wanted = {"http/errors-timeout", "http/status-500", "http/in-flight-count",
                                        "http/no-answer-count", "http-cart/status-404"};
  const auto observations = tasks::observations_of(measured_load(), "http", {}, wanted);
  for (const char* name :
       {"http/errors-timeout", "http/status-500", "http/in-flight-count", "http/no-answer-count"})
    CHECK(value(observations, name) == 0);
  CHECK(value(observations, "http/status-503") == 2);
  for (const Observation& observation : observations) {
    CHECK(observation.metric.name != "http/errors-reset");
    CHECK(observation.metric.name != "http/status-404");
  }

  // Nothing is known about the statuses of a service that does not answer.
  const auto of_dead = tasks::observations_of(failed_load(), "http", {}, wanted);
  CHECK(value(of_dead, "http/errors-timeout") == 0);
  for (const Observation& observation : of_dead) CHECK(observation.metric.name != "http/status-500");
}

TEST_CASE("every recorded name was announced") {
  const auto names = tasks::metric_names("http", {50});
  CHECK(std::find(names.begin(), names.end(), "http/status-#") != names.end());
  for (const Observation& observation : tasks::observations_of(measured_load(), "http", {50})) {
    if (observation.metric.name.starts_with("http/status-")) continue;
    INFO(observation.metric.name);
    CHECK(std::find(names.begin(), names.end(), observation.metric.name) != names.end());
  }
}

TEST_CASE("a load is described in one line") {
  CHECK_THAT(tasks::summary_of(measured_load()),
             Catch::StartsWith("100 requests, 2 errors (2 status 503), 10.0/s of 10/s, p95 95."));
  CHECK(tasks::summary_of(failed_load()) ==
        "10 requests, 10 errors (10 connect), 10.0/s of 10/s; connect to 127.0.0.1:9: Connection refused");
}

TEST_CASE("a service that answers nothing well is a warning") {
  CHECK(tasks::warnings_of(measured_load(), "stable").empty());
  const auto warnings = tasks::warnings_of(failed_load(), "candidate");
  REQUIRE(warnings.size() == 1);
  CHECK(warnings[0].code == "all-failed");
  CHECK(warnings[0].message ==
        "every request to 'candidate' failed: connect to 127.0.0.1:9: Connection refused");
}

TEST_CASE("a load without an answer has no latency, and says why") {
  const auto observations = tasks::observations_of(failed_load(), "http", {50, 95});
  for (const Observation& observation : observations) {
    INFO(observation.metric.name);
    CHECK_FALSE(observation.metric.name.starts_with("http/latency"));
    CHECK_FALSE(observation.metric.name.starts_with("http/service"));
  }
  CHECK(value(observations, "http/error-rate") == 1);
  CHECK(value(observations, "http/no-answer-count") == 10);
  CHECK(value(observations, "http/degraded") == 0);
  CHECK(find(observations, "http/request-count").note ==
        "no answer: 10 of 10 connection refused (connect to 127.0.0.1:9: Connection refused)");
}

TEST_CASE("requests that were given up count with what is known of their latency") {
  tasks::VersionLoad load = measured_load();
  load.limits = {50ms};
  load.tally.above = {50};
  CHECK(std::get<BucketCounts>(find(tasks::observations_of(load, "http", {}), "http/latency").data)
            .above.size() == 1);
  load.tally.in_flight = 100;
  load.tally.sent += 100;
  for (std::int64_t i = 0; i < 100; ++i) load.tally.cut_short.record((200 + 10 * i) * 1'000'000);
  const auto observations = tasks::observations_of(load, "http", {50, 95});
  CHECK(value(observations, "http/request-count") == 100);
  CHECK(value(observations, "http/in-flight-count") == 100);
  CHECK(value(observations, "http/unknown-latency-count") == 100);
  CHECK(value(observations, "http/latency-p50") == Approx(100).epsilon(0.01));
  CHECK(value(observations, "http/latency-p95") > 1000);
  CHECK(value(observations, "http/latency-mean") > 300);
  const auto& latency = std::get<BucketCounts>(find(observations, "http/latency").data);
  CHECK(aggregate_of(latency, "count") == 200.0);
  CHECK(latency.above.empty());
}

TEST_CASE("latencies of responses that are not errors stand beside those of all, where they differ") {
  const auto observations = tasks::observations_of(measured_load(), "http", {50, 95});
  CHECK(value(observations, "http/ok-latency-max") == 98);
  CHECK(value(observations, "http/ok-latency-mean") == Approx(49.5));
  CHECK(value(observations, "http/ok-latency-p50") == Approx(49).epsilon(1e-3));
  CHECK(aggregate_of(find(observations, "http/ok-latency").data, "count") == 98.0);
  CHECK(find(observations, "http/ok-latency-p95").metric.description ==
        "95-th percentile of the latency of responses that are not errors");
  CHECK(value(observations, "http/latency-max") == 100);

  tasks::VersionLoad good = measured_load();
  good.tally.errors = {};
  good.tally.latency = good.tally.ok_latency;
  const auto has_ok = [&](const std::set<std::string>& wanted) {
    const auto recorded = tasks::observations_of(good, "http", {50}, wanted);
    return std::any_of(recorded.begin(), recorded.end(),
                       [](const auto& each) { return each.metric.name == "http/ok-latency-p50"; });
  };
  CHECK_FALSE(has_ok({}));
  CHECK_FALSE(has_ok({"http-cart/ok-latency-p50"}));
  CHECK(has_ok({"http/ok-latency-p50"}));
}

TEST_CASE("with a cap the mean is that of latencies that end there, and the share above it is exact") {
  tasks::VersionLoad load{.elapsed = 1s, .limits = {5ms, 50ms}, .cap = 50ms};
  for (const std::int64_t msec : {10, 20, 300}) load.tally.latency.record(msec * 1'000'000);
  load.tally.slices.at(base::WallTime{1s}).ok = {
      .count = 2, .sum = 30, .capped_sum = 30, .capped_squares = 500, .above = {2, 0}};
  load.tally.slices.at(base::WallTime{2s}).failed = {
      .count = 1, .sum = 300, .capped_sum = 50, .capped_squares = 2500, .above = {1, 1}};
  const auto observations = tasks::observations_of(load, "http", {});
  const auto mean = std::get<SampleSummary>(find(observations, "http/latency-mean-capped").data);
  CHECK(mean.count == 3);
  CHECK(mean.mean == Approx(80.0 / 3));
  CHECK(mean.variance == Approx((100 + 400 + 2500 - 6400.0 / 3) / 2));
  CHECK(find(observations, "http/latency-mean-capped").metric.unit == "msec");
  const auto share = std::get<Proportion>(find(observations, "http/latency-above-cap").data);
  CHECK(share.count == 1);
  CHECK(share.total == 3);

  // Of requests that were given up, it is known only of the older ones where they stand.
  load.tally.cut_short.record(40'000'000);
  load.tally.cut_short.record(60'000'000);
  const auto cut = tasks::observations_of(load, "http", {});
  CHECK(std::get<Proportion>(find(cut, "http/latency-above-cap").data).count == 2);
  CHECK(std::get<SampleSummary>(find(cut, "http/latency-mean-capped").data).mean == Approx(130.0 / 4));

  load.cap.reset();
  for (const Observation& observation : tasks::observations_of(load, "http", {}))
    CHECK(observation.metric.name.find("cap") == std::string::npos);
}

TEST_CASE("a series has the slices of its load, with the classes of errors that occurred") {
  tasks::VersionLoad load{.version = 1, .limits = {5ms, 50ms}, .cap = 50ms};
  load.tally.errors[static_cast<std::size_t>(load::ErrorClass::timeout)] = 1;
  load.tally.errors[static_cast<std::size_t>(load::ErrorClass::connect)] = 2;
  stats::LoadSlice& slice = load.tally.slices.at(base::WallTime{1s});
  slice.unanswered = 2;
  slice.failed = {.count = 1, .sum = 5000};
  slice.errors.resize(load::kErrorClasses);
  slice.errors[static_cast<std::size_t>(load::ErrorClass::timeout)] = 1;
  slice.errors[static_cast<std::size_t>(load::ErrorClass::connect)] = 2;
  load.tally.slices.at(base::WallTime{1100ms}).cut_short = 1;
  const LoadSeries series = tasks::series_of(load, "http");
  CHECK(series.limits == std::vector<double>{5, 50});
  CHECK(series.cap == 50.0);
  CHECK(series.error_classes == std::vector<std::string>{"connect", "timeout"});
  CHECK(series.slices.first() == 20);
  REQUIRE(series.slices.slices().size() == 3);
  CHECK(series.slices.slices()[0].errors == std::vector<std::int64_t>{2, 1});
  CHECK(series.slices.slices()[0].failed.count == 1);
  CHECK(series.slices.slices()[2].cut_short == 1);
}

TEST_CASE("why there was no answer names every fate") {
  tasks::VersionLoad load = failed_load();
  load.tally.sent = 14;
  load.tally.in_flight = 1;
  load.tally.errors[static_cast<std::size_t>(load::ErrorClass::timeout)] = 3;
  load.tally.first_error = "no route";
  CHECK(tasks::no_answer_text(load) ==
        "no answer: 10 of 14 without a connection, 3 of 14 timed out, 1 of 14 given up in flight "
        "(no route)");
  load.tally.completed = 1;
  CHECK(tasks::no_answer_text(load).empty());
  CHECK(tasks::no_answer_text({}).empty());
}

TEST_CASE("many requests without an answer are a warning") {
  const auto warned = [](std::int64_t failed) {
    tasks::VersionLoad load = measured_load();
    load.tally.sent += failed;
    load.tally.scheduled += failed;
    load.tally.errors[static_cast<std::size_t>(load::ErrorClass::reset)] = failed;
    for (const Warning& warning : tasks::warnings_of(load, "stable"))
      if (warning.code == "no-answer") return warning.message;
    return std::string();
  };
  CHECK(warned(0).empty());
  CHECK(warned(2) == "2 of 102 requests to 'stable' got no answer: latencies are those of the others");
  CHECK(find(tasks::observations_of(measured_load(), "http", {}), "http/request-count").note.empty());
}

TEST_CASE("long waits for connections are a warning that says what to change") {
  tasks::VersionLoad load = measured_load();
  for (int i = 0; i < 10; ++i) load.tally.queued.record(500'000'000);
  REQUIRE(tasks::warnings_of(load, "stable").size() == 1);
  CHECK_THAT(tasks::warnings_of(load, "stable")[0].message,
             Catch::Contains("10 requests to 'stable' waited for a connection") &&
                 Catch::Contains("more connections are needed for 10/s"));
  CHECK(value(tasks::observations_of(load, "http", {}), "http/queued-p99") == Approx(500).epsilon(1e-3));
}

TEST_CASE("a generator that was late, slow or short of processor makes the measurement degraded") {
  const auto degraded = [](const tasks::VersionLoad& load, const std::string& why) {
    const auto warnings = tasks::warnings_of(load, "stable");
    REQUIRE(warnings.size() == 1);
    CHECK(warnings[0].code == "degraded");
    CHECK(warnings[0].message == "the measurement of 'stable' is degraded: " + why);
    CHECK_THAT(tasks::summary_of(load), Catch::EndsWith(", degraded"));
    CHECK(value(tasks::observations_of(load, "http", {}), "http/degraded") == 1);
  };
  tasks::VersionLoad late = measured_load();
  late.tally.lateness.clear();
  for (int i = 0; i < 100; ++i) late.tally.lateness.record(i < 40 ? 1'000 : 14'000'000);
  degraded(
      late,
      "the generator was late: the 50-th percentile of its lateness, 14 ms, is more than 25 % of that of "
      "the latency, 50 ms");
  tasks::VersionLoad slow = measured_load();
  slow.tally.final_lag = 1s;
  degraded(slow, "90.9 % of the asked rate was achieved");
  tasks::VersionLoad brief = measured_load();
  brief.requested_rate = 1000;
  brief.tally.final_lag = 9ms;
  CHECK(tasks::warnings_of(brief, "stable").empty());
  brief.tally.final_lag = 11ms;
  degraded(brief, "90.1 % of the asked rate was achieved");
  slow.end = load::EndReason::stopped;
  CHECK(tasks::warnings_of(slow, "stable").empty());
  tasks::VersionLoad busy = measured_load();
  busy.workers[1].cpu_share = 0.95;
  degraded(busy, "a worker used 95 % of its core");
}

TEST_CASE("the course of a load is kept in msec, for each second") {
  tasks::VersionLoad load = measured_load();
  stats::Sketch::Builder latencies;
  for (const std::int64_t latency : {10'000'000, 30'000'000}) latencies.record(latency);
  load::SeriesPoint& point = load.tally.series.at(1s);
  point = {.scheduled = 3,
           .sent = 2,
           .completed = 1,
           .connections = 4,
           .ended = 2,
           .latency_sum = 0.04,
           .latency_squares = 0.001,
           .latency = latencies.take()};
  point.errors[static_cast<std::size_t>(load::ErrorClass::timeout)] = 1;

  load.start = base::WallTime{100s + 1'999us};

  const LoadSeries series = tasks::series_of(load, "http-cart");
  CHECK(series.provider == "http-cart");
  CHECK(series.version == 1);
  CHECK(series.start == base::WallTime{100s + 1ms});
  CHECK(series.seconds == 9.9);
  CHECK(series.blocks.interval() == 1s);
  REQUIRE(series.blocks.points().size() == 2);
  CHECK(series.blocks.points()[0].latency.count == 0);
  const LoadBlock& block = series.blocks.points()[1];
  CHECK(block.asked == 3);
  CHECK(block.errors == std::map<std::string, std::int64_t>{{"timeout", 1}});
  CHECK(block.latency.count == 2);
  CHECK(block.latency.mean == Approx(20));
  CHECK(block.latency.variance == Approx(200));
  CHECK(block.percentile(50).value() == Approx(10).epsilon(0.016));
  CHECK(block.percentile(99).value() == Approx(30).epsilon(0.016));
}

TEST_CASE("a load that ended early says why") {
  tasks::VersionLoad load = measured_load();
  load.end = load::EndReason::stop_rule;
  load.end_text = "error-rate > 0.5 (it was 0.6)";
  load.notes = {"20000 connections need 20256 descriptors, and the limit (ulimit -Hn) is 1024"};
  CHECK_THAT(tasks::summary_of(load), Catch::EndsWith(", ended after 9.9 s: error-rate > 0.5 (it was 0.6)"));
  const auto warnings = tasks::warnings_of(load, "stable");
  REQUIRE(warnings.size() == 2);
  CHECK(warnings[0].code == "stopped-early");
  CHECK(warnings[0].message ==
        "the load on 'stable' ended early, after 9.9 s: error-rate > 0.5 (it was 0.6)");
  CHECK(warnings[1].code == "load-limits");
}

TEST_CASE("a warm-up with errors is refused with the first of them") {
  CHECK_NOTHROW(tasks::require_clean_warmup({}, "stable"));
  CHECK_THROWS_WITH(tasks::require_clean_warmup(failed_load().tally, "stable"),
                    Catch::Contains("10 of 10 requests failed: connect to 127.0.0.1:9: Connection refused"));
}
