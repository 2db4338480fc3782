#include <fstream>

#include <catch2/catch.hpp>

#include "experiment/metric/metric.h"
#include "tasks/metrics/task.h"
#include "tests/unit/tasks/workbench.h"

using namespace iter8;
using experiment::Outcome;

namespace {

/// A metrics task of the provider `file`: everything but the way to a backend.
struct Scene : tests::Workbench {
  explicit Scene(const std::vector<std::string>& names = {"stable", "candidate"}) : Workbench(names) {
    directory = scratch.path();
    result.start = base::SystemClock().wall() - std::chrono::seconds(90);
  }

  void write(const std::string& name, const std::string& content) const {
    std::ofstream(scratch.path() / name) << content;
  }
  Outcome measured(const std::string& yaml) {
    return run(tasks::metrics::metrics_kind(), "{provider: file, prefix: shop, " + yaml + "}");
  }
  std::string refused(const std::string& yaml) {
    CHECK_FALSE(build(tasks::metrics::metrics_kind(), yaml));
    return problems();
  }

  tests::ScratchDirectory scratch;
};

double value(const Outcome& outcome, std::size_t i) {
  REQUIRE(i < outcome.observations.size());
  return experiment::value_of(outcome.observations[i].data).value();
}

const std::string kOrders = "version,orders,visits\nstable,12,100\ncandidate,15,90\n";

}  // namespace

TEST_CASE("metrics: a query for each version, with templates") {
  Scene scene;
  scene.write("shop.csv", kOrders);
  const Outcome outcome = scene.measured(
      "path: shop.csv, metrics: [{name: orders, query: orders, unit: pieces, where: {version: '{{ "
      ".version.name }}'}}]");
  REQUIRE(outcome.observations.size() == 2);
  CHECK_FALSE(outcome.failure);
  CHECK(value(outcome, 0) == 12);
  CHECK(value(outcome, 1) == 15);
  CHECK(outcome.observations[1].version == 1);
  CHECK(outcome.observations[1].metric.name == "shop/orders");
  CHECK(outcome.observations[1].metric.unit == "pieces");
  CHECK(outcome.observations[1].samples == 1);
  CHECK(outcome.observations[1].query == "shop.csv: orders where version = candidate");
  CHECK(base::to_seconds(outcome.observations[1].window) >= 89);
  CHECK(outcome.message == "shop/orders: stable 12, candidate 15");
}

TEST_CASE("metrics: one query for all versions, told apart by a label") {
  Scene scene;
  scene.set(1, "revision", "v2");
  scene.write("shop.json", R"([{"revision": "stable", "value": 1}, {"revision": "v2", "value": "2.5"},
                               {"revision": "other", "value": 9}])");
  const Outcome outcome =
      scene.measured("path: shop.json, metrics: [{name: orders, query: '.[]', versionLabel: revision}]");
  REQUIRE(outcome.observations.size() == 2);
  CHECK(value(outcome, 0) == 1);
  CHECK(value(outcome, 1) == 2.5);
}

TEST_CASE("metrics: proportions and summaries of several queries, or of columns") {
  Scene scene({"0"});
  scene.write("shop.json", R"({"orders": 12, "visits": 100, "n": 10, "mean": 2.5, "var": 4,
                               "row": {"count": 3, "total": 4}})");
  const Outcome outcome = scene.measured(R"(path: shop.json, metrics: [
      {name: conversion, kind: proportion, count: .orders, total: .visits},
      {name: spent, kind: summary, count: .n, mean: {query: .mean}, variance: .var},
      {name: share, kind: proportion, query: .row}])");
  REQUIRE(outcome.observations.size() == 3);
  const auto conversion = std::get<experiment::Proportion>(outcome.observations[0].data);
  CHECK(conversion.count == 12);
  CHECK(conversion.total == 100);
  const auto spent = std::get<experiment::SampleSummary>(outcome.observations[1].data);
  CHECK(spent.count == 10);
  CHECK(spent.variance == 4);
  CHECK(std::get<experiment::Proportion>(outcome.observations[2].data).count == 3);
  CHECK(outcome.observations[0].query == "count: shop.json: .orders; total: shop.json: .visits");
}

