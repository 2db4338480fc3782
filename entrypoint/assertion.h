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
  std::string version;  // of slos_by and winner_is: a name or number

  std::string text() const;
};

/// Each text may hold several, separated by commas; letters' case does not matter. Throws base::UsageError,
/// naming the nearest, for an unknown one, and when there is none at all.
std::vector<Condition> parse_conditions(const std::vector<std::string>& texts);

/// undecided: false for want of data, not because of them.
enum class Answer { holds, undecided, fails };

/// What became of one condition: "slos: no (http/latency-p95 of candidate: …)".
struct Finding {
  Answer answer = Answer::fails;
  std::string line;
};

/// Throws base::UsageError when the condition names a version that the result has not.
Finding evaluate(const Condition& condition, const experiment::Result& result);
std::vector<Finding> evaluate(const std::vector<Condition>& conditions, const experiment::Result& result);

bool all_hold(std::span<const Finding> findings);

/// kDone when all hold, kFailed when one fails, else kInconclusive.
int exit_code_of(std::span<const Finding> findings);

/// What `run --gate` asks of a finished run: completed, no failure, objectives, and the verdict, plugins'
/// included.
std::vector<Finding> gate(const experiment::Result& result);

}  // namespace iter8::entrypoint
