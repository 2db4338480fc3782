#include "experiment/metric/metric.h"

#include <cmath>
#include <limits>

#include <catch2/catch.hpp>

using namespace iter8::experiment;

namespace {

const MetricData kEvens = Samples{{2, 4, 6, 8, 10, 12, 14, 16, 18, 20}};
const MetricData kBuckets =
    BucketCounts{{{.lower = 0, .upper = 10, .count = 50}, {.lower = 20, .upper = 40, .count = 50}}};

}  // namespace

TEST_CASE("the value of a metric is its scalar, share or mean") {
  CHECK(value_of(12.5) == 12.5);
  CHECK(value_of(Proportion{.count = 1, .total = 4}) == 0.25);
  CHECK(value_of(SampleSummary{.count = 3, .mean = 7, .variance = 1}) == 7.0);
  CHECK(value_of(kEvens) == 11.0);
}

TEST_CASE("a metric without data has no value") {
  CHECK_FALSE(value_of(Proportion{}));
  CHECK_FALSE(value_of(SampleSummary{}));
  CHECK_FALSE(value_of(Samples{}));
  CHECK_FALSE(value_of(kBuckets));
  CHECK_FALSE(value_of(std::numeric_limits<double>::quiet_NaN()));
}

TEST_CASE("percentiles of samples interpolate between order statistics") {
  // R: quantile(seq(2, 20, 2), c(0, .25, .5, .783, 1), type = 7)
  CHECK(percentile_of(kEvens, 0) == 2.0);
  CHECK(percentile_of(kEvens, 25).value() == Approx(6.5));
  CHECK(percentile_of(kEvens, 50).value() == Approx(11));
  CHECK(percentile_of(kEvens, 78.3).value() == Approx(16.094));
  CHECK(percentile_of(kEvens, 100) == 20.0);
  CHECK(percentile_of(Samples{{3}}, 99) == 3.0);
}

TEST_CASE("percentiles of buckets interpolate within the bucket that holds the rank") {
  CHECK(percentile_of(kBuckets, 0) == 0.0);
  CHECK(percentile_of(kBuckets, 25).value() == Approx(5));
  CHECK(percentile_of(kBuckets, 50).value() == Approx(10));
  CHECK(percentile_of(kBuckets, 75).value() == Approx(30));
  CHECK(percentile_of(kBuckets, 100).value() == Approx(40));
}

TEST_CASE("a percentile outside 0 to 100, or of data without an order, is nothing") {
  CHECK_FALSE(percentile_of(kEvens, -1));
  CHECK_FALSE(percentile_of(kEvens, 100.1));
  CHECK_FALSE(percentile_of(kEvens, std::numeric_limits<double>::quiet_NaN()));
  CHECK_FALSE(percentile_of(12.5, 50));
  CHECK_FALSE(percentile_of(Samples{}, 50));
  CHECK_FALSE(percentile_of(BucketCounts{}, 50));
}

TEST_CASE("aggregates of samples use the deviation of the population") {
  CHECK(aggregate_of(kEvens, "count") == 10.0);
  CHECK(aggregate_of(kEvens, "mean") == 11.0);
  CHECK(aggregate_of(kEvens, "stddev").value() == Approx(5.744562646538029));
  CHECK(aggregate_of(kEvens, "min") == 2.0);
  CHECK(aggregate_of(kEvens, "max") == 20.0);
  CHECK(aggregate_of(kEvens, "p50").value() == Approx(11));
  CHECK(aggregate_of(kEvens, "p97.5").value() == Approx(19.55));
}

TEST_CASE("aggregates of a summary come from its moments, and unknown ones are nothing") {
  const MetricData summary = SampleSummary{.count = 5, .mean = 3, .variance = 2.5, .min = 1};
  CHECK(aggregate_of(summary, "count") == 5.0);
  CHECK(aggregate_of(summary, "stddev").value() == Approx(std::sqrt(2.0)));
  CHECK(aggregate_of(summary, "min") == 1.0);
  CHECK_FALSE(aggregate_of(summary, "max"));
  CHECK_FALSE(aggregate_of(summary, "p50"));
}

TEST_CASE("aggregates of a histogram take the middle of each bucket") {
  CHECK(aggregate_of(kBuckets, "count") == 100.0);
  CHECK(aggregate_of(kBuckets, "mean").value() == Approx(17.5));
  CHECK(aggregate_of(kBuckets, "stddev").value() == Approx(12.5));
  CHECK(aggregate_of(kBuckets, "min") == 0.0);
  CHECK(aggregate_of(kBuckets, "max") == 40.0);
}

TEST_CASE("an unknown aggregate is nothing") {
  CHECK_FALSE(aggregate_of(kEvens, "median"));
  CHECK_FALSE(aggregate_of(kEvens, "p"));
  CHECK_FALSE(aggregate_of(kEvens, "pabc"));
  CHECK_FALSE(aggregate_of(12.5, "mean"));
}

TEST_CASE("kinds are read as they are written") {
  for (const auto kind : {MetricKind::counter, MetricKind::gauge, MetricKind::proportion, MetricKind::summary,
                          MetricKind::histogram, MetricKind::samples})
    CHECK(parse_metric_kind(to_text(kind)) == kind);
  CHECK_FALSE(parse_metric_kind("Counter"));
}

TEST_CASE("a percentile in a bucket without an upper edge is the lower edge") {
  const MetricData histogram = BucketCounts{{{0, 1, 9}, {1, std::numeric_limits<double>::infinity(), 1}}};
  CHECK(percentile_of(histogram, 90).value() == Approx(1));
  CHECK(percentile_of(histogram, 95) == 1.0);
  CHECK(percentile_of(histogram, 100) == 1.0);
}
