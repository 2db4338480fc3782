// JUnit XML as Jenkins, GitLab and GitHub viewers read it. There is no official schema; tests/ci/junit.xsd is
// ours, of what the well-known readers have in common: a test case is a class name and a name, unique
// together.
#include <map>

#include <fmt/format.h>

#include "base/duration.h"
#include "base/number.h"
#include "report/escaping.h"
#include "report/formats.h"
#include "report/tables.h"
#include "summary/condition.h"
#include "summary/decision.h"
#include "summary/verdict.h"
#include "summary/winner.h"
#include "summary/wording.h"

namespace iter8::report {

using experiment::ExecutionStatus;
using experiment::ObjectiveCheck;
using experiment::Result;
using experiment::Verdict;

namespace {

enum class OpenVerdict { skipped, failure };  // what an inconclusive objective counts as

struct Case {
  enum class Outcome { passed, failure, error, skipped };
  std::string name;
  int line = 0;
  double seconds = 0;
  Outcome outcome = Outcome::passed;
  std::string message;
  std::string type;
  std::string numbers;  // of an objective, whatever it came to
};

struct Suite {
  std::string name;
  std::vector<Case> cases;
};

Case::Outcome outcome_of(const experiment::Objective& objective, std::size_t version, OpenVerdict open) {
  const ObjectiveCheck& check = objective.versions[version];
  if (check.satisfied) return Case::Outcome::passed;
  if (!gates(objective, version))
    return Case::Outcome::skipped;  // judged and shown, but no reason to fail a build
  if (check.verdict == Verdict::error) return Case::Outcome::error;
  if (check.verdict == Verdict::inconclusive && open == OpenVerdict::skipped) return Case::Outcome::skipped;
  return Case::Outcome::failure;
}

std::string numbers_of(const ObjectiveCheck& check) {
  std::string text = "value " + value_text(check.value);
  if (check.limit) text += ", limit " + value_text(check.limit);
  if (check.samples) text += fmt::format(", samples {}", *check.samples);
  if (check.interval)
    text += fmt::format(", interval {} to {}", value_text(check.interval->first),
                        value_text(check.interval->second));
  if (check.probability) text += ", probability " + base::fixed(*check.probability, 4);
  return text + ", evidence " + std::string(to_text(check.evidence));
}

void add_objective(Suite& suite, const experiment::Objective& objective, const Result& result,
                   OpenVerdict open) {
  for (std::size_t version = 0; version < objective.versions.size(); ++version) {
    const ObjectiveCheck& check = objective.versions[version];
    const std::string column =
        result.versions.size() > 1 ? " [" + summary::version_label(result, version) + "]" : "";
    suite.cases.push_back(
        {.name = summary::condition_text(objective, result) + column,
         .line = objective.line,
         .outcome = outcome_of(objective, version, open),
         .message = check.gate ? summary::reason_of(check) : summary::reason_and_weight(objective, version),
         .type = std::string(to_text(check.verdict)),
         .numbers = numbers_of(check)});
  }
}

/// For a verdict that no objective alone accounts for: the baseline won, nobody did yet, a plugin objects.
void add_verdict(Suite& suite, const Result& result, OpenVerdict open) {
  const Verdict verdict = result.assessment ? result.assessment->verdict : Verdict::pass;
  if (verdict == Verdict::pass || verdict == Verdict::skipped) return;
  for (const experiment::Objective& objective : result.assessment->objectives)
    for (std::size_t version = 0; version < objective.versions.size(); ++version)
      if (gates(objective, version) && !objective.versions[version].satisfied) return;
  const bool is_open = verdict == Verdict::inconclusive;
  Case::Outcome outcome = verdict == Verdict::error ? Case::Outcome::error : Case::Outcome::failure;
  if (is_open && open == OpenVerdict::skipped) outcome = Case::Outcome::skipped;
  suite.cases.push_back({.name = "the verdict is pass",
                         .outcome = outcome,
                         .message = summary::decision_of(result).text,
                         .type = std::string(to_text(verdict)),
                         .numbers = {}});
}

Suite objective_suite(const Result& result, OpenVerdict open) {
  Suite suite{.name = "objectives", .cases = {}};
  if (result.assessment)
    for (const experiment::Objective& objective : result.assessment->objectives)
      add_objective(suite, objective, result, open);
  add_verdict(suite, result, open);
  if (const int missing = summary::unassessed_objectives(result); missing > 0)
    suite.cases.push_back({.name = "every objective is assessed",
                           .outcome = Case::Outcome::error,
                           .message = fmt::format("{} of {} objectives of the file were not assessed",
                                                  missing, result.declared_objectives),
                           .type = "not assessed",
                           .numbers = {}});
  return suite;
}

Case case_of(const experiment::Execution& execution) {
  Case one{.name = std::string(to_text(execution.section)) + ": " + summary::execution_title(execution),
           .line = execution.line,
           .seconds = execution.seconds,
           .message = execution.message,
           .type = std::string(to_text(execution.status)),
           .numbers = {}};
  if (execution.status == ExecutionStatus::skipped) one.outcome = Case::Outcome::skipped;
  if (execution.status == ExecutionStatus::failed || execution.status == ExecutionStatus::interrupted)
    one.outcome = Case::Outcome::error;
  return one;
}

Suite task_suite(const Result& result) {
  Suite suite{.name = "tasks", .cases = {}};
  for (const experiment::Execution& execution : result.executions) suite.cases.push_back(case_of(execution));
  if (!result.interrupted.empty())
    suite.cases.push_back({.name = "the run is not interrupted",
                           .outcome = Case::Outcome::error,
                           .message = "interrupted by " + result.interrupted,
                           .type = "interrupted",
                           .numbers = {}});
  return suite;
}

Suite file_suite(const Result& result) {
  Suite suite{.name = "file", .cases = {}};
  for (const experiment::FileProblem& problem : result.file_problems)
    suite.cases.push_back({.name = fmt::format("line {}, column {}", problem.line, problem.column),
                           .line = problem.line,
                           .outcome = problem.is_error ? Case::Outcome::error : Case::Outcome::passed,
                           .message = summary::problem_text(problem, result),
                           .type = "file",
                           .numbers = {}});
  return suite;
}

/// Readers take two cases of one name for one case.
void make_names_unique(Suite& suite) {
  std::map<std::string, int> seen;
  for (Case& one : suite.cases)
    if (const int number = ++seen[one.name]; number > 1) one.name += fmt::format(" #{}", number);
}

std::string case_xml(const Case& one, const std::string& class_name, const std::string& file) {
  std::string text = fmt::format(R"(    <testcase classname="{}" name="{}" time="{}")",
                                 xml_escaped(class_name), xml_escaped(one.name), base::fixed(one.seconds, 3));
  if (!file.empty()) text += fmt::format(R"( file="{}")", xml_escaped(file));
  if (one.line > 0) text += fmt::format(R"( line="{}")", one.line);
  text += ">\n";
  const std::string attributes =
      fmt::format(R"(message="{}" type="{}")", xml_escaped(one.message), xml_escaped(one.type));
  const std::string body = xml_escaped(one.numbers.empty() ? one.message : one.numbers);
  switch (one.outcome) {
    case Case::Outcome::failure:
      text += fmt::format("      <failure {}>{}</failure>\n", attributes, body);
      break;
    case Case::Outcome::error:
      text += fmt::format("      <error {}>{}</error>\n", attributes, body);
      break;
    case Case::Outcome::skipped:
      text += fmt::format("      <skipped message=\"{}\"/>\n", xml_escaped(one.message));
      break;
    case Case::Outcome::passed:
      text += fmt::format("      <system-out>{}</system-out>\n", body);
  }
  return text + "    </testcase>\n";
}

struct Counts {
  std::size_t tests = 0, failures = 0, errors = 0, skipped = 0;
  double seconds = 0;

