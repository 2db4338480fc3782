#include <chrono>
#include <cmath>
#include <ctime>
#include <limits>

#include <catch2/catch.hpp>

#include "base/error.h"
#include "base/number.h"
#include "tasks/metrics/response/buckets.h"
#include "tasks/metrics/response/openmetrics.h"
#include "tasks/metrics/response/reading.h"

using namespace iter8;
using namespace iter8::tasks::metrics;
using Catch::Contains;

namespace {

Reading reading_of(const std::string& page, const std::string& selector = "r") {
  Reading reading = read_exposition(page, parse_selector(selector));
  reading.time = base::WallTime(std::chrono::milliseconds(1767225600250));
  return reading;
}

/// The growth by labels, in their order.
std::string grown(const Reading& first, const Reading& last) {
  std::string text;
  for (const Series& series : growth(first, last).series) {
    CHECK(series.adds_up);
    text += to_text(series.labels) + "=" + base::shortest(series.points.back().value) + " ";
  }
  return text;
}

}  // namespace

TEST_CASE("readings: what a counter grew by") {
  const Reading first = reading_of("r{a=\"1\"} 10\nr{a=\"2\"} 20\n");
  CHECK(grown(first, reading_of("r{a=\"2\"} 25\nr{a=\"1\"} 10\nr{a=\"3\"} 7\n")) ==
        R"({a="2"}=5 {a="1"}=0 {a="3"}=7 )");
  CHECK(growth(first, reading_of("r{a=\"1\"} 11\n")).warnings.empty());
  CHECK(grown(first, reading_of("")).empty());
  CHECK(grown(first, reading_of("r{a=\"1\"} 11\n", "r{a=\"9\"}")) == "{}=0 ");
}

TEST_CASE("readings: a counter that begins anew grew by what it is now, and the result says so") {
  const Reading first = reading_of("r{a=\"1\"} 10\nr{a=\"2\"} 20\n");
  const Reading fallen = reading_of("r{a=\"1\"} 4\nr{a=\"2\"} 25\n");
  CHECK(grown(first, fallen) == R"({a="1"}=4 {a="2"}=5 )");
  CHECK_THAT(growth(first, fallen).warnings.at(0), Contains("began anew"));

  const std::string start = "process_start_time_seconds ";
  const Reading before = reading_of(start + "100\nr 10\n");
  CHECK(grown(before, reading_of(start + "100.5\nr 15\n")) == "{}=5 ");
  CHECK(grown(before, reading_of(start + "200\nr 15\n")) == "{}=15 ");

  // One bucket that fell tells that all of its histogram began anew.
  const std::string head = "# TYPE t histogram\n";
  const Reading buckets = reading_of(head + "t_bucket{le=\"1\"} 5\nt_bucket{le=\"+Inf\"} 5\n", "t");
  CHECK(grown(buckets, reading_of(head + "t_bucket{le=\"1\"} 2\nt_bucket{le=\"+Inf\"} 6\n", "t")) ==
        R"({le="1"}=2 {le="+Inf"}=6 )");
}

TEST_CASE("readings: growth from what is not a number is not known") {
  for (const char* first : {"NaN", "+Inf", "-Inf"}) {
    const QueryResult result =
        growth(parse_reading(to_text(reading_of("r " + std::string(first) + "\nr{a=\"1\"} 1\n"))),
               reading_of("r 7\nr{a=\"1\"} 3\n"));
    REQUIRE(result.series.size() == 2);
    CHECK(std::isnan(result.series[0].points[0].value));
    CHECK(result.series[1].points[0].value == 2);
    REQUIRE(result.warnings.size() == 1);
    CHECK_THAT(result.warnings[0], Contains("the first reading of {} is " + std::string(first)));
  }
  // What another process counted before does not matter.
  const QueryResult other = growth(reading_of("process_start_time_seconds 1\nr NaN\n"),
                                   reading_of("process_start_time_seconds 9\nr 7\n"));
  CHECK(other.series.at(0).points.at(0).value == 7);
}

