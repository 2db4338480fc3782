#pragma once

#include <span>
#include <string>
#include <vector>

#include "experiment/result/result.h"

namespace iter8::entrypoint {

/// One condition of `iter8 assert -c`.
struct Condition {
  enum class Kind { completed, no_failure, slos, slos_by, winner, winner_is, conclusive };
  Kind kind = Kind::completed;
  std::string version;  // name or number, for slos_by and winner_is

  std::string text() const;
};

/// Parses conditions; each text may hold several, separated by commas. Case does not matter. Throws
/// base::UsageError for an unknown one, with the nearest name, and if there is none at all.
std::vector<Condition> parse_conditions(const std::vector<std::string>& texts);

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

/// Evaluates what `run --gate` requires of a finished run: completed, no failure, objectives met, and a
/// verdict (including those of plugins) that does not fail.
std::vector<Finding> evaluate_gate(const experiment::Result& result);

}  // namespace iter8::entrypoint
