#include "summary/remarks.h"

#include <set>

#include <catch2/catch.hpp>

using namespace iter8;
using namespace iter8::experiment;
using summary::Remark;

namespace {

Result with_objective(Verdict verdict) {
  Result result;
  result.file = "experiment.yaml";
  result.versions = {"stable", "candidate"};
  result.assessment = Assessment{
      .verdict = verdict,
      .objectives = {{.metric = "http/error-rate",
                      .upper = 0.1,
                      .line = 7,
                      .versions = {{.value = 0, .satisfied = true, .verdict = Verdict::pass},
                                   {.value = 0.5, .verdict = verdict, .reason = "0.5 is too much"}}}}};
  return result;
}

}  // namespace

TEST_CASE("a missed objective is an error at its line, an open one a warning, one that is met nothing") {
  const std::vector<Remark> missed = summary::remarks(with_objective(Verdict::fail));
  REQUIRE(missed.size() == 1);
  CHECK(missed[0].level == Remark::Level::error);
  CHECK(missed[0].line == 7);
  CHECK(missed[0].text() == "http/error-rate of candidate: 0.5 is too much");

  CHECK(summary::remarks(with_objective(Verdict::inconclusive))[0].level == Remark::Level::warning);
  CHECK(summary::remarks(with_objective(Verdict::error))[0].level == Remark::Level::error);
}

TEST_CASE("an objective that does not gate is a warning, after those that do") {
  Result result = with_objective(Verdict::fail);
  result.assessment->objectives.insert(result.assessment->objectives.begin(),
                                       result.assessment->objectives[0]);
  result.assessment->objectives[0].gate = false;
  const std::vector<Remark> list = summary::remarks(result);

  REQUIRE(list.size() == 2);
  CHECK(list[0].level == Remark::Level::error);
  CHECK(list[1].level == Remark::Level::warning);
  CHECK(list[1].message == "0.5 is too much (not gating)");
}

TEST_CASE("a miss of the baseline, or beside a winner, is a warning that says so") {
  Result result = with_objective(Verdict::fail);
  auto& checks = result.assessment->objectives[0].versions;
  checks[0] = {.value = 0.4, .verdict = Verdict::fail, .reason = "0.4 is too much", .gate = false};
  checks[1].gate = false;
  const std::vector<Remark> list = summary::remarks(result);

  REQUIRE(list.size() == 2);
  CHECK(list[0].level == Remark::Level::warning);
  CHECK(list[0].message == "0.4 is too much (a remark: the candidates decide)");
  CHECK(list[1].level == Remark::Level::warning);
  CHECK(list[1].message == "0.5 is too much (a remark: another version won)");
}

TEST_CASE("a failed task is an error where the task stands; a skipped one is nothing") {
  Result result;
  result.executions = {
      {.task = "http", .name = "cart", .line = 4, .status = ExecutionStatus::failed, .message = "x"},
      {.task = "run", .line = 9, .status = ExecutionStatus::skipped}};
  const std::vector<Remark> list = summary::remarks(result);

  REQUIRE(list.size() == 1);
  CHECK(list[0].kind == Remark::Kind::task);
  CHECK(list[0].line == 4);
  CHECK(list[0].text() == "http (cart): x");
}

TEST_CASE("what the counts of errors say already is not repeated as a warning beside them") {
  Result result;
  const std::string status = "every request to 'a' failed: status 404";
  const std::string connection = "every request to 'b' failed: connect to 127.0.0.1:9: Connection refused";
  result.executions = {{.task = "http",
                        .warnings = {{.code = "all-failed", .message = status},
                                     {.code = "all-failed", .message = connection}}}};
  CHECK(summary::warnings(result) == std::vector{status, connection});
  CHECK(summary::warnings(result, summary::Beside::causes_of_errors) == std::vector{connection});
}

TEST_CASE("errors and warnings of the file keep their places") {
  Result result;
  result.file_problems = {{.line = 2, .column = 3, .message = "unknown key"},
                          {.line = 5, .column = 1, .is_error = false, .message = "odd"}};
  const std::vector<Remark> list = summary::remarks(result);

  REQUIRE(list.size() == 2);
  CHECK(list[0].column == 3);
  CHECK(list[1].level == Remark::Level::warning);
  CHECK(list[1].text() == "odd");
}

TEST_CASE("fingerprints differ from each other and stay when only numbers and lines change") {
  Result result = with_objective(Verdict::fail);
  result.assessment->objectives.push_back(result.assessment->objectives[0]);
  const std::vector<Remark> list = summary::remarks(result);
  REQUIRE(list.size() == 2);
  CHECK(list[0].fingerprint != list[1].fingerprint);

  Result later = with_objective(Verdict::fail);
  later.assessment->objectives[0].line = 70;
  later.assessment->objectives[0].versions[1].reason = "0.7 is too much";
  CHECK(summary::remarks(later)[0].fingerprint == list[0].fingerprint);
}
