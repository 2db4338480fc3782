#include "tasks/load/part_metrics.h"

#include <algorithm>

#include <catch2/catch.hpp>

using namespace iter8;
using namespace iter8::experiment;
using namespace std::chrono_literals;

namespace {

/// 100 responses of 1 to 100 msec at 10 a second, each read at once.
tasks::VersionLoad load_of_100() {
  tasks::VersionLoad load{.requested_rate = 10, .elapsed = 9900ms};
  load.tally.scheduled = load.tally.sent = load.tally.completed = 100;
  for (std::int64_t i = 1; i <= 100; ++i) load.tally.latency.record(i * 1'000'000);
  load.tally.ok_latency = load.tally.first_byte = load.tally.latency;
  load.tally.transfer.record(0, 100);
  return load;
}

const Observation* found(const std::vector<Observation>& observations, const std::string& name) {
  const auto each = std::find_if(observations.begin(), observations.end(),
                                 [&](const Observation& one) { return one.metric.name == name; });
  return each == observations.end() ? nullptr : &*each;
}

double number(const std::vector<Observation>& observations, const std::string& name) {
  const Observation* observation = found(observations, name);
  INFO(name);
  REQUIRE(observation);
  return value_of(observation->data).value();
}

}  // namespace

TEST_CASE("first bytes have histograms where some response came in several reads, or somebody asks") {
  tasks::VersionLoad load = load_of_100();
  const auto plain = tasks::observations_of(load, "http", {});
  CHECK(number(plain, "http/ttfb-mean") == Approx(50.5));
  CHECK(number(plain, "http/transfer-p99") == Approx(0.001));
  CHECK_FALSE(found(plain, "http/ttfb"));
  CHECK_FALSE(found(plain, "http/ttft"));
  CHECK(found(tasks::observations_of(load, "http", {}, {"http/ttfb-p97.5"}), "http/ttfb"));
  load.tally.transfer.record(5'000'000);
  const auto differs = tasks::observations_of(load, "http", {});
  CHECK(found(differs, "http/ttfb"));
  CHECK(found(differs, "http/transfer"));
}

TEST_CASE("what is inside responses is recorded under the names of its parts") {
  tasks::VersionLoad load = load_of_100();
  load.part_names = tasks::PartNames{.has_content = true, .has_tokens = true};
  load::PartTally& parts = load.tally.parts;
  parts.count = 60;
  parts.without = 1;
  parts.first_content.record(300'000'000);
  parts.gaps.record(20'000'000, 59);
  parts.content_gaps.record(21'000'000, 50);
  parts.counts.record(60 * load::PartTally::kOne);
  parts.rates.record(50 * load::PartTally::kOne);
  parts.tokens.record(120 * load::PartTally::kOne);
  parts.all_tokens = 120;
  parts.time_per_token.record(10'000'000);
  const auto observations = tasks::observations_of(load, "http", {});
  CHECK(number(observations, "http/ttft-p99") == Approx(300));
  CHECK(number(observations, "http/inter-event-mean") == Approx(20));
  CHECK(number(observations, "http/inter-token-mean") == Approx(21));
  CHECK(number(observations, "http/events-p50") == Approx(60));
  CHECK(number(observations, "http/event-rate-mean") == Approx(50));
  CHECK(number(observations, "http/event-count") == 60);
  CHECK(number(observations, "http/empty-count") == 1);
  CHECK(number(observations, "http/output-tokens-mean") == Approx(120));
  CHECK(number(observations, "http/output-token-count") == 120);
  CHECK(number(observations, "http/token-rate") == Approx(120 / 9.9));
  CHECK(number(observations, "http/time-per-output-token-p95") == Approx(10));
  CHECK(found(observations, "http/events")->metric.unit.empty());
  CHECK(found(observations, "http/event-rate")->metric.unit == "/s");

  const auto names = tasks::part_metric_names("http", *load.part_names);
  for (const std::string& name : names) CHECK(found(observations, name));
}
