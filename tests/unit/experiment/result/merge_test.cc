#include "experiment/result/merge.h"

#include <algorithm>
#include <cmath>
#include <random>

#include <catch2/catch.hpp>

#include "base/error.h"
#include "stats/histogram/hdr_counts.h"

using namespace iter8;
using namespace iter8::experiment;

namespace {

/// What one shard measured in one iteration, as tasks/load records it.
void record_load(Result& result, int iteration, const std::vector<double>& msec) {
  stats::Histogram histogram;
  double mean = 0;
  for (const double value : msec) {
    histogram.record(static_cast<std::int64_t>(value * 1e6));
    mean += value / static_cast<double>(msec.size());
  }
  double squares = 0;
  double cubes = 0;
  for (const double value : msec) {
    squares += (value - mean) * (value - mean);
    cubes += std::pow(value - mean, 3);
  }
  const auto n = static_cast<double>(msec.size());
  const auto [min, max] = std::minmax_element(msec.begin(), msec.end());
  BucketCounts counts{
      .buckets = {},
      .above = {{.limit = 10,
                 .count = std::count_if(msec.begin(), msec.end(), [](double value) { return value > 10; })}}};
  for (const auto& cell : histogram.cells(8))
    counts.buckets.push_back({.lower = static_cast<double>(std::max(cell.lower, histogram.min())) / 1e6,
                              .upper = static_cast<double>(std::min(cell.upper, histogram.max())) / 1e6,
                              .count = cell.count});
  counts.hdr = stats::HdrCounts(histogram).text();
  const auto add = [&](const std::string& name, MetricKind kind, const std::string& unit, MetricData data) {
    MetricSeries& series = result.metrics["http/" + name];
    series.info = {.name = "http/" + name, .kind = kind, .unit = unit, .description = ""};
    series.versions.resize(1);
    series.versions[0].push_back({.iteration = iteration, .data = std::move(data)});
  };
  add("request-count", MetricKind::counter, "", n);
  add("error-rate", MetricKind::proportion, "", Proportion{.count = 1, .total = std::ssize(msec)});
  add("rate-achieved", MetricKind::gauge, "/s", n / 10);
  add("latency", MetricKind::histogram, "msec", counts);
  add("latency-mean", MetricKind::summary, "msec",
      SampleSummary{.count = std::ssize(msec),
                    .mean = mean,
                    .variance = squares / (n - 1),
                    .min = *min,
                    .max = *max,
                    .skewness = cubes / n / std::pow(squares / n, 1.5)});
  add("latency-stddev", MetricKind::gauge, "msec", std::sqrt(squares / n));
  add("latency-min", MetricKind::gauge, "msec", *min);
  add("latency-max", MetricKind::gauge, "msec", *max);
  add("latency-p95", MetricKind::gauge, "msec", static_cast<double>(histogram.percentile(95)) / 1e6);
}

Execution execution_of(const std::string& task, std::size_t index, int iteration) {
  return {.section = Section::tasks, .index = index, .iteration = iteration, .task = task};
}

Result blank(int number, int of, int iterations) {
  Result result;
  result.experiment_name = "x";
  result.digest = "sha256:1";
  result.versions = {"v1"};
  result.num_tasks = 2;
  result.num_completed_tasks = 2;
  result.num_loops = iterations;
  result.end = base::WallTime(std::chrono::seconds(100 + number));
  for (int iteration = 1; iteration <= iterations; ++iteration) {
    Execution load = execution_of("http", 0, iteration);
    load.shards = Shards{.numbers = {number}, .of = of};
    result.executions.push_back(load);
    Execution assess = execution_of("assess", 1, iteration);
    assess.status = ExecutionStatus::skipped;
    result.executions.push_back(assess);
  }
  return result;
}

std::vector<double> some(unsigned seed, std::size_t count) {
  std::mt19937_64 random(seed);
  std::lognormal_distribution<double> spread(1, 1);
  std::vector<double> values(count);
  for (double& value : values) value = spread(random);
  return values;
}

template <typename Data>
const Data& data(const Result& result, const std::string& name, std::size_t point = 0) {
  return std::get<Data>(result.metrics.at("http/" + name).versions[0].at(point).data);
}

}  // namespace

