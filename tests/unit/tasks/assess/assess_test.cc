#include <catch2/catch.hpp>

#include "config/yaml/document.h"
#include "tasks/assess/options.h"
#include "tasks/assess/task.h"
#include "tests/unit/tasks/assess/assess_bench.h"

using namespace iter8;
using namespace iter8::experiment;
using tests::assessed;
using tests::Workbench;

namespace {

/// stable and candidate with latency-p95 of 100 and 120 msec, and error-rate of 0 and 0.02.
Workbench two_versions() {
  Workbench bench({"stable", "candidate"});
  bench.record("http/latency-p95", "msec", 0, 100.0);
  bench.record("http/latency-p95", "msec", 1, 120.0);
  bench.record("http/error-rate", "", 0, Proportion{.count = 0, .total = 50});
  bench.record("http/error-rate", "", 1, Proportion{.count = 1, .total = 50});
  bench.result.metrics["http/error-rate"].info.kind = MetricKind::proportion;
  return bench;
}

}  // namespace

TEST_CASE("every spelling of objectives means the same") {
  const std::string yaml = GENERATE(values<std::string>({
      "slos: [{metric: http/latency-p95, upper: 110, lower: 1}]",
      "slos: [{metric: http/latency-p95, upper: 110ms, lower: 1ms}]",
      "SLOs: [{metric: built-in/p95.0, upperLimit: 110, lowerLimit: 1}]",
      "SLOs: {upper: [{metric: http/latency-p95.0, limit: 110}], lower: [{metric: http/latency-p95, limit: "
      "1}]}",
      "criteria: {requestCount: iter8-fortio/request-count, objectives: [{metric: iter8-fortio/p95, "
      "upperLimit: 110},"
      " {metric: iter8-fortio/p95, lowerLimit: 1}]}",
      "criteria: {SLOs: [{metric: iter8-fortio/p95, upperLimit: 110, lowerLimit: 1}]}",
  }));
  INFO(yaml);
  Workbench bench = two_versions();
  const Assessment assessment = assessed(bench, yaml);

  CHECK(assessment.verdict == Verdict::fail);
  CHECK(satisfies_all(assessment, 0));
  CHECK_FALSE(satisfies_all(assessment, 1));
  CHECK(assessment.objectives[0].metric == "http/latency-p95");
  CHECK(assessment.objectives[0].upper == 110.0);
}

TEST_CASE("every spelling of rewards and patterns means the same") {
  const auto [yaml, direction, pattern] = GENERATE(table<std::string, Direction, std::string>({
      {"reward: {metric: shop/orders}", Direction::high, "ab"},
      {"reward: {metric: shop/orders, direction: low}", Direction::low, "ab"},
      {"rewards: {min: [shop/orders]}", Direction::low, "ab"},
      {"rewards: {max: [shop/orders]}", Direction::high, "ab"},
      {"criteria: {rewards: [{metric: shop/orders, preferredDirection: Low}]}", Direction::low, "ab"},
      {"{reward: {metric: shop/orders}, pattern: abn}", Direction::high, "abn"},
      {"{reward: {metric: shop/orders}, testingPattern: A/B/N}", Direction::high, "abn"},
  }));
  INFO(yaml);
  Workbench bench({"stable", "candidate"});
  bench.record("shop/orders", "", 0, 3.0);
  bench.record("shop/orders", "", 1, 5.0);
  const Assessment assessment = assessed(bench, yaml);
  CHECK(assessment.pattern == pattern);
  REQUIRE(assessment.rewards.size() == 1);
  CHECK(assessment.rewards[0].direction == direction);
  CHECK(assessment.winner->version == (direction == Direction::high ? 1u : 0u));
}

