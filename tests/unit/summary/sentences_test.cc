#include <vector>

#include <catch2/catch.hpp>

#include "summary/decision.h"
#include "summary/open_questions.h"
#include "summary/remarks.h"
#include "summary/verdict.h"
#include "summary/winner.h"

using namespace iter8;
using namespace iter8::experiment;
using namespace iter8::summary;

namespace {

const std::string kReason = "312.4 msec is above the limit of 250 msec";

enum class Judged { everything, half_of_the_file };

/// A finished run of two versions with one objective, which the candidate meets or not by `verdict`.
Result run_with(Verdict verdict, Judged judged = Judged::everything) {
  Result result;
  result.versions = {"stable", "candidate"};
  result.num_tasks = result.num_completed_tasks = 2;
  result.declared_objectives = judged == Judged::everything ? 1 : 2;
  const bool is_met = verdict == Verdict::pass;
  result.assessment = Assessment{
      .verdict = verdict,
      .objectives = {{.metric = "http/latency-p95",
                      .upper = 250,
                      .versions = {{.value = 12.3, .limit = 250, .satisfied = true, .verdict = Verdict::pass},
                                   {.value = 312.4,
                                    .limit = 250,
                                    .satisfied = is_met,
                                    .verdict = verdict,
                                    .reason = is_met ? "" : kReason}}}}};
  return result;
}

Result with_winner(Result result) {
  result.assessment->winner = Winner{
      .found = true, .version = 1, .best = {1}, .recommended = 1, .reason = "it satisfies every objective"};
  return result;
}

Result without_winner(Result result) {
  result.assessment->winner = Winner{.reason = "no version satisfies every objective"};
  return result;
}

/// The words of one result, wherever it is told.
struct Words {
  Verdict verdict;
  std::string title;     // reports
  std::string headline;  // notifications, pull requests
  std::string sentence;  // outputs of CI systems
};

void check_words(const Result& result, const Words& expected) {
  INFO(expected.headline);
  CHECK(verdict_of(result) == expected.verdict);
  CHECK(current_verdict(result) == expected.verdict);
  CHECK(verdict_title(result) == expected.title);
  CHECK(headline(result) == expected.headline);
  CHECK(summary_sentence(result) == expected.sentence);
}

}  // namespace

TEST_CASE("a pass names the winner, or that every objective is met") {
  check_words(run_with(Verdict::pass), {.verdict = Verdict::pass,
                                        .title = "pass",
                                        .headline = "pass: every objective is satisfied",
                                        .sentence = "pass: pass, 1 objective met"});
  check_words(with_winner(run_with(Verdict::pass)),
              {.verdict = Verdict::pass,
               .title = "pass",
               .headline = "pass: candidate wins (it satisfies every objective)",
               .sentence = "pass: pass, 1 objective met; winner: candidate (it satisfies every objective)"});
  check_words(
      without_winner(run_with(Verdict::pass)),
      {.verdict = Verdict::pass,
       .title = "pass",
       .headline = "pass: every objective is satisfied",
       .sentence = "pass: pass, 1 objective met; winner: none (no version satisfies every objective)"});
}

TEST_CASE("a verdict that is not a pass names the objective that decided, whoever won") {
  for (const Verdict verdict : {Verdict::fail, Verdict::inconclusive, Verdict::error}) {
    const std::string word(to_text(verdict));
    const Words words{.verdict = verdict,
                      .title = word,
                      .headline = word + ": candidate: http/latency-p95: " + kReason,
                      .sentence = word + ": http/latency-p95 of candidate: " + kReason};
    check_words(run_with(verdict), words);
    check_words(with_winner(run_with(verdict)), words);
    check_words(without_winner(run_with(verdict)), words);
  }
}

TEST_CASE("a pass that left objectives of the file aside is inconclusive") {
  check_words(run_with(Verdict::pass, Judged::half_of_the_file),
              {.verdict = Verdict::inconclusive,
               .title = "inconclusive (partly assessed)",
               .headline = "inconclusive: every objective is satisfied",
               .sentence = "inconclusive: partly assessed, 1 objective met"});
  check_words(with_winner(run_with(Verdict::pass, Judged::half_of_the_file)),
              {.verdict = Verdict::inconclusive,
               .title = "inconclusive (partly assessed)",
               .headline = "inconclusive: candidate wins (it satisfies every objective)",
               .sentence = "inconclusive: partly assessed, 1 objective met; winner: candidate (it satisfies "
                           "every objective)"});
  CHECK(unassessed_objectives(run_with(Verdict::pass, Judged::half_of_the_file)) == 1);
}

TEST_CASE("any other verdict stays what it is when objectives were left aside") {
  for (const Verdict verdict : {Verdict::fail, Verdict::inconclusive, Verdict::error, Verdict::skipped})
    CHECK(judged_verdict(run_with(verdict, Judged::half_of_the_file)) == verdict);
}

TEST_CASE("a run that judged nothing is skipped") {
  check_words({}, {.verdict = Verdict::skipped,
                   .title = "skipped (nothing was judged)",
                   .headline = "skipped: nothing was judged",
                   .sentence = "skipped: nothing was judged"});
}

TEST_CASE("a failed task is the verdict, whatever was judged before") {
  Result failed = with_winner(run_with(Verdict::pass));
  failed.failure = true;
  failed.executions.push_back(
      {.task = "http", .name = "cart", .status = ExecutionStatus::failed, .message = "connection refused"});
  check_words(failed, {.verdict = Verdict::error,
                       .title = "error (a task failed)",
                       .headline = "error: http failed: connection refused",
                       .sentence = "error: http (cart): connection refused"});
  CHECK(judged_verdict(failed) == Verdict::pass);
}

