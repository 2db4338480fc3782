#include "entrypoint/assertion.h"

#include <catch2/catch.hpp>

#include "base/error.h"
#include "entrypoint/process.h"

using namespace iter8;
using namespace iter8::entrypoint;
using experiment::Verdict;

namespace {

/// A finished run of two versions with one objective, which the candidate meets or not by `verdict`.
experiment::Result finished(Verdict verdict) {
  experiment::Result result;
  result.versions = {"stable", "candidate"};
  result.num_tasks = result.num_completed_tasks = 2;
  result.declared_objectives = 1;
  experiment::Assessment& assessment = result.assessment.emplace();
  assessment.verdict = verdict;
  assessment.objectives.push_back({.metric = "http/error-rate"});
  const bool satisfied = verdict == Verdict::pass;
  assessment.objectives[0].versions = {
      {.satisfied = true, .verdict = Verdict::pass},
      {.satisfied = satisfied, .verdict = verdict, .reason = "0.5, above 0.1"}};
  return result;
}

Finding found(const std::string& condition, const experiment::Result& result) {
  return evaluate(parse_conditions({condition}).front(), result);
}

int code_of(const std::string& conditions, const experiment::Result& result) {
  return exit_code_of(evaluate(parse_conditions({conditions}), result));
}

}  // namespace

TEST_CASE("conditions are separated by commas or given one by one, in any case") {
  const std::vector<Condition> conditions =
      parse_conditions({"Completed, noFailure", "SLOs", "slosBy=candidate"});
  REQUIRE(conditions.size() == 4);
  CHECK(conditions[0].text() == "completed");
  CHECK(conditions[1].text() == "nofailure");
  CHECK(conditions[3].text() == "slosby=candidate");
  CHECK(parse_conditions({"winner"})[0].kind == Condition::Kind::winner);
  CHECK(parse_conditions({"winner=1"})[0].kind == Condition::Kind::winner_is);
  CHECK(parse_conditions({"nofailures"})[0].kind == Condition::Kind::no_failure);
}

TEST_CASE("what is not a condition is wrong usage") {
  for (const char* text : {"slo", "", "completed,,slos", "slosby", "slosby=", "completed=1", "conclusive=x",
                           "=", "verdict=", "verdict=passed", "verdict=pass|"})
    CHECK_THROWS_AS(parse_conditions({text}), base::UsageError);
  CHECK_THROWS_AS(parse_conditions({}), base::UsageError);
  CHECK_THROWS_WITH(parse_conditions({"complete"}), Catch::Contains("did you mean 'completed'?"));
}

TEST_CASE("a good run holds every condition") {
  CHECK(code_of("completed,nofailure,slos,slosby=candidate,slosby=0,conclusive", finished(Verdict::pass)) ==
        kDone);
  CHECK(found("completed", finished(Verdict::pass)).line == "completed: yes (2 of 2 tasks)");
}

TEST_CASE("an objective that is not met is named with its reason") {
  CHECK(found("slos", finished(Verdict::fail)).line ==
        "slos: no (http/error-rate of candidate: 0.5, above 0.1)");
  CHECK(code_of("slos", finished(Verdict::fail)) == kFailed);
  CHECK(code_of("slosby=candidate", finished(Verdict::fail)) == kFailed);
  CHECK(code_of("slosby=stable", finished(Verdict::fail)) == kDone);
}

TEST_CASE("an open verdict is neither yes nor no") {
  CHECK(code_of("slos", finished(Verdict::inconclusive)) == kInconclusive);
  CHECK(code_of("conclusive", finished(Verdict::inconclusive)) == kInconclusive);
  CHECK(code_of("completed,slos", finished(Verdict::inconclusive)) == kInconclusive);
  CHECK(code_of("winner", finished(Verdict::inconclusive)) == kInconclusive);
}

TEST_CASE("a false condition weighs more than an open one") {
  experiment::Result result = finished(Verdict::inconclusive);
  result.failure = true;
  CHECK(code_of("slos,nofailure", result) == kFailed);
}

TEST_CASE("missing data are a failure of the objective") {
  CHECK(code_of("slos", finished(Verdict::error)) == kFailed);
}

TEST_CASE("objectives that were never assessed are not met") {
  experiment::Result result;
  result.declared_objectives = 1;
  CHECK(found("slos", result).line == "slos: no (not every objective was assessed)");
}

TEST_CASE("an objective that does not gate is not a reason") {
  experiment::Result result = finished(Verdict::inconclusive);
  experiment::Objective other = result.assessment->objectives[0];
  other.gate = false;
  for (experiment::ObjectiveCheck& check : other.versions) {
    check.verdict = Verdict::fail;
    check.satisfied = false;
    check.reason = "of no weight";
  }
  result.assessment->objectives.insert(result.assessment->objectives.begin(), other);
  CHECK(code_of("slos", result) == kInconclusive);
  CHECK(found("slos", result).line.find("of no weight") == std::string::npos);
}

TEST_CASE("a part of a load is neither good nor bad before it is merged") {
  experiment::Result result;
  result.declared_objectives = 1;
  result.executions = {{.task = "http", .shards = experiment::Shards{.numbers = {1}, .of = 2}}};
  CHECK(code_of("slos", result) == kInconclusive);
  CHECK(found("slos", result).line == "slos: no (a shard is not judged; judge the result of iter8 merge)");
}