TEST_CASE("every option is read, with its default where the file has none") {
  const auto criteria_of = [](const std::string& yaml) {
    config::Problems problems("experiment.yaml");
    tasks::assess::AssessOptions options;
    const auto node = config::parse_document(yaml, problems);
    REQUIRE(node);
    CHECK(config::fields_of<tasks::assess::AssessOptions>().read(*node, problems, options));
    INFO(problems.to_text());
    return tasks::assess::criteria_of(options);
  };
  const verdict::Criteria given = criteria_of(R"(
slos:
- {metric: shop/errors, upper: 1%, confidence: 0.9, evidence: hybrid, noData: pass, weight: 3, key: true, gate: false}
reward: {metric: shop/orders, direction: low, mde: 0.2}
criteria: {requestCount: built-in/request-count, indicators: [shop/load]}
indicators: [shop/users]
pattern: ab
evidence: anytime
alpha: {pass: 0.1, fail: 0.02}
onInconclusive: point
noData: inconclusive
minSamples: 50
stopOnLoss: 0.03
cutoffOnViolation: false
judgeBaseline: true
score: {pass: 80, warning: 40}
history: runs.json
)");
  const verdict::ObjectiveOptions& objective = given.objectives.at(0);
  CHECK(objective.confidence == 0.9);
  CHECK(objective.evidence == EvidenceMode::hybrid);
  CHECK(objective.no_data == verdict::NoData::pass);
  CHECK(objective.weight == 3);
  CHECK(objective.key);
  CHECK_FALSE(objective.gate);
  CHECK(given.rewards.at(0).mde == 0.2);
  CHECK(given.request_count->value == "http/request-count");
  CHECK(given.indicators.size() == 2);
  CHECK(given.pattern == verdict::Pattern::ab);
  CHECK(given.evidence == EvidenceMode::anytime);
  CHECK(given.alpha.pass == 0.1);
  CHECK(given.alpha.fail == 0.02);
  CHECK(given.on_inconclusive == verdict::OnInconclusive::point);
  CHECK(given.no_data == verdict::NoData::inconclusive);
  CHECK(given.min_samples == 50);
  CHECK(given.stop_on_loss == 0.03);
  CHECK_FALSE(given.cutoff_on_violation);
  CHECK(given.judged == verdict::Judged::candidates_and_baseline);
  CHECK(given.score->pass == 80);
  CHECK(given.score->warning == 40);
  CHECK(given.history == "runs.json");

  const verdict::Criteria plain = criteria_of("slos: [{metric: shop/errors, upper: 1%}]");
  CHECK(plain.objectives.at(0).gate);
  CHECK_FALSE(plain.evidence);
  CHECK(plain.alpha.pass == 0.05);
  CHECK(plain.on_inconclusive == verdict::OnInconclusive::fail);
  CHECK(plain.cutoff_on_violation);
  CHECK(plain.judged == verdict::Judged::candidates);
  CHECK_FALSE(plain.score);
}

TEST_CASE("older spellings judge every version, the native one the candidates") {
  Workbench bench({"stable", "candidate"});
  bench.record("shop/errors", "", 0, 5.0);
  bench.record("shop/errors", "", 1, 0.0);
  const std::string older = "SLOs: [{metric: shop/errors, upperLimit: 1}]";
  const std::string native = "{slos: [{metric: shop/errors, upper: 1}], evidence: point}";
  CHECK(assessed(bench, older).verdict == Verdict::fail);
  CHECK(assessed(bench, native).verdict == Verdict::pass);
  CHECK_FALSE(assessed(bench, native).objectives[0].versions[0].gate);
}

TEST_CASE("a violated objective says by what") {
  Workbench bench = two_versions();
  const ObjectiveCheck check =
      assessed(bench, "slos: [{metric: http/latency-p95, upper: 110}]").objectives[0].versions[1];
  CHECK(check.verdict == Verdict::fail);
  CHECK(check.value == 120.0);
  CHECK(check.limit == 110.0);
  CHECK(check.reason == "120 msec is above the limit of 110 msec");
}

TEST_CASE("a value at its limit satisfies it") {
  Workbench bench = two_versions();
  CHECK(assessed(bench, "slos: [{metric: http/latency-p95, upper: 120, lower: 100}]").verdict ==
        Verdict::pass);
}

