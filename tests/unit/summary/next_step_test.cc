#include "summary/next_step.h"

#include <string>
#include <vector>

#include <catch2/catch.hpp>

using namespace iter8;
using namespace iter8::experiment;
using Lines = std::vector<std::string>;

namespace {

Result failed_load() {
  Result result;
  result.file = "canary.yaml";
  result.versions = {"0"};
  result.failure = true;
  return result;
}

void count(Result& result, const std::string& metric, double value) {
  MetricSeries& series = result.metrics[metric];
  series.info = {.name = metric, .kind = MetricKind::counter};
  series.versions.resize(1);
  series.versions[0].push_back({.iteration = 1, .data = value});
}

}  // namespace

TEST_CASE("a run that failed can be resumed where its result is kept") {
  CHECK(summary::next_steps(failed_load(), "result.yaml") ==
        Lines{"iter8 run --resume canary.yaml continues where it stopped"});
  CHECK(summary::next_steps(failed_load(), "r.yaml") ==
        Lines{"iter8 run --resume canary.yaml --result r.yaml continues where it stopped"});
  CHECK(summary::next_steps(failed_load(), "").empty());
}

TEST_CASE("the causes of errors are the statuses of answers, or how requests failed, each once") {
  Result web = failed_load();
  count(web, "http/error-count", 4);
  count(web, "http/errors-status", 3);
  count(web, "http/errors-timeout", 1);
  count(web, "http/status-200", 96);
  count(web, "http/status-404", 2);
  count(web, "http/status-503", 1);
  CHECK(summary::error_causes(web) ==
        Lines{"http: 2 answers with status 404, 1 answer with status 503, 1 failed by timeout"});

  Result calls = failed_load();
  count(calls, "grpc/error-count", 2);
  count(calls, "grpc/errors-status", 2);
  count(calls, "grpc/errors-unavailable", 2);
  CHECK(summary::error_causes(calls) == Lines{"grpc: 2 failed by unavailable"});
}