TEST_CASE("a winner is asked for at all, or by name") {
  experiment::Result result = finished(Verdict::pass);
  CHECK(code_of("winner", result) == kFailed);
  result.assessment->winner = experiment::Winner{.found = true, .version = 1};
  CHECK(code_of("winner,winner=candidate,winner=1", result) == kDone);
  CHECK(found("winner=stable", result).line == "winner=stable: no (candidate)");
}

TEST_CASE("a condition on a version that the result has not is wrong usage") {
  CHECK_THROWS_WITH(found("slosby=canddate", finished(Verdict::pass)),
                    Catch::Contains("did you mean 'candidate'?"));
}

TEST_CASE("nofailure says which task failed, or who stopped the run") {
  experiment::Result result = finished(Verdict::pass);
  result.failure = true;
  result.executions.push_back(
      {.task = "http", .status = experiment::ExecutionStatus::failed, .message = "cannot resolve"});
  CHECK(found("nofailure", result).line == "nofailure: no (task http failed: cannot resolve)");
  result.interrupted = "SIGTERM";
  CHECK(found("nofailure", result).line == "nofailure: no (the run was stopped by SIGTERM)");
  CHECK(found("completed", result).answer == Answer::fails);
}

TEST_CASE("the gate asks for the verdict, too, which plugins share") {
  CHECK(exit_code_of(evaluate_gate(finished(Verdict::pass))) == kDone);
  CHECK(exit_code_of(evaluate_gate(finished(Verdict::fail))) == kFailed);
  CHECK(exit_code_of(evaluate_gate(finished(Verdict::inconclusive))) == kInconclusive);

  experiment::Result result = finished(Verdict::pass);
  result.assessment->verdict = Verdict::fail;
  CHECK(exit_code_of(evaluate_gate(result)) == kFailed);
}

TEST_CASE("the verdict is asked for as it is, or as one of several") {
  CHECK(found("verdict", finished(Verdict::pass)).line == "verdict: yes (pass)");
  CHECK(found("verdict", finished(Verdict::fail)).line ==
        "verdict: no (fail: candidate: http/error-rate: 0.5, above 0.1)");
  CHECK(code_of("verdict", finished(Verdict::fail)) == kFailed);
  CHECK(code_of("verdict", finished(Verdict::error)) == kFailed);
  CHECK(code_of("verdict", finished(Verdict::inconclusive)) == kInconclusive);

  CHECK(code_of("verdict=pass", finished(Verdict::pass)) == kDone);
  CHECK(code_of("verdict=pass", finished(Verdict::inconclusive)) == kInconclusive);
  CHECK(code_of("verdict=inconclusive", finished(Verdict::inconclusive)) == kDone);
  CHECK(code_of("verdict=inconclusive", finished(Verdict::pass)) == kFailed);
  CHECK(code_of("verdict=pass|inconclusive", finished(Verdict::pass)) == kDone);
  CHECK(code_of("Verdict = Pass | Inconclusive", finished(Verdict::inconclusive)) == kDone);
  CHECK(code_of("verdict=pass|inconclusive", finished(Verdict::fail)) == kFailed);
  CHECK_THROWS_WITH(parse_conditions({"verdict=inconclusve"}),
                    Catch::Contains("did you mean 'inconclusive'?"));
}

TEST_CASE("the verdict of a run that failed or was cut off is an error, whatever was judged") {
  experiment::Result failed = finished(Verdict::pass);
  failed.failure = true;
  CHECK(code_of("verdict", failed) == kFailed);
  experiment::Result cut_off = finished(Verdict::pass);
  cut_off.num_completed_tasks = 1;
  CHECK(found("verdict", cut_off).line == "verdict: no (error: incomplete)");
}

TEST_CASE("where nothing was judged there is no yes, except for the objectives of older spellings") {
  experiment::Result result{.spelling = experiment::FileSpelling::native};
  for (const char* condition : {"verdict", "slos"}) {
    CHECK(found(condition, result).line == std::string(condition) + ": no (nothing was judged)");
    CHECK(code_of(condition, result) == kInconclusive);
  }
  CHECK(code_of("verdict=skipped", result) == kDone);
  result.spelling = experiment::FileSpelling::older;
  CHECK(found("slos", result).line == "slos: yes (0 objectives)");
  CHECK(code_of("verdict", result) == kInconclusive);
}

TEST_CASE("a native file is gated by the verdict, an older one by the objectives of every version") {
  experiment::Result result = finished(Verdict::pass);
  result.assessment->objectives[0].versions[0] = {
      .verdict = Verdict::fail, .reason = "0.2, above 0.1", .gate = false};
  CHECK(exit_code_of(evaluate_gate(result)) == kFailed);
  result.spelling = experiment::FileSpelling::native;
  CHECK(exit_code_of(evaluate_gate(result)) == kDone);
  CHECK(code_of("slos", result) == kFailed);

  result.failure = true;  // a promotion that failed after the pass
  CHECK(exit_code_of(evaluate_gate(result)) == kFailed);
}