TEST_CASE("shares and counts of samples come from proportions") {
  Workbench bench = two_versions();
  const Assessment assessment =
      assessed(bench, "{slos: [{metric: http/error-rate, upper: 1%}], evidence: point}");
  CHECK(assessment.objectives[0].versions[0].satisfied);
  CHECK_FALSE(assessment.objectives[0].versions[1].satisfied);
  CHECK(assessment.objectives[0].versions[1].samples == 50);
}

TEST_CASE("a relative limit follows the baseline and holds for the baseline itself") {
  Workbench bench = two_versions();
  const Assessment assessment = assessed(
      bench, "slos: [{metric: http/latency-p95, upper: +10%}, {metric: http/latency-p95, upper: +20%}]");
  CHECK(assessment.objectives[0].relative_upper == "+10%");
  CHECK(assessment.objectives[0].versions[0].verdict == Verdict::pass);
  CHECK_FALSE(assessment.objectives[0].versions[0].reason.empty());
  CHECK(assessment.objectives[0].versions[1].verdict == Verdict::fail);
  CHECK(assessment.objectives[0].versions[1].limit.value() == Approx(110));
  CHECK(assessment.objectives[1].versions[1].verdict == Verdict::pass);
}

TEST_CASE("a missing metric is an error that names it") {
  Workbench bench = two_versions();
  const Assessment assessment = assessed(bench, "slos: [{metric: http/latncy-p95, upper: 110}]");
  CHECK(assessment.verdict == Verdict::error);
  const ObjectiveCheck& check = assessment.objectives[0].versions[0];
  CHECK_FALSE(check.satisfied);
  CHECK(check.reason == "no task recorded the metric http/latncy-p95; did you mean 'http/latency-p95'?");
  REQUIRE(assessment.warnings.size() == 1);
  CHECK(assessment.warnings[0].code == "missing-metric");
}

TEST_CASE("a version without a value is named") {
  Workbench bench({"stable", "candidate"});
  bench.record("shop/orders", "", 0, 3.0);
  const Assessment assessment = assessed(bench, "slos: [{metric: shop/orders, lower: 1}]");
  CHECK(assessment.objectives[0].versions[0].satisfied);
  CHECK(assessment.objectives[0].versions[1].reason == "shop/orders has no value for version 'candidate'");
}

TEST_CASE("a violated objective beats a missing one") {
  Workbench bench = two_versions();
  CHECK(assessed(bench, "slos: [{metric: x/y, upper: 1}, {metric: http/latency-p95, upper: 1}]").verdict ==
        Verdict::fail);
}

TEST_CASE("noData decides the verdict for a missing metric") {
  const auto [word, verdict] = GENERATE(values<std::pair<std::string, Verdict>>(
      {{"fail", Verdict::fail}, {"inconclusive", Verdict::inconclusive}, {"pass", Verdict::pass}}));
  Workbench bench = two_versions();
  const Assessment assessment = assessed(bench, "{slos: [{metric: x/y, upper: 1}], noData: " + word + "}");
  CHECK(assessment.verdict == verdict);
  CHECK(assessment.objectives[0].versions[0].satisfied == (verdict == Verdict::pass));
}

TEST_CASE("a metric that is awaited leaves its objective open, unless noData says otherwise") {
  const auto [more, verdict] =
      GENERATE(table<std::string, Verdict>({{"", Verdict::inconclusive},
                                            {", evidence: point", Verdict::inconclusive},
                                            {", noData: fail", Verdict::fail},
                                            {", noData: pass", Verdict::pass}}));
  Workbench bench({"stable", "candidate"});
  bench.record("shop/orders", "", 1, 3.0);
  bench.result.metrics["shop/orders"].awaited = {"the answer is empty", ""};
  for (const char* limit : {"5", "+200%"}) {
    INFO(limit << more);
    const Assessment assessment =
        assessed(bench, "{slos: [{metric: shop/orders, upper: " + std::string(limit) + "}]" + more + "}");
    const std::size_t undecided = limit[0] == '+' ? 1 : 0;  // relative to the baseline, which has no data
    CHECK(assessment.objectives[0].versions[undecided].verdict == verdict);
    CHECK_THAT(assessment.objectives[0].versions[0].reason,
               Catch::Contains("no data for version 'stable': the answer is empty"));
  }
}

