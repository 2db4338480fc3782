// What is checked over the whole file: names in conditions, the order of tasks, the shape.
#include <catch2/catch.hpp>

#include "experiment/file/loader.h"
#include "tests/unit/experiment/file/loading.h"

using namespace iter8;
using namespace iter8::experiment;
using namespace iter8::experiment::test;

TEST_CASE(
    "What a condition names and the experiment has not is an error at its place, with the nearest name") {
  const auto [condition, problem] = GENERATE(values<std::pair<std::string, std::string>>({
      {R"(Metric("http/latncy") > 1)",
       "f:5:15: error: no task of this file produces the metric 'http/latncy'; did you mean 'http/latency'?"},
      {R"(Metric("http/latency", "c") > 1)",
       "f:5:31: error: unknown version 'c', expected one of stable, candidate"},
      {R"(SLOsBy("candidat"))",
       "f:5:15: error: unknown version 'candidat', expected one of stable, candidate; did you mean "
       "'candidate'?"},
      {R"(Weight(2) > 1)", "f:5:15: error: unknown version '2'"},
      {R"(Winner() == "c")", "f:5:20: error: unknown version 'c'"},
      {R"(Winner() in ["stable", "c"])", "f:5:31: error: unknown version 'c'"},
      {R"(Verdict() != "passed")",
       "f:5:21: error: unknown verdict 'passed', expected one of pass, fail, inconclusive, error, skipped; "
       "did you mean 'pass'?"},
  }));
  INFO(condition);
  Bench bench;
  CHECK(bench
            .load("versions: [stable, candidate]\ntasks:\n- {task: probe, with: {makes: [http/latency]}}\n- "
                  "run: echo\n  if: '" +
                  condition + "'\n")
            .problems.find(problem) == 0);
}

TEST_CASE("Conditions that name what there is are good, whatever the spelling") {
  Bench bench;
  for (const char* condition :
       {R"(Metric("built-in/http-latency-p95") > 1)", R"(Metric("http/latency-p95", 1) > 1)",
        R"(Winner() == "")", R"(Winner() == "candidate")", R"(SLOsBy(0))",
        R"(Verdict() in ["pass", "fail"])"}) {
    INFO(condition);
    CHECK(bench
              .load("versions: [stable, candidate]\ntasks:\n- {task: probe, with: {makes: "
                    "[http/latency]}}\n- run: "
                    "echo\n  if: '" +
                    std::string(condition) + "'\n")
              .problems.empty());
  }
}

TEST_CASE("The condition of a loop, and that of a step with another error, are checked too") {
  Bench bench;
  CHECK_THAT(bench.load("loop: {iterations: 2, until: 'SLOsBy(\"c\")'}\ntasks: [{task: probe}]\n").problems,
             Catch::Contains("f:1:38: error: unknown version 'c'"));
  CHECK_THAT(bench.load("tasks: [{task: probe, if: 'SLOsBy(\"c\")', with: {qsp: 1}}]\n").problems,
             Catch::Contains("unknown version 'c'") && Catch::Contains("unknown key 'qsp'"));
}

TEST_CASE("A task that needs what a later one measures is an error") {
  Bench bench;
  const std::string tasks = "- {task: probe, with: {needs: [a/b]}}\n- {task: probe, with: {makes: [a/b]}}\n";
  const Loaded loaded = bench.load("tasks:\n" + tasks);
  CHECK_FALSE(loaded.experiment);
  CHECK_THAT(loaded.problems,
             Catch::Contains(
                 "error: 'a/b' is measured by task 2 (probe), which runs later; put this task behind it"));
  CHECK_THAT(
      bench.load("loop: {iterations: 2}\ntasks:\n" + tasks).problems,
      Catch::Contains("warning: 'a/b' is measured by task 2 (probe), which runs later: the first iteration"));
  CHECK_THAT(
      bench
          .load(
              "setup: [{task: probe, with: {needs: [a/b]}}]\ntasks: [{task: probe, with: {makes: [a/b]}}]\n")
          .problems,
      Catch::Contains("task 2 (probe), which runs later"));
  CHECK(bench
            .load("tasks: [{task: probe, with: {makes: [a/b]}}]\nfinally: [{task: probe, with: {needs: "
                  "[a/b]}}]\n")
            .problems.empty());
}

TEST_CASE("Keys that begin with x- at the top are the author's own") {
  Bench bench;
  const Loaded loaded = bench.load("x-probe: &probe {qps: 9}\ntasks: [{task: probe, with: *probe}]\n");
  CHECK(loaded.problems.empty());
  CHECK(loaded.experiment);
  CHECK_THAT(bench.load("y-probe: 1\ntasks: [{task: probe}]\n").problems,
             Catch::Contains("unknown key 'y-probe'"));
}

TEST_CASE("A file of another kind is one error, which does not show what is in it") {
  const std::string text = GENERATE(values<std::string>({
      "root:x:0:0:root:/root:/bin/bash\nguest:x:1:1:hunter2:/:/bin/sh\n",
      "user: hunter2\npassword: hunter2\nhost: db\n",
      "user: hunter2\nuser: hunter3\n",
      "- hunter2:x\n- {password: hunter2}\n",
      "hunter2",
      "{\"password\": \"hunter2\"}",
      "[section]\npassword = hunter2\nother: hunter2: x\n",
  }));
  INFO(text);
  Bench bench;
  CHECK(bench.load(text).problems ==
        "f:1:1: error: this is not an experiment: expected a map with 'tasks', or a list of tasks\n");
}

TEST_CASE("A file that is nearly an experiment is told what is wrong with it") {
  Bench bench;
  CHECK_THAT(bench.load("task: [{task: probe}]\n").problems,
             Catch::Contains("unknown key 'task'; did you mean 'tasks'?"));
  CHECK_THAT(bench.load("versions: [a]\n").problems, Catch::Contains("missing key 'tasks'"));
  CHECK_THAT(bench.load("tasks: []\n").problems,
             Catch::Contains("expected a list of at least one task, found an empty list"));
  CHECK_THAT(bench.load("tasks: {task: probe}\n").problems,
             Catch::Contains("expected a list of tasks, found a map"));
}
