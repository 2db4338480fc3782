#include "experiment/file/loader.h"

#include <catch2/catch.hpp>

#include "base/digest.h"
#include "base/error.h"
#include "tests/unit/experiment/file/loading.h"
#include "tests/unit/experiment/scene.h"

using namespace iter8;
using namespace iter8::experiment;
using namespace iter8::experiment::test;
using namespace std::chrono_literals;

namespace {

std::string plan_of(const Step& step) {
  return step.task->plan({}).front();
}

}  // namespace

TEST_CASE("The native shape is read whole") {
  Bench bench;
  const Loaded loaded = bench.load(R"(
name: checkout
versions:
  - {name: stable, url: "http://a", port: 8080, tag: 1.20}
  - {name: candidate, url: "http://b"}
setup: [{task: probe}]
loop: {iterations: 5, interval: 30s, until: WinnerFound()}
tasks:
  - {task: probe, name: gate, if: SLOs(), timeout: 10s, retries: 2, continueOnError: true, with: {url: "http://c"}}
  - run: echo ${HOME}
finally: [{task: collect-probe-metrics}]
)");
  INFO(loaded.problems);
  REQUIRE(loaded.experiment);
  const Experiment& experiment = *loaded.experiment;
  CHECK(experiment.name == "checkout");
  REQUIRE(experiment.versions.size() == 2);
  CHECK(*experiment.versions[0].find("port") == config::Value(8080));
  CHECK(*experiment.versions[0].find("tag") == config::Value("1.20"));
  CHECK(experiment.loop.iterations == 5);
  CHECK(experiment.loop.interval == 30s);
  CHECK(experiment.loop.until.has_value());
  CHECK(experiment.num_tasks() == 4);

  const Step& gate = experiment.tasks[0];
  CHECK(gate.title() == "probe (gate)");
  CHECK(gate.condition.has_value());
  CHECK(gate.timeout == 10s);
  CHECK(gate.retries == 2);
  CHECK(gate.continue_on_error);
  CHECK(experiment.tasks[1].kind == "run");
  CHECK(plan_of(experiment.tasks[1]) == "echo ${HOME}");
  CHECK(experiment.finally[0].kind == "probe");
}

TEST_CASE("A bare list, spec with result, and metadata are the older shapes") {
  Bench bench;
  CHECK(bench.load("- task: probe\n").experiment);
  CHECK(bench.load("spec: [{task: probe}]\nresult: {failure: false}\n").experiment);
  const Loaded loaded = bench.load("metadata: {name: shop, namespace: default}\nspec: [{task: probe}]\n");
  REQUIRE(loaded.experiment);
  CHECK(loaded.experiment->name == "shop");
  CHECK(loaded.experiment->spelling == FileSpelling::older);
}

TEST_CASE("Without a task that judges, shape and names tell whether a file is in an older spelling") {
  Bench bench;
  CHECK(bench.load("tasks: [{task: probe}]\n").experiment->spelling == FileSpelling::native);
  CHECK(bench.load("tasks: [{task: collect-probe-metrics}]\n").experiment->spelling == FileSpelling::older);
  CHECK(bench.load("- task: probe\n").experiment->spelling == FileSpelling::older);
  CHECK(bench.load("spec: [{task: probe}]\n").experiment->spelling == FileSpelling::older);
}

TEST_CASE("A task that judges tells the spelling of its file, and one in the native spelling suffices") {
  Bench bench;
  CHECK(bench.load("- task: probe\n  with: {judges: native}\n").experiment->spelling == FileSpelling::native);
  CHECK(bench.load("tasks: [{task: probe, with: {judges: older}}]\n").experiment->spelling ==
        FileSpelling::older);
  CHECK(
      bench.load("tasks:\n- {task: probe, with: {judges: older}}\n- {task: probe, with: {judges: native}}\n")
          .experiment->spelling == FileSpelling::native);
}

