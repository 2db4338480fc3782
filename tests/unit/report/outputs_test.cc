#include "report/outputs.h"

#include <map>

#include <catch2/catch.hpp>

#include "report/report.h"

using namespace iter8;
using namespace iter8::experiment;

namespace {

Result won_by_candidate() {
  Result result;
  result.versions = {"stable", "candidate"};
  result.num_tasks = result.num_completed_tasks = 2;
  result.declared_objectives = 1;
  result.assessment =
      Assessment{.verdict = Verdict::pass,
                 .objectives = {{.metric = "http/error-rate",
                                 .upper = 0.1,
                                 .versions = {{.satisfied = true, .verdict = Verdict::pass},
                                              {.satisfied = true, .verdict = Verdict::pass}}}},
                 .winner = Winner{.found = true, .version = 1, .best = {1}, .recommended = 1}};
  return result;
}

std::map<std::string, std::string> named(const Result& result) {
  const report::Outputs outputs = report::outputs_of(result);
  return {outputs.begin(), outputs.end()};
}

}  // namespace

TEST_CASE("outputs say what the result says") {
  CHECK(named(won_by_candidate()) == std::map<std::string, std::string>{{"verdict", "pass"},
                                                                        {"completed", "true"},
                                                                        {"slos", "true"},
                                                                        {"winner", "candidate"},
                                                                        {"recommended", "candidate"}});
}

TEST_CASE("the verdict of a run that was cut off, failed or refused is error, whatever it judged before") {
  Result interrupted = won_by_candidate();
  interrupted.interrupted = "SIGTERM";
  CHECK(named(interrupted)["verdict"] == "error");

  Result failed = won_by_candidate();
  failed.failure = true;
  CHECK(named(failed)["verdict"] == "error");

  Result refused;
  refused.file_problems = {{.line = 1, .message = "unknown key"}};
  CHECK(named(refused)["verdict"] == "error");
  CHECK(named(refused)["completed"] == "false");
  CHECK(named(refused)["slos"] == "false");
}

TEST_CASE("a pass that left objectives of the file aside is inconclusive") {
  Result result = won_by_candidate();
  result.declared_objectives = 2;

  CHECK(named(result)["verdict"] == "inconclusive");
  CHECK(named(result)["slos"] == "false");
}

TEST_CASE("a run that judges nothing has the verdict skipped and no winner") {
  CHECK(named({})["verdict"] == "skipped");
  CHECK(named({})["winner"].empty());
  CHECK(named({})["slos"] == "true");
  CHECK(named({.spelling = experiment::FileSpelling::native})["slos"] == "false");
}

TEST_CASE("a version whose name could be a command goes by its number") {
  const std::vector<std::string> hostile = {"$(reboot)", "a b", "x\ny=z", "'", "ü", std::string(300, 'a')};
  for (const std::string& name : hostile) {
    Result result = won_by_candidate();
    result.versions[1] = name;
    INFO(name);
    CHECK(named(result)["winner"] == "1");
  }
  Result result = won_by_candidate();
  result.versions[1] = "registry.example/shop:v1.2-rc+1@sha";
  CHECK(named(result)["winner"] == result.versions[1]);
}

TEST_CASE("dotenv has one line a variable") {
  CHECK(report::find_format("dotenv").render(won_by_candidate()) ==
        "ITER8_VERDICT=pass\nITER8_COMPLETED=true\nITER8_SLOS=true\nITER8_WINNER=candidate\n"
        "ITER8_RECOMMENDED=candidate\n");
}