TEST_CASE("metrics: histograms of cumulative buckets, and samples") {
  Scene scene({"0"});
  scene.write(
      "shop.prom",
      "# HELP t Time\nt_bucket{le=\"0.1\"} 3\nt_bucket{le=\"0.5\"} 7\nt_bucket{le=\"+Inf\"} 8\nt_sum 9\n");
  scene.write("times.json", "[1, 2, 4]");
  const Outcome outcome = scene.measured(R"(metrics: [
      {name: t, kind: histogram, path: shop.prom, query: t_bucket}])");
  REQUIRE(outcome.observations.size() == 1);
  const auto& buckets = std::get<experiment::BucketCounts>(outcome.observations[0].data).buckets;
  REQUIRE(buckets.size() == 3);
  CHECK(buckets[1].lower == 0.1);
  CHECK(buckets[1].count == 4);
  CHECK(buckets[2].count == 1);
  CHECK(outcome.observations[0].samples == 8);

  const Outcome samples =
      scene.measured("path: times.json, metrics: [{name: s, kind: samples, query: '.[]'}]");
  CHECK(std::get<experiment::Samples>(samples.observations.at(0).data).values ==
        std::vector<double>{1, 2, 4});
}

TEST_CASE("metrics: several numbers or series are an error unless the file says what they mean") {
  Scene scene({"0"});
  scene.write("a.json", "[3, 1, 2]");
  scene.write("a.csv", "shop,value\nx,3\ny,4\n");
  CHECK_THAT(scene.measured("path: a.json, metrics: [{name: a, query: '.[]'}]").failure.value(),
             Catch::Contains("3 numbers where one is expected"));
  CHECK(value(scene.measured("path: a.json, metrics: [{name: a, query: '.[]', reduce: max}]"), 0) == 3);
  CHECK(value(scene.measured("path: a.json, metrics: [{name: a, query: '.[]', reduce: first}]"), 0) == 3);
  CHECK(value(scene.measured("path: a.json, metrics: [{name: a, query: '.[]', reduce: avg}]"), 0) == 2);
  CHECK_THAT(scene.measured("path: a.csv, metrics: [{name: a, query: value}]").failure.value(),
             Catch::Contains("2 series where one is expected: {shop=\"x\""));
  CHECK(value(scene.measured("path: a.csv, metrics: [{name: a, query: value, expectSeries: many}]"), 0) == 7);
}

TEST_CASE("metrics: no data are what the file says they are") {
  Scene scene({"0"});
  scene.write("a.csv", "value\n");
  scene.write("nan.json", "null");
  const auto with = [&](const std::string& policy) {
    return scene.measured("path: a.csv, metrics: [{name: a, query: value, onNoData: " + policy + "}]");
  };
  const Outcome error = scene.measured("path: a.csv, metrics: [{name: a, query: value}]");
  CHECK_THAT(error.failure.value(),
             Catch::Contains("shop/a (file): no data: the answer is empty; query: a.csv: "
                             "value; window: 20"));
  CHECK(error.observations.empty());

  const Outcome inconclusive = with("inconclusive");
  CHECK_FALSE(inconclusive.failure);
  CHECK_FALSE(inconclusive.verdict);  // what it means is for whoever judges the metric to say
  CHECK(inconclusive.awaited.at(0).metric.name == "shop/a");
  CHECK(inconclusive.awaited.at(0).reason == "the answer is empty");
  CHECK(inconclusive.warnings.at(0).code == "no-data");

  const Outcome zero = with("zero");
  CHECK(value(zero, 0) == 0);
  CHECK(zero.observations[0].samples == 0);
  CHECK(zero.warnings.size() == 1);

  const Outcome nan = scene.measured("path: nan.json, metrics: [{name: a, query: .}]");
  CHECK_THAT(nan.failure.value(), Catch::Contains("no data: the value is NaN"));
}

TEST_CASE("metrics: what never happened has no series, and zero counts it as 0 of a total that is there") {
  Scene scene({"0"});
  scene.write("none.csv", "value\n");
  scene.write("all.csv", "value\n5000\n");
  const auto with = [&](const std::string& total, const std::string& policy) {
    return scene.measured(
        "metrics: [{name: e, kind: proportion, count: {path: none.csv, query: value}, total: {path: " +
        total + ", query: value}, onNoData: " + policy + "}]");
  };
  const Outcome zero = with("all.csv", "zero");
  const auto& counted = std::get<experiment::Proportion>(zero.observations.at(0).data);
  CHECK(counted.count == 0);
  CHECK(counted.total == 5000);
  CHECK_THAT(zero.warnings.at(0).message, Catch::Contains("taken as 0"));

  CHECK(with("all.csv", "error").failure);
  CHECK(with("all.csv", "inconclusive").awaited.size() == 1);
  CHECK_FALSE(experiment::value_of(with("none.csv", "zero").observations.at(0).data));
}