  void add(const Case& one) {
    ++tests;
    failures += one.outcome == Case::Outcome::failure ? 1 : 0;
    errors += one.outcome == Case::Outcome::error ? 1 : 0;
    skipped += one.outcome == Case::Outcome::skipped ? 1 : 0;
    seconds += one.seconds;
  }
  std::string attributes() const {
    return fmt::format(R"(tests="{}" failures="{}" errors="{}" skipped="{}" time="{}")", tests, failures,
                       errors, skipped, base::fixed(seconds, 3));
  }
};

std::string suite_xml(const Suite& suite, const Result& result) {
  const std::string name = result.experiment_name.empty() ? "iter8" : result.experiment_name;
  Counts counts;
  for (const Case& one : suite.cases) counts.add(one);
  // The time of a suite has no zone: it is UTC by custom, "2026-01-01T00:00:00".
  const std::string start = base::to_rfc3339(result.start);
  std::string text =
      fmt::format(R"(  <testsuite name="{}" {} timestamp="{}">)", xml_escaped(name + ": " + suite.name),
                  counts.attributes(), start.substr(0, start.size() - 1)) +
      "\n    <properties>\n";
  text +=
      fmt::format("      <property name=\"verdict\" value=\"{}\"/>\n", to_text(summary::verdict_of(result)));
  text += fmt::format("      <property name=\"winner\" value=\"{}\"/>\n",
                      xml_escaped(summary::winner_and_reason(result)));
  text += "    </properties>\n";
  for (const Case& one : suite.cases) text += case_xml(one, name + "." + suite.name, result.file);
  return text + "  </testsuite>\n";
}

std::string junit_document(const Result& result, OpenVerdict open) {
  std::vector<Suite> suites{file_suite(result), objective_suite(result, open), task_suite(result)};
  Counts counts;
  std::string body;
  for (Suite& suite : suites) {
    if (suite.cases.empty()) continue;
    make_names_unique(suite);
    for (const Case& one : suite.cases) counts.add(one);
    body += suite_xml(suite, result);
  }
  return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"iter8\" " + counts.attributes() +
         ">\n" + body + "</testsuites>\n";
}

}  // namespace

std::string junit(const Result& result) {
  return junit_document(result, OpenVerdict::skipped);
}

std::string junit_strict(const Result& result) {
  return junit_document(result, OpenVerdict::failure);
}

}  // namespace iter8::report
