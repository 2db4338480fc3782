#include <catch2/catch.hpp>

#include "stories.h"
#include "tasks/evidence/event_document.h"
#include "tasks/evidence/text_limit.h"

using namespace iter8;
using namespace iter8::tasks;
using namespace iter8::tests;
using experiment::Verdict;

TEST_CASE("an event says in its first line the verdict, the version and the metric that decided") {
  const Event event = tests::event_of(story(Verdict::fail));
  CHECK(event.status == RunStatus::failure);
  CHECK(event.headline ==
        "fail: checkout: candidate: http/latency-p95: 312.4 msec is above the limit of 250 msec");
  CHECK(event.version == "candidate");
  CHECK(event.metric == "http/latency-p95");
}

TEST_CASE("a pass names the winner and the objective that came nearest to its limit") {
  const Event event = tests::event_of(story(Verdict::pass));
  CHECK(event.status == RunStatus::success);
  CHECK(event.headline == "pass: checkout: candidate wins");
  CHECK(event.version == "candidate");
  CHECK(event.metric == "http/latency-p95");
  CHECK(event.winner == "candidate");
  CHECK(event.recommended == "candidate");
}

TEST_CASE("the outcome of a run is a success, a failure or inconclusive") {
  CHECK(tests::event_of(story(Verdict::inconclusive)).status == RunStatus::inconclusive);
  CHECK(tests::event_of(story(Verdict::error)).status == RunStatus::inconclusive);

  tests::Workbench failed = story(Verdict::pass);
  failed.result.failure = true;
  failed.result.executions.push_back(
      {.task = "http", .status = experiment::ExecutionStatus::failed, .message = "connection refused"});
  const Event event = tests::event_of(failed);
  CHECK(event.status == RunStatus::failure);
  CHECK(event.headline == "error: checkout: http failed: connection refused");
  CHECK(event.failures == std::vector<std::string>{"http: connection refused"});

  tests::Workbench interrupted = story(Verdict::pass);
  interrupted.result.interrupted = "SIGTERM";
  CHECK(tests::event_of(interrupted).status == RunStatus::failure);

  tests::Workbench unjudged = story(Verdict::pass);
  unjudged.result.assessment.reset();
  CHECK(tests::event_of(unjudged).status == RunStatus::inconclusive);  // the file has an objective
  unjudged.result.declared_objectives = 0;
  CHECK(tests::event_of(unjudged).status == RunStatus::success);
}

TEST_CASE("an event holds no secrets and no control characters, wherever they come from") {
  tests::Workbench bench = story(Verdict::fail);
  bench.secrets->add("s3cr3t-t0ken");
  bench.result.assessment->objectives[0].versions[1].reason = "s3cr3t-t0ken\n::error::forged\x1b[31m";
  bench.result.experiment_name = "with s3cr3t-t0ken";
  const std::string text = to_text(to_document(tests::event_of(bench)));
  CHECK(text.find("s3cr3t-t0ken") == std::string::npos);
  CHECK(text.find("\\u001b") == std::string::npos);
  CHECK(tests::event_of(bench).headline.find('\n') == std::string::npos);
}

TEST_CASE("an event's id is the same for every attempt, and another one in another run, iteration or task") {
  const tests::Workbench bench = story(Verdict::pass);
  const CiRun run;
  const auto id = [&](const tests::Workbench& of, int iteration, std::string_view source_id, int second) {
    return tasks::event_of({.result = of.result,
                            .run = run,
                            .now = base::WallTime(std::chrono::seconds(second)),
                            .secrets = *of.secrets,
                            .iteration = iteration,
                            .source_id = source_id})
        .id;
  };
  const std::string first = id(bench, 1, "notify 3", 1);
  CHECK(first.size() == 32);
  CHECK(first == id(bench, 1, "notify 3", 900));
  CHECK(first != id(bench, 2, "notify 3", 1));
  CHECK(first != id(bench, 1, "notify 9", 1));
  tests::Workbench later = story(Verdict::pass);
  later.result.start += std::chrono::hours(1);
  CHECK(first != id(later, 1, "notify 3", 1));
}

TEST_CASE("the event's document keeps every key, whatever is known") {
  const auto document = to_document(Event{});
  for (const char* key :
       {"id",       "experiment", "verdict",     "outcome",    "headline", "version",     "metric",
        "versions", "winner",     "recommended", "objectives", "failures", "runUrl",      "repository",
        "commit",   "branch",     "iteration",   "startTime",  "time",     "iter8Version"})
    CHECK(document.contains(key));
  const auto full = to_document(tests::event_of(story(Verdict::fail)));
  CHECK(full["objectives"][1]["value"] == 312.4);
  CHECK(full["objectives"][1]["condition"] == "http/latency-p95 <= 250 msec");
  CHECK(full["outcome"] == "failure");
}

TEST_CASE("a relative limit is told as reports do it, whatever it is relative to") {
  tests::Workbench bench = story(Verdict::pass);
  experiment::Objective& objective = bench.result.assessment->objectives[0];
  objective.upper.reset();
  objective.relative_upper = "+10%";
  objective.relative_to = "previous";
  CHECK(tests::event_of(bench).objectives[0].condition == "http/latency-p95 <= +10% of the previous run");
}

TEST_CASE("long texts are cut between characters") {
  CHECK(shorten("abc", 4) == "abc");
  CHECK(shorten("abcdefgh", 6) == "abc…");
  CHECK(shorten("ääääää", 8) == "ää…");
  CHECK(one_line("  a\n\n b\t c ") == "a b c");
}