TEST_CASE("a reward that is awaited leaves the verdict open, one that is missing is an error") {
  Workbench bench({"stable", "candidate"});
  bench.record("shop/orders", "", 1, 3.0);
  CHECK(assessed(bench, "reward: {metric: shop/orders}").verdict == Verdict::error);
  bench.result.metrics["shop/orders"].awaited = {"the answer is empty", ""};
  CHECK(assessed(bench, "reward: {metric: shop/orders}").verdict == Verdict::inconclusive);
}

TEST_CASE("a time limit of a metric that is not a time is an error for its objective") {
  Workbench bench;
  bench.record("shop/orders", "orders", 0, 3.0);
  const Assessment assessment = assessed(bench, "slos: [{metric: shop/orders, upper: 1s}]");
  CHECK(assessment.verdict == Verdict::error);
  CHECK(assessment.objectives[0].versions[0].reason ==
        "the limit 1s is a time, but the unit of shop/orders is orders");
}

TEST_CASE("a time or share limit of a metric without a unit is an error for its objective, a number is not") {
  const auto [limit, verdict] = GENERATE(table<std::string, Verdict>(
      {{"250ms", Verdict::error}, {"1%", Verdict::error}, {"250", Verdict::pass}}));
  INFO(limit);
  Workbench bench;
  bench.record("app/latency", "", 0, 3.2);
  const Assessment assessment =
      assessed(bench, "{slos: [{metric: app/latency, upper: " + limit + "}], noData: pass}");
  CHECK(assessment.verdict == verdict);
  CHECK((assessment.objectives[0].versions[0].reason.find("has no unit") != std::string::npos) ==
        (verdict == Verdict::error));
}

TEST_CASE("a limit of another unit of the same kind is converted") {
  const auto [limit, unit, expected] = GENERATE(table<std::string, std::string, double>(
      {{"250ms", "seconds", 0.25}, {"5%", "percent", 5}, {"5%", "ratio", 0.05}}));
  Workbench bench;
  bench.record("app/value", unit, 0, 0.01);
  const Assessment assessment = assessed(bench, "slos: [{metric: app/value, upper: " + limit + "}]");
  CHECK(assessment.verdict == Verdict::pass);
  CHECK(assessment.objectives[0].upper == expected);
}

