// What a load says about failures, and counts that only some of its versions have.
#include "tasks/load/failures.h"

#include <catch2/catch.hpp>

#include "tasks/load/metrics.h"

using namespace iter8;
using namespace iter8::experiment;
using namespace std::chrono_literals;

namespace {

tasks::VersionLoad load_with(std::size_t version, std::vector<std::pair<int, std::int64_t>> statuses,
                             std::int64_t errors) {
  tasks::VersionLoad load{.version = version, .requested_rate = 10, .elapsed = 9900ms};
  for (const auto& [status, count] : statuses) load.tally.completed += count;
  load.tally.scheduled = load.tally.sent = load.tally.completed;
  load.tally.statuses = std::move(statuses);
  load.tally.errors[static_cast<std::size_t>(load::ErrorClass::status)] = errors;
  return load;
}

/// 10 requests to a port where nothing listens.
tasks::VersionLoad dead_load(std::size_t version) {
  tasks::VersionLoad load{.version = version, .requested_rate = 10, .elapsed = 900ms};
  load.tally.scheduled = load.tally.sent = 10;
  load.tally.errors[static_cast<std::size_t>(load::ErrorClass::connect)] = 10;
  load.tally.first_error = "Connection refused";
  return load;
}

}  // namespace

TEST_CASE("what only one version counted is 0 for the others that could have counted it") {
  std::vector<tasks::VersionLoad> loads = {load_with(0, {{200, 100}}, 0),
                                           load_with(1, {{200, 98}, {503, 2}}, 2), dead_load(2)};
  loads[1].tally.queued.record(1'000'000);
  std::vector<Observation> observations;
  for (const tasks::VersionLoad& load : loads)
    for (Observation& each : tasks::observations_of(load, "http", {50}))
      observations.push_back(std::move(each));

  tasks::complete_counts(loads, "http", observations);

  const auto count = [&](const std::string& name, std::size_t version) -> std::optional<double> {
    for (const Observation& each : observations)
      if (each.metric.name == name && each.version == version) return value_of(each.data);
    return std::nullopt;
  };
  CHECK(count("http/queued-count", 0) == 0);
  CHECK(count("http/queued-count", 1) == 1);
  CHECK(count("http/queued-count", 2) == 0);
  CHECK(count("http/status-503", 0) == 0);
  CHECK(count("http/status-503", 1) == 2);
  CHECK_FALSE(count("http/status-503", 2));  // without a response nothing is known about statuses
  CHECK(count("http/errors-connect", 0) == 0);
}

TEST_CASE("the statuses of failures are named where the counts tell them") {
  CHECK_THAT(tasks::summary_of(load_with(0, {{200, 98}, {503, 2}}, 2)),
             Catch::Contains("2 errors (2 status 503)"));
  const tasks::VersionLoad absent = load_with(0, {{404, 100}}, 100);
  CHECK_THAT(tasks::summary_of(absent), Catch::Contains("100 errors (100 status 404)"));
  CHECK(tasks::warnings_of(absent, "b").at(0).message == "every request to 'b' failed: status 404");
  // With errorRanges of the file's own.
  CHECK(tasks::error_statuses_of(load_with(0, {{201, 60}, {404, 40}}, 100).tally) == "201, 404");
  CHECK(tasks::error_statuses_of(load_with(0, {{201, 60}, {404, 40}}, 60).tally).empty());
  CHECK(tasks::error_statuses_of(load_with(0, {{500, 1}, {501, 1}, {502, 1}, {503, 1}, {504, 1}}, 5).tally) ==
        "500, 501, 502, 503, …");
}

TEST_CASE("what the first failed request says goes before its status") {
  CHECK(tasks::first_failure_of(dead_load(0).tally) == "Connection refused");
  CHECK(tasks::first_failure_of(load_with(0, {{404, 1}}, 1).tally) == "status 404");
  CHECK(tasks::first_failure_of(load_with(0, {{200, 1}}, 0).tally).empty());
}