TEST_CASE("Problems of all parts of a file are reported together, each at its place") {
  Bench bench;
  const Loaded loaded = bench.load(R"(nmae: shop
tasks:
- task: prob
- task: probe
  with: {qsp: 8}
- task: probe
  if: SLO()
- task: probe
  with: {url: "${MISSING}"}
- task: probe
  timeout: fast
)");
  CHECK_FALSE(loaded.experiment);
  CHECK_THAT(loaded.problems, Catch::Contains("f:1:1: error: ") && Catch::Contains("'name'"));
  CHECK_THAT(loaded.problems, Catch::Contains("f:3:9: error: unknown task 'prob'; did you mean 'probe'?"));
  CHECK_THAT(loaded.problems, Catch::Contains("f:5:10: error: ") && Catch::Contains("'qps'"));
  CHECK_THAT(loaded.problems, Catch::Contains("f:7:7: error: ") && Catch::Contains("SLOs"));
  CHECK_THAT(loaded.problems, Catch::Contains("f:9:16: error: ") && Catch::Contains("MISSING"));
  CHECK_THAT(loaded.problems, Catch::Contains("f:11:12: error: ") && Catch::Contains("fast"));
}

TEST_CASE("tasks and spec together, and neither, are errors") {
  Bench bench;
  CHECK_THAT(bench.load("tasks: [{task: probe}]\nspec: [{task: probe}]\n").problems,
             Catch::Contains("both 'tasks' and 'spec'"));
  CHECK_THAT(bench.load("name: x\n").problems, Catch::Contains("missing key 'tasks'"));
  CHECK_THAT(bench.load("tasks: []\n").problems, Catch::Contains("expected a list of at least one task"));
  CHECK_FALSE(bench.load("").experiment);
  CHECK_THAT(bench.load("just text\n").problems, Catch::Contains("not an experiment"));
}

TEST_CASE("task and run together are an error, and run counts when lenient") {
  Bench bench;
  const std::string yaml = "- {task: probe, run: echo}\n";
  CHECK_THAT(bench.load(yaml).problems, Catch::Contains("found both 'task' and 'run'"));

  const Loaded lenient = bench.load(yaml, {}, config::Strictness::lenient);
  REQUIRE(lenient.experiment);
  CHECK(lenient.experiment->tasks[0].kind == "run");
  CHECK_THAT(lenient.problems, Catch::Contains("warning"));
}

TEST_CASE("A name of a family is asked for outside the table") {
  Bench bench;
  const Loaded loaded = bench.load("- task: x-mine\n");
  REQUIRE(loaded.experiment);
  CHECK(loaded.experiment->tasks[0].kind == "x-mine");
}

TEST_CASE("Versions may be bare names, and need unique ones") {
  Bench bench;
  const Loaded loaded = bench.load("versions: [stable, candidate]\ntasks: [{task: probe}]\n");
  REQUIRE(loaded.experiment);
  CHECK(loaded.experiment->versions[1].name == "candidate");
  CHECK(*loaded.experiment->versions[1].find("name") == config::Value("candidate"));

  CHECK_THAT(bench.load("versions: [a, a]\ntasks: [{task: probe}]\n").problems,
             Catch::Contains("f:1:15: error: found a second version named 'a', expected unique names"));
  CHECK_THAT(bench.load("versions: [{url: x}]\ntasks: [{task: probe}]\n").problems,
             Catch::Contains("missing key 'name' of a version"));
  CHECK_FALSE(bench.load("versions: []\ntasks: [{task: probe}]\n").experiment);
}