TEST_CASE("a limit that no share can have is an error, whatever the evidence and whatever noData says") {
  const auto [limit, mode] =
      GENERATE(table<std::string, std::string>({{"5", "point"}, {"5", "fixed"}, {"-0.1", "anytime"}}));
  Workbench bench;
  bench.record("shop/errors", "", 0, Proportion{.count = 1, .total = 10'000});
  bench.result.metrics["shop/errors"].info.kind = MetricKind::proportion;
  const Assessment assessment = assessed(
      bench, "{slos: [{metric: shop/errors, upper: " + limit + "}], noData: pass, evidence: " + mode + "}");
  CHECK(assessment.verdict == Verdict::error);
  CHECK(assessment.objectives[0].versions[0].reason ==
        "the limit " + limit + " of the share shop/errors is none; expected 0 to 1, or a percentage");
}

TEST_CASE("wrong options are reported with what was expected") {
  const auto [yaml, problem] = GENERATE(values<std::pair<std::string, std::string>>({
      {"slos: [{metric: http/latency-p95}]", "has no limit"},
      {"slos: [{metric: latency, upper: 1}]", "must be a metric's name"},
      {"slos: [{upper: 1}]", "missing key 'metric'"},
      {"slos: [{metric: a/b, upper: soon}]", "expected a number, a time"},
      {"slos: [{metric: a/b, upper: 1, lower: 2}]", "is above its upper limit"},
      {"slos: [{metric: http/error-rate, upper: 10ms}]", "is a time"},
      {"slos: [{metric: http/error-rate, upper: 200%}]", "is not a share"},
      {"slos: [{metric: http/request-count, upper: 10%}]", "is a share; expected a number"},
      {"slos: [{metric: http/status-500, upper: 1%}]", "is a share; expected a number"},
      {"slos: [{metric: http/errors-timeout, upper: 1s}]", "is a time; expected a number"},
      {"slos: [{metric: http/rate-ratio, lower: 1s}]", "is a time; expected a number"},
      {"slos: [{metric: http/latency-p95, upper: 10%}]", "is a share"},
      {"slos: [{metric: a/b, uper: 1}]", "uper"},
      {"SLOs: {upper: [{metric: a/b}]}", "missing key 'limit'"},
      {"{slos: [{metric: a/b, upper: 1}], evidence: certain}", "certain"},
      {"{slos: [{metric: a/b, upper: 1}], noData: ignore}", "ignore"},
      {"rewards: {max: [orders]}", "must be a metric's name"},
  }));
  INFO(yaml);
  Workbench bench;
  CHECK_FALSE(bench.build(tasks::assess::assess_kind(), yaml));
  CHECK_THAT(bench.problems(), Catch::Contains(problem));
}

TEST_CASE("nothing to assess is a warning, as in older versions") {
  Workbench bench;
  const Outcome outcome = bench.run(tasks::assess::assess_kind(), "{}");
  CHECK_FALSE(outcome.assessment);
  CHECK_THAT(bench.problems(), Catch::Contains("nothing to assess"));
}

TEST_CASE("indicators alone are shown with their intervals, and nothing is judged") {
  Workbench bench;
  const Outcome outcome = bench.run(tasks::assess::assess_kind(), "indicators: [http/error-rate]");
  CHECK(bench.problems().empty());
  REQUIRE(outcome.assessment);
  CHECK(outcome.assessment->verdict == Verdict::skipped);
  CHECK_FALSE(outcome.assessment->winner);
  CHECK(outcome.assessment->indicators == std::vector<std::string>{"http/error-rate"});
}

TEST_CASE("the metrics an assessment needs are known before it runs, with their lines") {
  Workbench bench;
  const auto task =
      bench.build(tasks::assess::assess_kind(),
                  "slos:\n- {metric: built-in/p95.0, upper: 1}\nreward: {metric: shop/orders}\n");
  REQUIRE(task);
  const auto consumed = task->consumes();
  REQUIRE(consumed.size() == 2);
  CHECK(consumed[0].name == "http/latency-p95");
  CHECK(consumed[0].position.line == 2);
  CHECK(consumed[1].name == "shop/orders");
  CHECK(task->objectives() == 1);
}

TEST_CASE("a pattern that does not fit the versions is found before the run, wherever these are named") {
  Workbench bench;
  const auto task =
      bench.build(tasks::assess::assess_kind(), "{slos: [{metric: a/b, upper: 1}], pattern: canary}");
  REQUIRE(task);
  config::Problems problems("f");
  task->foresee({.versions = bench.versions, .iterations = 1, .once = {}, .repeated = {}}, problems);
  CHECK_THAT(problems.to_text(),
             Catch::Contains("error: pattern canary compares two versions, the experiment has 1"));
}

TEST_CASE("too few requests for what is asked are a warning with the number that it takes") {
  Workbench bench;
  const auto task = bench.build(tasks::assess::assess_kind(), "slos: [{metric: http/error-rate, upper: 1%}]");
  REQUIRE(task);
  config::Problems problems("f");
  task->foresee({.versions = bench.versions,
                 .iterations = 1,
                 .once = {},
                 .repeated = {{.provider = "http", .requests = 100, .seconds = 10}}},
                problems);
  CHECK_FALSE(problems.has_errors());
  CHECK_THAT(problems.to_text(),
             Catch::Contains("warning: 100 requests to a version cannot certify "
                             "http/error-rate <= 1%, even if all are good; it takes 299"));
}
