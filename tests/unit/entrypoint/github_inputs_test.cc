#include "entrypoint/ci/github_inputs.h"

#include <map>

#include <catch2/catch.hpp>

#include "base/error.h"

using iter8::ci::ActionInputs;
using iter8::ci::read_action_inputs;

namespace {

iter8::base::Environment of(std::map<std::string, std::string> variables) {
  return iter8::base::Environment(std::move(variables));
}

}  // namespace

TEST_CASE("inputs that arrive empty, as the runner sends those not given, have their defaults") {
  const ActionInputs inputs = read_action_inputs(of({{"INPUT_EXPERIMENT", ""},
                                                     {"INPUT_WORKING-DIRECTORY", ""},
                                                     {"INPUT_SET", ""},
                                                     {"INPUT_ASSERT", ""},
                                                     {"INPUT_SUMMARY", ""}}));

  CHECK(inputs.experiment == "experiment.yaml");
  CHECK(inputs.working_directory == ".");
  CHECK(inputs.set.empty());
  CHECK(inputs.conditions == std::vector<std::string>{"completed", "nofailure", "slos"});
  CHECK(inputs.summary);
}

TEST_CASE("inputs of several lines are read a line each") {
  const ActionInputs inputs = read_action_inputs(
      of({{"INPUT_WORKING-DIRECTORY", "canary"},
          {"INPUT_SET", "tasks[0].with.qps=100\n\n  tasks[0].with.url=http://127.0.0.1/?a=b \n"},
          {"INPUT_REPORT", "markdown=report.md\njson=report.json"},
          {"INPUT_ASSERT", "completed, slosby=0\nwinner"},
          {"INPUT_ANNOTATIONS", "False"}}));

  CHECK(inputs.working_directory == "canary");
  CHECK(inputs.set ==
        std::vector<std::string>{"tasks[0].with.qps=100", "tasks[0].with.url=http://127.0.0.1/?a=b"});
  CHECK(inputs.reports == std::vector<std::string>{"markdown=report.md", "json=report.json"});
  CHECK(inputs.conditions == std::vector<std::string>{"completed", "slosby=0", "winner"});
  CHECK_FALSE(inputs.annotations);
}

TEST_CASE("a wrong input is refused by its name") {
  CHECK_THROWS_WITH(read_action_inputs(of({{"INPUT_SUMMARY", "maybe"}})),
                    "input summary: found 'maybe', expected true or false");
  CHECK_THROWS_WITH(read_action_inputs(of({{"INPUT_SET", "qps"}})), "input set: found 'qps', expected K=V");
}

TEST_CASE("only a workflow step with inputs is the action") {
  CHECK(iter8::ci::is_github_action(of({{"GITHUB_ACTIONS", "true"}, {"INPUT_EXPERIMENT", ""}})));
  CHECK_FALSE(iter8::ci::is_github_action(of({{"GITHUB_ACTIONS", "true"}})));
  CHECK_FALSE(iter8::ci::is_github_action(of({{"INPUT_EXPERIMENT", "a.yaml"}})));
}