TEST_CASE("A file without versions has as many as its tasks name, or one") {
  Bench bench;
  const Loaded one = bench.load("- task: probe\n");
  REQUIRE(one.experiment);
  REQUIRE(one.experiment->versions.size() == 1);
  CHECK(one.experiment->versions[0].name == "0");

  const Loaded two = bench.load("- {task: probe, with: {versionInfo: [a, b]}}\n- task: probe\n");
  REQUIRE(two.experiment);
  CHECK(two.experiment->versions.size() == 2);

  CHECK_THAT(
      bench.load("- {task: probe, with: {versionInfo: [a, b]}}\n- {task: probe, with: {versionInfo: [a]}}\n")
          .problems,
      Catch::Contains("f:2:3: error: this task names 1 versions, but an earlier one names 2"));
  CHECK_FALSE(bench.load("versions: [a]\ntasks: [{task: probe, with: {versionInfo: [a, b]}}]\n")
                  .experiment.has_value());
}

TEST_CASE("A metric that no task makes is an error with the nearest, and a warning when lenient") {
  Bench bench;
  const std::string yaml = R"(
- {task: probe, with: {makes: [http/latency, http/error-rate, shop/*]}}
- {task: probe, with: {needs: [http/latency-p97.5, http/latency/mean, shop/any, built-in/http-error-rate]}}
- {task: probe, with: {needs: [http/eror-rate]}}
)";
  CHECK(bench.load(yaml).problems ==
        "f:4:23: error: no task of this file produces the metric 'http/eror-rate'; did you mean "
        "'http/error-rate'?\n");
  CHECK(bench.load(yaml, {}, config::Strictness::lenient).experiment);
}

TEST_CASE("A misspelt option does not make the task's metrics unknown") {
  Bench bench;
  const Loaded loaded = bench.load(R"(
- {task: probe, with: {makes: [http/latency], qsp: 3}}
- {task: probe, with: {needs: [http/latency-p95]}}
)");
  CHECK_THAT(loaded.problems, Catch::Contains("'qps'") && !Catch::Contains("no task of this file"));
}

TEST_CASE("A reference is replaced in with and versions, and the value of a secret is hidden") {
  Bench bench;
  bench.environment.set("API_TOKEN", "s3cr3t-value");
  const Loaded loaded = bench.load("- {task: probe, with: {url: \"http://x/${API_TOKEN}\"}}\n");
  REQUIRE(loaded.experiment);
  CHECK(plan_of(loaded.experiment->tasks[0]) == "http://x/s3cr3t-value");
  CHECK(bench.secrets.mask("http://x/s3cr3t-value") == "http://x/***");
}

TEST_CASE("Overrides are applied before anything is checked") {
  Bench bench;
  const Loaded loaded =
      bench.load("- {task: probe, with: {qps: -1}}\n", {.overrides = {{"tasks[0].with.qps", "5"}}});
  CHECK(loaded.experiment);
  CHECK_THROWS_AS(bench.load("- task: probe\n", {.overrides = {{"tasks.x", "5"}}}), base::UsageError);
}

TEST_CASE("The digest is that of the file's bytes") {
  Bench bench;
  const Loaded loaded = bench.load("- task: probe\n");
  REQUIRE(loaded.experiment);
  CHECK(loaded.experiment->digest == "sha256:" + base::sha256_hex("- task: probe\n"));
}

TEST_CASE("An undefined variable is one mistake, and hides no other") {
  Bench bench;
  const Loaded loaded = bench.load(R"(
- task: probe
  with:
    qps: ${NO_SUCH_VARIABLE}
    ulr: http://x
)");
  CHECK(loaded.problems ==
        "f:4:10: error: environment variable 'NO_SUCH_VARIABLE' is not set\n"
        "f:5:5: error: unknown key 'ulr'; did you mean 'url'?\n");
}

TEST_CASE("A file that cannot be read is a problem of the file") {
  base::Environment environment;
  base::Secrets secrets;
  config::Problems problems("f");
  CHECK_FALSE(load_experiment("/nowhere/experiment.yaml", {}, catalog(), environment, secrets, problems));
  CHECK_THAT(problems.to_text(), Catch::Contains("f: error: no such file"));
}