TEST_CASE("an interrupted run is an error") {
  Result interrupted = run_with(Verdict::pass);
  interrupted.interrupted = "SIGTERM";
  CHECK(verdict_of(interrupted) == Verdict::error);
  CHECK(verdict_title(interrupted) == "error (interrupted)");
  CHECK(headline(interrupted) == "error: interrupted by SIGTERM");
}

TEST_CASE(
    "a run with tasks left has a verdict for those who tell of it meanwhile, and is an error if it ends so") {
  Result running = run_with(Verdict::pass);
  running.num_completed_tasks = 1;
  CHECK(current_verdict(running) == Verdict::pass);
  CHECK(verdict_of(running) == Verdict::error);
  CHECK(verdict_title(running) == "error (incomplete)");
}

TEST_CASE("a refused file is an error of its own") {
  Result refused;
  refused.file = "experiment.yaml";
  refused.file_problems = {{.line = 7, .column = 3, .message = "unknown key 'tsks'"}};
  CHECK(verdict_of(refused) == Verdict::error);
  CHECK(verdict_title(refused) == "error (invalid file)");
  CHECK(summary_sentence(refused) == "error: unknown key 'tsks'");
  CHECK(failures(refused) == std::vector<std::string>{"experiment.yaml:7:3: error: unknown key 'tsks'"});
  CHECK(failures_title(refused) == "Errors of the file");
}

TEST_CASE("a candidate's miss is told before the baseline's, and further ones are counted") {
  Result result = run_with(Verdict::fail);
  result.assessment->objectives[0].versions[0] = {
      .value = 300, .limit = 250, .verdict = Verdict::fail, .reason = "300 msec is too much"};
  CHECK(headline(result) == "fail: candidate: http/latency-p95: " + kReason);
  CHECK(decision_of(result).version == 1U);
  CHECK(summary_sentence(result) == "fail: http/latency-p95 of stable: 300 msec is too much (and 1 more)");
}

TEST_CASE("a winner by rewards comes with the probability of the reward that decides") {
  Result result = with_winner(run_with(Verdict::pass));
  result.assessment->rewards = {{.metric = "cart/orders", .versions = {{}, {.probability_best = 0.9712}}}};
  CHECK(winner_clause(result) ==
        "candidate wins, best with a probability of 97.1 % (it satisfies every objective)");
  CHECK(decision_of(result).metric == "cart/orders");
}

TEST_CASE("one version competes with nobody") {
  Result result = with_winner(run_with(Verdict::pass));
  result.versions = {"candidate"};
  result.assessment->objectives[0].versions.resize(1);
  result.assessment->winner->version = 0;
  CHECK(winner_clause(result).empty());
  CHECK(winner_and_reason(result).empty());
  CHECK(winner_name(result) == "candidate");
  CHECK(headline(result) == "pass: every objective is satisfied");
  CHECK(decision_of(result).metric == "http/latency-p95");
}

TEST_CASE("a baseline that misses an objective decides nothing and is told as a remark") {
  Result result = with_winner(run_with(Verdict::pass));
  result.assessment->objectives[0].versions[0] = {
      .value = 300, .limit = 250, .verdict = Verdict::fail, .reason = "300 msec is too much", .gate = false};
  CHECK(headline(result) == "pass: candidate wins (it satisfies every objective)");
  CHECK(summary_sentence(result) ==
        "pass: http/latency-p95 of stable: 300 msec is too much (a remark: the candidates decide)");
  CHECK(unmet_objectives(result) ==
        std::vector<std::string>{
            "http/latency-p95 of stable: 300 msec is too much (a remark: the candidates decide)"});
}

TEST_CASE(
    "where every objective is met, a fail names the baseline that won, and an open verdict why nobody did") {
  Result lost = run_with(Verdict::pass);
  lost.assessment->verdict = Verdict::fail;
  lost.assessment->winner = Winner{.found = true, .version = 0, .reason = "it is certainly better"};
  CHECK(headline(lost) == "fail: stable wins (it is certainly better)");

  Result open = run_with(Verdict::pass);
  open.assessment->verdict = Verdict::inconclusive;
  open.assessment->winner = Winner{.reason = "no winner yet; 'candidate' leads"};
  CHECK(headline(open) == "inconclusive: no winner yet; 'candidate' leads");
}

TEST_CASE("what does not gate does not decide") {
  Result result = run_with(Verdict::fail);
  result.assessment->verdict = Verdict::pass;
  result.assessment->objectives[0].gate = false;
  CHECK(headline(result) == "pass: every objective is satisfied");
}

TEST_CASE("what is open names each undecided objective that the verdict rests on, or the winner") {
  const Result open = run_with(Verdict::inconclusive);
  CHECK(open_questions(*open.assessment, open) ==
        std::vector<std::string>{"http/latency-p95 of candidate: " + kReason});
  CHECK(open_questions(*run_with(Verdict::fail).assessment, open).empty());

  Result undecided = without_winner(run_with(Verdict::pass));
  undecided.assessment->verdict = Verdict::inconclusive;
  CHECK(open_questions(*undecided.assessment, undecided) ==
        std::vector<std::string>{"the winner: no version satisfies every objective"});
}
