#include "entrypoint/ci/github_outputs.h"

#include <map>

#include <catch2/catch.hpp>

#include "base/error.h"

using iter8::ci::Outputs;
using namespace iter8::experiment;

namespace {

Result two_versions() {
  Result result;
  result.file = "canary/experiment.yaml";
  result.versions = {"stable", "candidate"};
  result.num_tasks = result.num_completed_tasks = 2;
  result.declared_objectives = 1;
  result.assessment = Assessment{
      .verdict = Verdict::fail,
      .objectives =
          {{.metric = "http/error-rate",
            .upper = 0.1,
            .versions = {{.value = 0.0, .satisfied = true, .verdict = Verdict::pass},
                         {.value = 0.5, .verdict = Verdict::fail, .reason = "50% of 100, above 10%"}}}},
      .winner = Winner{.found = true, .version = 0, .best = {0}, .recommended = 0},
  };
  return result;
}

std::map<std::string, std::string> named(const Outputs& outputs) {
  return {outputs.begin(), outputs.end()};
}

}  // namespace

TEST_CASE("outputs say what the result says") {
  auto outputs = named(iter8::ci::outputs_of(two_versions(), "canary/result.yaml", ""));

  CHECK(outputs == std::map<std::string, std::string>{{"verdict", "fail"},
                                                      {"completed", "true"},
                                                      {"slos", "false"},
                                                      {"winner", "stable"},
                                                      {"recommended", "stable"},
                                                      {"result", "canary/result.yaml"},
                                                      {"report", ""}});
}

TEST_CASE("the verdict of a run that was cut off is error, not what it judged before") {
  Result result = two_versions();
  result.interrupted = "SIGTERM";

  CHECK(named(iter8::ci::outputs_of(result, "", ""))["verdict"] == "error");
}

TEST_CASE("a run that judges nothing has the verdict skipped and no winner") {
  Result result;
  auto outputs = named(iter8::ci::outputs_of(result, "", ""));

  CHECK(outputs["verdict"] == "skipped");
  CHECK(outputs["winner"].empty());
  CHECK(outputs["slos"] == "true");
}

TEST_CASE("each output stands between two lines of the delimiter and ends with a newline") {
  CHECK(iter8::ci::github_output_text({{"a", "1"}, {"b", "x\ny"}}, "END") ==
        "a<<END\n1\nEND\nb<<END\nx\ny\nEND\n");
}

TEST_CASE("a value cannot end its output and forge another") {
  CHECK_THROWS_AS(iter8::ci::github_output_text({{"a", "x\nEND\nverdict=pass"}}, "END"), iter8::base::Error);
}

TEST_CASE("delimiters differ from each other") {
  const std::string delimiter = iter8::ci::random_delimiter();

  CHECK(delimiter.size() == 38);
  CHECK(delimiter != iter8::ci::random_delimiter());
}

TEST_CASE("missed objectives are annotated, with what the runner would misread escaped") {
  CHECK(iter8::ci::github_annotations(two_versions()) ==
        "::error file=canary/experiment.yaml,title=iter8::http/error-rate of candidate: 50%25 of 100, above "
        "10%25\n");
}

TEST_CASE("no more annotations than GitHub keeps") {
  Result result;
  for (std::size_t i = 0; i < 30; ++i) {
    result.executions.push_back(
        {.index = i, .task = "http", .status = ExecutionStatus::failed, .message = "a\nb"});
  }
  const std::string text = iter8::ci::github_annotations(result);

  CHECK(std::count(text.begin(), text.end(), '\n') == 10);
  CHECK_THAT(text, Catch::StartsWith("::error file=,title=iter8::http: a%0Ab\n"));
}

TEST_CASE("a file that cannot be written is an error that names it") {
  CHECK_THROWS_WITH(iter8::ci::append_to_file("/nowhere/outputs", "a"),
                    "/nowhere/outputs: cannot be written");
}