TEST_CASE("What shards measured adds up to what one process would have measured") {
  std::vector<double> all;
  std::vector<ShardResult> shards;
  for (const int number : {1, 2, 3}) {
    const std::vector<double> part =
        some(static_cast<unsigned>(number), 400 * static_cast<std::size_t>(number));
    all.insert(all.end(), part.begin(), part.end());
    shards.push_back({"r" + std::to_string(number), blank(number, 3, 1)});
    record_load(shards.back().result, 1, part);
  }
  Result whole;
  record_load(whole, 1, all);

  const Result total = merge_shards(shards);
  CHECK(data<double>(total, "request-count") == 2400);
  CHECK(data<double>(total, "rate-achieved") == Approx(240));
  CHECK(data<Proportion>(total, "error-rate").count == 3);
  CHECK(data<Proportion>(total, "error-rate").total == 2400);
  const auto& counts = data<BucketCounts>(total, "latency");
  const auto& expected = data<BucketCounts>(whole, "latency");
  CHECK(counts.hdr == expected.hdr);
  REQUIRE(counts.buckets.size() == expected.buckets.size());
  for (std::size_t i = 0; i < counts.buckets.size(); ++i) {
    CHECK(counts.buckets[i].lower == expected.buckets[i].lower);
    CHECK(counts.buckets[i].upper == expected.buckets[i].upper);
    CHECK(counts.buckets[i].count == expected.buckets[i].count);
  }
  REQUIRE(counts.above.size() == 1);
  CHECK(counts.above[0].count == expected.above[0].count);
  const auto& moments = data<SampleSummary>(total, "latency-mean");
  const auto& exact = data<SampleSummary>(whole, "latency-mean");
  CHECK(moments.count == 2400);
  CHECK(moments.mean == Approx(exact.mean).epsilon(1e-12));
  CHECK(moments.variance == Approx(exact.variance).epsilon(1e-12));
  CHECK(*moments.skewness == Approx(*exact.skewness).epsilon(1e-9));
  for (const char* name : {"latency-p95", "latency-min", "latency-max", "latency-stddev"})
    CHECK(data<double>(total, name) == Approx(data<double>(whole, name)).epsilon(1e-12));
}

TEST_CASE("Several loads in one iteration are added to their like") {
  std::vector<ShardResult> shards;
  for (const int number : {1, 2}) {
    shards.push_back({"r", blank(number, 2, 1)});
    record_load(shards.back().result, 1, some(1, 100));
    record_load(shards.back().result, 1, some(2, 10));
  }
  const Result total = merge_shards(shards);
  CHECK(data<double>(total, "request-count", 0) == 200);
  CHECK(data<double>(total, "request-count", 1) == 20);
  CHECK(data<SampleSummary>(total, "latency-mean", 1).count == 20);
  CHECK(data<double>(total, "latency-max", 1) == data<double>(shards[0].result, "latency-max", 1));
}

TEST_CASE("What parts were judged to be is left to the last iteration of the whole") {
  std::vector<ShardResult> shards{{"a", blank(1, 2, 3)}, {"b", blank(2, 2, 3)}};
  shards[0].result.assessment.emplace();
  shards[1].result.executions[3].verdict = Verdict::fail;
  const Result total = merge_shards(shards);
  CHECK_FALSE(total.assessment);
  CHECK_FALSE(total.end);
  CHECK(is_open(total));
  CHECK(total.num_loops == 2);
  CHECK(total.num_completed_tasks == 1);
  CHECK(total.executions.size() == 5);
  for (const Execution& execution : total.executions) {
    CHECK_FALSE(execution.verdict);
    CHECK((execution.task == "http") == execution.shards.has_value());
  }
}

TEST_CASE("A merged result with nothing to judge has the latest end") {
  std::vector<ShardResult> shards{{"a", blank(1, 2, 1)}, {"b", blank(2, 2, 1)}};
  for (ShardResult& shard : shards) shard.result.executions.pop_back();
  const Result total = merge_shards(shards);
  CHECK(total.end == base::WallTime(std::chrono::seconds(102)));
  CHECK_FALSE(is_open(total));
}

TEST_CASE("Shards that do not fit together are refused by name") {
  const auto refusal = [](const std::vector<ShardResult>& shards) {
    try {
      merge_shards(shards);
    } catch (const base::UsageError& error) {
      return std::string(error.what());
    }
    return std::string("merged");
  };
  const ShardResult one{"a", blank(1, 3, 1)};
  const ShardResult two{"b", blank(2, 3, 1)};
  const ShardResult three{"c", blank(3, 3, 1)};
  CHECK(refusal({one, two, three}) == "merged");
  CHECK(refusal({}) == "cannot merge: expected at least one result");
  CHECK(refusal({one, two, one}) == "cannot merge: shard 1 of 3 is in both a and a");
  CHECK(refusal({one, three}) == "cannot merge: shard 2 of 3 is missing; --partial merges the others");
  CHECK(refusal({one, two, {"d", blank(3, 4, 1)}}) == "cannot merge: a is one of 3 shards, but d one of 4");
  CHECK(refusal({one, two, {"d", blank(3, 3, 2)}}) ==
        "cannot merge: shards 1, 2 of 3 are missing in iteration 2; --partial merges the others");
  ShardResult stopped = three;
  stopped.result.interrupted = "SIGTERM";
  CHECK(refusal({one, two, stopped}) ==
        "cannot merge: c: its run was stopped by SIGTERM; --partial leaves it out");
}
