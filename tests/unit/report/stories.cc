#include "stories.h"

#include <algorithm>

#include "base/clock.h"

namespace iter8::tests {

using namespace iter8::experiment;

namespace {

/// One load-tested version, two tasks of which both completed, nothing assessed.
Result finished() {
  Result result;
  result.iter8_version = "1.0.0";
  result.start = *base::parse_rfc3339("2026-01-01T00:00:00Z");
  result.end = *base::parse_rfc3339("2026-01-01T00:00:20Z");
  result.experiment_name = "load-test";
  result.digest = "sha256:0000000000000000000000000000000000000000000000000000000000000000";
  result.file = "experiment.yaml";
  result.num_tasks = 2;
  result.num_completed_tasks = 2;
  result.num_loops = 1;
  result.versions = {"0"};
  result.executions = {
      {.section = Section::tasks,
       .index = 0,
       .iteration = 1,
       .task = "http",
       .start = result.start,
       .seconds = 12.5,
       .message = "100 requests, 0 errors"},
      {.section = Section::tasks,
       .index = 1,
       .iteration = 1,
       .task = "assess",
       .start = result.start,
       .seconds = 0.001,
       .message = "verdict pass"},
  };
  return result;
}

void record(Result& result, const std::string& name, MetricKind kind, const std::string& unit,
            std::size_t version, MetricData data) {
  MetricSeries& series = result.metrics[name];
  series.info = {.name = name, .kind = kind, .unit = unit, .description = ""};
  series.versions.resize(result.versions.size());
  series.versions[version].push_back({.iteration = 1, .data = std::move(data)});
}

void record_load(Result& result, std::size_t version, double p95, std::int64_t errors) {
  record(result, "http/request-count", MetricKind::counter, "", version, 100.0);
  record(result, "http/error-count", MetricKind::counter, "", version, static_cast<double>(errors));
  record(result, "http/error-rate", MetricKind::proportion, "", version,
         Proportion{.count = errors, .total = 100});
  record(result, "http/latency", MetricKind::histogram, "msec", version,
         BucketCounts{
             {{.lower = 1, .upper = 2, .count = 90}, {.lower = p95 - 1, .upper = p95 + 1, .count = 10}}});
  record(result, "http/latency-mean", MetricKind::summary, "msec", version,
         SampleSummary{.count = 100, .mean = p95 / 3, .variance = 4, .min = 1, .max = p95 + 1});
  record(result, "http/latency-p95", MetricKind::gauge, "msec", version, p95);
  record(result, "http/lateness-p99", MetricKind::gauge, "msec", version, 0.12);
  record(result, "http/rate-asked", MetricKind::gauge, "/s", version, 8.0);
  record(result, "http/rate-achieved", MetricKind::gauge, "/s", version, 7.998);
  record(result, "http/status-200", MetricKind::counter, "", version, static_cast<double>(100 - errors));
  if (errors > 0)
    record(result, "http/errors-timeout", MetricKind::counter, "", version, static_cast<double>(errors));
}

ObjectiveCheck satisfied(double value, double limit) {
  return {.value = value, .limit = limit, .satisfied = true, .verdict = Verdict::pass, .samples = 100};
}

ObjectiveCheck violated(double value, double limit, std::string reason) {
  return {
      .value = value, .limit = limit, .verdict = Verdict::fail, .samples = 100, .reason = std::move(reason)};
}

Result pass() {
  Result result = finished();
  record_load(result, 0, 12.34, 0);
  result.declared_objectives = 2;
  result.assessment = Assessment{
      .verdict = Verdict::pass,
      .pattern = "conformance",
      .objectives = {{.metric = "http/error-rate", .upper = 0, .line = 7, .versions = {satisfied(0, 0)}},
                     {.metric = "http/latency-p95",
                      .upper = 100,
                      .lower = 1,
                      .line = 8,
                      .versions = {satisfied(12.34, 100)}}},
      .winner = Winner{.found = true, .version = 0, .best = {0}, .reason = "'0' satisfies every objective"}};
  return result;
}

Result fail() {
  Result result = finished();
  record_load(result, 0, 312.5, 3);
  result.declared_objectives = 1;
  result.assessment = Assessment{
      .verdict = Verdict::fail,
      .pattern = "conformance",
      .objectives = {{.metric = "http/latency-p95",
                      .upper = 250,
                      .line = 8,
                      .versions = {violated(312.5, 250, "312.5 msec is above the limit of 250 msec")}}},
      .winner = Winner{.reason = "no version satisfies every objective"}};
  return result;
}

/// What does not gate is not met, and the run passes all the same.
Result not_gating() {
  Result result = pass();
  result.declared_objectives = 3;
  result.assessment->objectives.push_back(
      {.metric = "http/latency-p99",
       .upper = 250,
       .line = 9,
       .gate = false,
       .versions = {violated(312.5, 250, "312.5 msec is above the limit of 250 msec")}});
  return result;
}

Result missing_metric() {
  Result result = finished();
  record_load(result, 0, 12.34, 0);
  const std::string reason = "no task recorded the metric http/latncy-p95; did you mean 'http/latency-p95'?";
  result.assessment = Assessment{.verdict = Verdict::error,
                                 .pattern = "conformance",
                                 .objectives = {{.metric = "http/latncy-p95",
                                                 .upper = 250,
                                                 .line = 8,
                                                 .versions = {{.reason = reason}}}},
                                 .winner = Winner{.reason = "no version satisfies every objective"},
                                 .warnings = {{.code = "missing-metric", .message = reason}}};
  return result;
}

Result winner() {
  Result result = finished();
  result.experiment_name = "checkout-canary";
  result.versions = {"stable", "candidate"};
  record_load(result, 0, 12.34, 0);
  record_load(result, 1, 13.1, 1);
  record(result, "shop/orders", MetricKind::gauge, "", 0, 0.031);
  record(result, "shop/orders", MetricKind::gauge, "", 1, 0.042);
  result.assessment = Assessment{
      .verdict = Verdict::pass,
      .pattern = "ab",
      .objectives = {{.metric = "http/latency-mean",
                      .relative_upper = "+10%",
                      .line = 8,
                      .versions = {{.value = 4.11, .satisfied = true, .verdict = Verdict::pass},
                                   satisfied(4.37, 4.52)}}},
      .rewards = {{.metric = "shop/orders", .versions = {{.value = 0.031}, {.value = 0.042}}, .best = {1}}},
      .winner = Winner{.found = true,
                       .version = 1,
                       .best = {1},
                       .recommended = 1,
                       .reason = "'candidate' has the highest shop/orders"}};
  return result;
}

/// A canary after three looks: one objective certified, one open.
Result inconclusive() {
  Result result = finished();
  result.experiment_name = "canary-evidence";
  result.versions = {"stable", "candidate"};
  result.num_loops = 3;
  record_load(result, 0, 12.34, 0);
  record_load(result, 1, 13.1, 1);
  const ObjectiveCheck open{.value = 0.004,
                            .limit = 0.01,
                            .verdict = Verdict::inconclusive,
                            .samples = 1200,
                            .probability = 0.985,
                            .interval = std::pair{0.0012, 0.0121},
                            .log_evidence_pass = 1.9,
                            .log_evidence_fail = -4.2,
                            .needed = 1900,
                            .evidence = EvidenceMode::hybrid,
                            .reason =
                                "0.4 % (1200 samples) does not settle whether it is <= 1 %; P(met) 0.985, "
                                "interval 0.12 % to 1.21 %; about 1900 samples in all would settle it"};
  ObjectiveCheck certain = open;
  certain.value = 0;
  certain.probability = 0.999999;
  certain.interval = std::pair{0.0, 0.0051};
  certain.satisfied = true;
  certain.verdict = Verdict::pass;
  certain.decided_at = 2;
  certain.needed.reset();
  certain.reason =
      "0 % (1200 samples) meets <= 1 %; P(met) > 0.9999, interval 0 % to 0.51 %; decided at look 2";
  result.declared_objectives = 1;
  result.assessment = Assessment{
      .verdict = Verdict::inconclusive,
      .pattern = "canary",
      .objectives = {{.metric = "http/error-rate", .upper = 0.01, .line = 9, .versions = {certain, open}}},
      .winner = Winner{.reason = "it is not decided yet whether 'candidate' meets every objective"},
      .weights = {90, 10},
      .looks = {{.line = 7, .iteration = 1, .objectives = {{{.log_pass = 1.2, .log_fail = -3}, {}}}},
                {.line = 7, .iteration = 2, .objectives = {{{.log_pass = 3.9, .log_fail = -6}, {}}}},
                {.line = 7, .iteration = 3, .objectives = {{{.log_pass = 6, .log_fail = -9}, {1.9, -4.2}}}}},
      .warnings = {{.code = "open-loop-missed",
                    .message =
                        "http: 150 requests a second of 200 asked for: the load was lighter than planned, "
                        "and the slowest answers may be missing"}}};
  return result;
}

/// An A/B test with a certified winner.
Result certified() {
  Result result = finished();
  result.experiment_name = "ab-conversion";
  result.versions = {"stable", "candidate"};
  record(result, "orders/conversion", MetricKind::proportion, "", 0, Proportion{.count = 50, .total = 1000});
  record(result, "orders/conversion", MetricKind::proportion, "", 1, Proportion{.count = 90, .total = 1000});
  result.assessment = Assessment{
      .verdict = Verdict::pass,
      .pattern = "ab",
      .rewards =
          {{.metric = "orders/conversion",
            .versions = {{.value = 0.05, .interval = std::pair{0.038, 0.065}, .probability_best = 0.0002},
                         {.value = 0.09,
                          .interval = std::pair{0.074, 0.109},
                          .probability_best = 0.9998,
                          .expected_loss = 2.1e-6,
                          .lift = 0.8,
                          .lift_interval = std::pair{0.29, 1.5},
                          .probability_beats_baseline = 0.9998}},
            .best = {1},
            .evidence = EvidenceMode::hybrid}},
      .winner =
          Winner{.found = true,
                 .version = 1,
                 .best = {1},
                 .recommended = 1,
                 .reason = "'candidate' is certainly better in orders/conversion than every other version"},
      .weights = {0, 100}};
  return result;
}

LoadBlock block_of(std::int64_t asked, std::int64_t timeouts, std::int64_t latency_msec) {
  LoadBlock block{.asked = asked, .sent = asked, .completed = asked - timeouts, .connections = 4};
  if (timeouts > 0) block.errors["timeout"] = timeouts;
  if (asked == 0) return block;
  stats::Sketch::Builder latency;
  for (std::int64_t i = 1; i <= asked; ++i) latency.record((latency_msec + i) * 1'000'000);
  block.histogram = latency.take();
  return block;
}

LoadSeries course_of(std::size_t version, std::vector<LoadBlock> blocks) {
  return {.provider = "http",
          .version = version,
          .iteration = 1,
          .start = *base::parse_rfc3339("2026-01-01T00:00:01Z"),
          .seconds = static_cast<double>(blocks.size()) - 0.5,
          .blocks = {std::chrono::seconds(1), std::move(blocks)}};
}

/// Two versions over four seconds: one has a second without any answer and errors, names are hostile.
Result course() {
  Result result = winner();
  result.versions = {"stable", "<b>&\"candidate"};
  result.series = {
      course_of(0, {block_of(8, 0, 10), block_of(8, 0, 10), block_of(8, 0, 12), block_of(4, 0, 11)}),
      course_of(1, {block_of(8, 0, 10), block_of(0, 0, 0), block_of(9, 3, 400), block_of(4, 1, 15)})};
  return result;
}

Result interrupted() {
  Result result = finished();
  result.num_completed_tasks = 1;
  result.interrupted = "SIGINT";
  result.executions.pop_back();
  result.executions[0].status = ExecutionStatus::interrupted;
  result.executions[0].message = "stopped after 3.2s: 25 requests, 0 errors";
  record_load(result, 0, 12.34, 0);
  return result;
}

Result failure() {
  Result result = finished();
  result.failure = true;
  result.num_completed_tasks = 0;
  result.executions.pop_back();
  result.executions[0].status = ExecutionStatus::failed;
  result.executions[0].name = "cart";
  result.executions[0].message = "cannot read the certificates of /etc/ca.pem: No such file or directory";
  return result;
}

Result not_assessed() {
  Result result = finished();
  record_load(result, 0, 12.34, 0);
  result.executions[0].warnings = {
      {.code = "tls-not-verified", .message = "certificates were not verified (tls.insecure)"}};
  return result;
}

/// A file that could not be loaded: nothing ran.
Result refused() {
  Result result;
  result.iter8_version = "1.0.0";
  result.start = *base::parse_rfc3339("2026-01-01T00:00:00Z");
  result.end = result.start;
  result.file = "canary/experiment.yaml";
  result.file_problems = {
      {.line = 3, .column = 5, .message = "unknown key 'qsp'; did you mean 'qps'?"},
      {.line = 9, .column = 3, .is_error = false, .message = "the metric http/latncy has no source"}};
  return result;
}

/// An objective that the data do not decide, an assessment of fewer objectives than the file has.
Result undecided() {
  Result result = finished();
  record_load(result, 0, 98, 0);
  result.declared_objectives = 2;
  result.assessment = Assessment{
      .verdict = Verdict::inconclusive,
      .pattern = "conformance",
      .objectives = {
          {.metric = "http/latency-p95",
           .upper = 100,
           .line = 8,
           .versions = {{.value = 98,
                         .limit = 100,
                         .verdict = Verdict::inconclusive,
                         .samples = 100,
                         .probability = 0.7,
                         .interval = std::pair{92.0, 104.0},
                         .evidence = EvidenceMode::fixed,
                         .reason =
                             "98 msec (100 samples) does not settle whether it is <= 100 msec; P(met) 0.7, "
                             "interval 92 msec to 104 msec"}}}}};
  return result;
}

/// Names and messages that try to be markup, terminal control or broken text.
Result hostile() {
  Result result = finished();
  result.experiment_name = "<img src=x> @team #12 [link](http://x)";
  result.versions = {"a|b", "\x1b[31mred"};
  record(result, "x/<script>|`code`", MetricKind::gauge, "**", 0, 1.0);
  result.failure = true;
  result.executions[0].status = ExecutionStatus::failed;
  result.executions[0].message =
      "bad \xff byte\nsecond line | cell ]]> & \" ' \xEF\xBF\xBE ::error::x ##[group]y %0A::add-mask::z";
  result.assessment = Assessment{
      .verdict = Verdict::fail,
      .objectives = {{.metric = "x/<script>|`code`",
                      .upper = 1,
                      .line = 4,
                      .versions = {violated(2, 1, "\n::error::not ours\r\n</testcase>"), satisfied(1, 1)}}},
      .winner = Winner{.found = true, .version = 0, .best = {0}, .reason = "$(reboot) `reboot`\n# EOF"}};
  return result;
}

}  // namespace

std::vector<Story> stories() {
  return {{"pass", pass()},
          {"fail", fail()},
          {"not-gating", not_gating()},
          {"missing-metric", missing_metric()},
          {"winner", winner()},
          {"inconclusive", inconclusive()},
          {"certified", certified()},
          {"course", course()},
          {"interrupted", interrupted()},
          {"failure", failure()},
          {"not-assessed", not_assessed()},
          {"refused", refused()},
          {"undecided", undecided()},
          {"hostile", hostile()}};
}

Result story(const std::string& name) {
  const std::vector<Story> all = stories();
  return std::find_if(all.begin(), all.end(), [&](const Story& each) { return each.name == name; })->result;
}

}  // namespace iter8::tests