TEST_CASE("metrics: one that fails does not hide the others") {
  Scene scene({"0"});
  scene.write("a.json", R"({"good": 1})");
  const Outcome outcome = scene.measured(
      "path: a.json, metrics: [{name: bad, query: .x.y | tonumber}, {name: good, query: .good}, "
      "{name: gone, path: gone.json, query: .x}]");
  REQUIRE(outcome.observations.size() == 1);
  CHECK(outcome.observations[0].metric.name == "shop/good");
  CHECK_THAT(outcome.failure.value(), Catch::Contains("shop/bad") && Catch::Contains("shop/gone") &&
                                          Catch::Contains("gone.json: No such file"));
}

TEST_CASE("metrics: odd data are shown") {
  Scene scene({"0"});
  scene.write("a.prom", "c 10 1000\nc 4 2000\nc NaN 3000\n");
  scene.record("shop/c", "", 0, 50.0);
  const Outcome outcome =
      scene.measured("path: a.prom, metrics: [{name: c, kind: counter, query: c, reduce: last}]");
  CHECK(value(outcome, 0) == 4);
  REQUIRE(outcome.warnings.size() == 3);
  CHECK_THAT(outcome.warnings[0].message, Catch::Contains("1 of 3 samples are not finite numbers"));
  CHECK_THAT(outcome.warnings[1].message, Catch::Contains("the counter was reset within the window"));
  CHECK_THAT(outcome.warnings[2].message, Catch::Contains("the counter fell from 50 to 4"));
  CHECK(outcome.observations[0].samples == 2);

  const Outcome stale = scene.measured("path: a.prom, staleAfter: 5m, metrics: [{name: c, query: c}]");
  CHECK_THAT(stale.failure.value(), Catch::Contains("no data: stale: the newest sample is "));
}

TEST_CASE("metrics: values of versions do not leak into one another") {
  Scene scene({"0", "1"});
  scene.write("x.csv", "value\n1\n");
  const auto task = scene.build(tasks::metrics::metrics_kind(),
                                R"({provider: file, values: {file: x, labels: {a: "1", b: "2"}},
      versionValues: [{labels: {b: "3"}}, {}],
      metrics: [{name: m, path: "{{ .file }}.csv", query: value, where: {value: "{{ .labels.b }}"}}]})");
  REQUIRE(task);
  CHECK(task->named_versions() == 2);
  const std::vector<std::string> plan = task->plan(scene.versions);
  CHECK(plan.at(0) == "file/m 0: x.csv: value where value = 3");
  CHECK(plan.at(2) == "file/m 1: x.csv: value where value = 2");
}

TEST_CASE("metrics: what is wrong is found when the file is loaded") {
  CHECK_THAT(
      Scene().refused("{provider: prometeus, metrics: []}"),
      Catch::Contains("1:12: error: unknown provider") && Catch::Contains("did you mean 'prometheus'?"));
  CHECK_THAT(Scene().refused("{metrics: []}"), Catch::Contains("missing key 'provider'"));
  CHECK_THAT(Scene().refused("{provider: prometheus, metrics: [{name: a, query: x}]}"),
             Catch::Contains("missing key 'url'"));
  CHECK_THAT(Scene().refused("{provider: prometheus, url: 'http://h', metrics: [{name: a, qery: x}]}"),
             Catch::Contains("unknown key 'qery'; did you mean 'query'?"));
  CHECK_THAT(Scene().refused("{provider: prometheus, url: 'ftp://h', metrics: [{name: a, query: x}]}"),
             Catch::Contains("expected one that begins with http:// or https://"));
  CHECK_THAT(Scene().refused("{provider: rest, url: 'http://h', metrics: [{name: a, jq: '.a['}]}"),
             Catch::Contains("1:59: error: jq: syntax error"));
  CHECK_THAT(Scene().refused("{provider: file, path: a.csv, metrics: [{name: a, query: '{{ .nosuch }}'}]}"),
             Catch::Contains("nosuch"));
  CHECK_THAT(Scene().refused("{provider: file, path: a.csv, metrics: [{name: a/b, query: x}]}"),
             Catch::Contains("expected a name without spaces and slashes"));
  CHECK_THAT(
      Scene().refused("{provider: file, path: a.csv, metrics: [{name: a, query: x}, {name: a, query: x}]}"),
      Catch::Contains("two metrics are named 'a'"));
  CHECK_THAT(
      Scene().refused("{provider: file, path: a.csv, metrics: [{name: a, kind: proportion, count: x}]}"),
      Catch::Contains("a proportion needs count and total"));
}
