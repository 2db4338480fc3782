#include "summary/open_questions.h"

#include "summary/wording.h"

namespace iter8::summary {

using experiment::Verdict;

std::vector<std::string> open_questions(const experiment::Assessment& assessment,
                                        const experiment::Result& result) {
  if (assessment.verdict != Verdict::inconclusive) return {};
  std::vector<std::string> questions;
  for (const experiment::Objective& objective : assessment.objectives)
    for (std::size_t version = 0; version < objective.versions.size(); ++version)
      if (gates(objective, version) && objective.versions[version].verdict == Verdict::inconclusive)
        questions.push_back(metric_of_version(objective.metric, result, version) + ": " +
                            reason_of(objective.versions[version]));
  if (questions.empty() && assessment.winner && !assessment.winner->reason.empty())
    questions.push_back("the winner: " + assessment.winner->reason);
  return questions;
}

}  // namespace iter8::summary
