#pragma once

#include <span>
#include <string>
#include <vector>

#include "experiment/result/result.h"

namespace iter8::entrypoint {

/// One condition of `iter8 assert -c`.
struct Condition {
  enum class Kind {
    completed,
    no_failure,
    slos,
    slos_by,
    winner,
    winner_is,
    verdict,
    verdict_is,
    conclusive
  };
  Kind kind = Kind::completed;
  /// What stands behind "=": of slos_by and winner_is a version, by name or number; of verdict_is the words
  /// that are accepted, such as "pass|inconclusive".
  std::string argument;

  std::string text() const;
};

/// Parses conditions; each text may hold several, separated by commas. Case does not matter. Throws
/// base::UsageError for an unknown one, with the nearest name, and if there is none at all.
std::vector<Condition> parse_conditions(const std::vector<std::string>& texts);

/// The words that conditions begin with, for completion; those that go on end in "=".
std::vector<std::string> condition_words();

/// undecided: the condition does not hold, but only because there are too few data.
enum class Answer { holds, undecided, fails };

/// The answer to one condition, and a line for people: "slos: no (http/latency-p95 of candidate: …)".
struct Finding {
  Answer answer = Answer::fails;
  std::string line;
};

/// Throws base::UsageError if the condition names a version that the result does not have.
Finding evaluate(const Condition& condition, const experiment::Result& result);
std::vector<Finding> evaluate(const std::vector<Condition>& conditions, const experiment::Result& result);

bool all_hold(std::span<const Finding> findings);

/// kDone if all hold, kFailed if one fails, otherwise kInconclusive.
int exit_code_of(std::span<const Finding> findings);

/// What `ci` and `run --gate` ask for where nobody says otherwise: completed, nofailure and verdict, or for
/// files in an older spelling completed, nofailure and slos.
std::vector<Condition> usual_conditions(experiment::FileSpelling spelling);

/// Evaluates what `run --gate` requires of a finished run: the usual conditions; of a file in an older
/// spelling also a verdict (including those of plugins) that does not fail.
std::vector<Finding> evaluate_gate(const experiment::Result& result);

}  // namespace iter8::entrypoint
