#include <map>

#include <catch2/catch.hpp>

#include "base/error.h"
#include "entrypoint/ci/inputs.h"

using iter8::ci::Inputs;
using iter8::ci::Spelling;

namespace {

iter8::base::Environment of(std::map<std::string, std::string> variables) {
  return iter8::base::Environment(std::move(variables));
}

}  // namespace

TEST_CASE("inputs that arrive empty, as the runner sends those not given, have their defaults") {
  const Inputs inputs = iter8::ci::read_inputs(of({{"INPUT_EXPERIMENT", ""},
                                                   {"INPUT_WORKING-DIRECTORY", ""},
                                                   {"INPUT_SET", ""},
                                                   {"INPUT_ASSERT", ""},
                                                   {"INPUT_SUMMARY", ""}}),
                                               Spelling::github);

  CHECK(inputs.experiment == "experiment.yaml");
  CHECK(inputs.working_directory == ".");
  CHECK(inputs.set.empty());
  CHECK(inputs.conditions.empty());  // what is usual for the file
  CHECK(inputs.summary);
}

TEST_CASE("inputs of several lines are read a line each") {
  const Inputs inputs = iter8::ci::read_inputs(
      of({{"INPUT_WORKING-DIRECTORY", "canary"},
          {"INPUT_SET", "tasks[0].with.qps=100\n\n  tasks[0].with.url=http://127.0.0.1/?a=b \n"},
          {"INPUT_REPORT", "markdown=report.md\njson=report.json"},
          {"INPUT_MERGE", "shards/*/result.yaml\n last.yaml"},
          {"INPUT_ASSERT", "completed, slosby=0\nwinner"},
          {"INPUT_ANNOTATIONS", "False"}}),
      Spelling::github);

  CHECK(inputs.working_directory == "canary");
  CHECK(inputs.set ==
        std::vector<std::string>{"tasks[0].with.qps=100", "tasks[0].with.url=http://127.0.0.1/?a=b"});
  CHECK(inputs.reports == std::vector<std::string>{"markdown=report.md", "json=report.json"});
  CHECK(inputs.conditions == std::vector<std::string>{"completed", "slosby=0", "winner"});
  CHECK(inputs.merge == std::vector<std::string>{"shards/*/result.yaml", "last.yaml"});
  CHECK_FALSE(inputs.annotations);
}

TEST_CASE("other systems use variables that a shell can set") {
  const Inputs inputs = iter8::ci::read_inputs(
      of({{"ITER8_WORKING_DIRECTORY", "canary"}, {"ITER8_SET", "a=b\nc=d"}, {"INPUT_EXPERIMENT", "no.yaml"}}),
      Spelling::plain);

  CHECK(inputs.working_directory == "canary");
  CHECK(inputs.set == std::vector<std::string>{"a=b", "c=d"});
  CHECK(inputs.experiment == "experiment.yaml");
}

TEST_CASE("a wrong input is refused by the name that people know it by") {
  CHECK_THROWS_WITH(iter8::ci::read_inputs(of({{"INPUT_SUMMARY", "maybe"}}), Spelling::github),
                    "input summary: found 'maybe', expected true or false");
  CHECK_THROWS_WITH(iter8::ci::read_inputs(of({{"INPUT_SET", "qps"}}), Spelling::github),
                    "input set: found 'qps', expected K=V");
  CHECK_THROWS_WITH(iter8::ci::read_inputs(of({{"ITER8_SET", "qps"}}), Spelling::plain),
                    "variable ITER8_SET: found 'qps', expected K=V");
}
