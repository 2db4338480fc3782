#include "report/distribution.h"

#include <limits>
#include <numeric>

#include <catch2/catch.hpp>

#include "report/plot.h"

using namespace iter8;
using namespace iter8::experiment;

namespace {

Result with_buckets(std::vector<Bucket> buckets) {
  Result result;
  result.versions = {"stable", "candidate"};
  MetricSeries series;
  series.info = {.name = "http/latency", .kind = MetricKind::histogram, .unit = "msec", .description = ""};
  series.versions = {{{.iteration = 1, .data = BucketCounts{std::move(buckets)}}}, {}};
  result.metrics["http/latency"] = std::move(series);
  return result;
}

double sum(const std::vector<double>& shares) {
  return std::accumulate(shares.begin(), shares.end(), 0.0);
}

}  // namespace

TEST_CASE("bins have equal ratios and shares that add up to one") {
  const auto list = report::distributions(
      with_buckets({{.lower = 1, .upper = 2, .count = 90}, {.lower = 64, .upper = 256, .count = 10}}), 8);
  REQUIRE(list.size() == 1);
  CHECK(list[0].edges.size() == 9);
  CHECK(list[0].edges[1] == Approx(2));
  CHECK(list[0].shares[0][0] == Approx(0.9));
  CHECK(list[0].shares[0][7] == Approx(0.1 * 128 / 192));  // a bucket over two bins, by width
  CHECK(sum(list[0].shares[0]) == Approx(1));
  CHECK(list[0].shares[1].empty());
}

TEST_CASE("no samples, one value and endless buckets can be drawn or left out") {
  CHECK(report::distributions(with_buckets({}), 8).empty());
  CHECK(report::distributions(with_buckets({{.lower = 0, .upper = 0, .count = 5}}), 8).empty());
  CHECK(report::distributions(with_buckets({{.lower = 3, .upper = 3, .count = 5}}), 8).empty());

  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  const auto list = report::distributions(
      with_buckets({{.lower = 0, .upper = 10, .count = 5}, {.lower = 10, .upper = kInfinity, .count = 5}}),
      8);
  REQUIRE(list.size() == 1);
  CHECK(sum(list[0].shares[0]) == Approx(1));
}

TEST_CASE("the text plot has a line a bin for each version with samples") {
  const std::string text = report::text_plots(
      with_buckets({{.lower = 1, .upper = 2, .count = 90}, {.lower = 64, .upper = 256, .count = 10}}));

  CHECK_THAT(text, Catch::StartsWith("http/latency of stable (msec)\n"));
  CHECK(std::count(text.begin(), text.end(), '\n') == 13);
  CHECK_THAT(text, !Catch::Contains("candidate"));
}