TEST_CASE("readings: labels in another order are the same series") {
  CHECK(grown(reading_of("r{a=\"1\",b=\"2\"} 10\n"), reading_of("r{b=\"2\",a=\"1\"} 13\n")) ==
        R"({a="1", b="2"}=3 )");
}

TEST_CASE("buckets that hold more than can be counted are an error") {
  const auto buckets = [](const std::string& page, const std::string& name) {
    const QueryResult result = select_samples(page, {.name = name});
    std::vector<const Series*> series;
    for (const Series& each : result.series) series.push_back(&each);
    return bucket_counts(series, ExpectSeries::many);
  };
  CHECK_THROWS_WITH(
      buckets("h{le=\"1\"} 1e19\nh{le=\"+Inf\"} 2e19\n", "h"),
      Contains("the bucket {le=\"1\"} holds 10000000000000000000, more than can be counted (2^53)"));
  CHECK_THROWS_WITH(buckets("h{le=\"1\"} -1\n", "h"), Contains("holds -1, expected a count"));
  CHECK_THROWS_WITH(buckets("h{le=\"1\"} Inf\n", "h"), Contains("expected a count"));
  CHECK_THROWS_WITH(buckets("h{le=\"1\",a=\"1\"} 9e15\nh{le=\"1\",a=\"2\"} 9e15\n", "h"),
                    Contains("the buckets up to le=1 hold"));
  CHECK_THROWS_WITH(buckets("h{vmrange=\"1...2\"} 9e15\nh{vmrange=\"2...3\"} 9e15\n", "h"),
                    Contains("the buckets up to 3 hold"));
  CHECK(buckets("h{le=\"1\"} 9e15\n", "h").buckets.at(0).count == 9'000'000'000'000'000);
}

TEST_CASE("buckets of many histograms take time in proportion to them") {
  std::vector<Series> series;
  for (int i = 0; i < 100'000; ++i) {
    series.push_back({.labels = {{"le", "1"}, {"x", std::to_string(i)}}, .field = {}});
    series.back().points.push_back({.value = 1, .time = {}});
  }
  std::vector<const Series*> all;
  for (const Series& each : series) all.push_back(&each);
  const std::clock_t start = std::clock();
  CHECK(bucket_counts(all, ExpectSeries::many).buckets.at(0).count == 100'000);
  QueryResult page{.series = series, .warnings = {}};
  QueryResult whole = page;
  append_page(whole, std::move(page));
  CHECK(whole.series.size() == 100'000);
  CHECK(whole.series.back().points.size() == 2);
  CHECK((std::clock() - start) / CLOCKS_PER_SEC < 60);  // many minutes, were it quadratic
}

TEST_CASE("readings are kept as text") {
  const Reading reading = reading_of(
      "process_start_time_seconds 7\n# TYPE r counter\nr{a=\"\\\"x\"} 10\nr NaN\nr{b=\"\"} -Inf\n");
  const Reading again = parse_reading(to_text(reading));
  CHECK(again.time == reading.time);
  CHECK(again.type == "counter");
  CHECK(again.process_start == 7);
  REQUIRE(again.series.size() == 3);
  CHECK(std::isnan(again.series[1].points[0].value));
  CHECK(again.series[2].points[0].value == -std::numeric_limits<double>::infinity());
  CHECK_FALSE(parse_reading(to_text(reading_of("process_start_time_seconds NaN\nr 1\n"))).process_start);
  CHECK(again.series[0].labels == reading.series[0].labels);
  CHECK(again.series[0].points[0].value == 10);
  for (const char* text : {"", "{}", "[]", "{\"time\":\"x\",\"type\":\"\",\"series\":[]}"})
    CHECK_THROWS_AS(parse_reading(text), base::Error);
}
