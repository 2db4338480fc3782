// History files that nobody wrote: each is refused, or judged without a crash, and no verdict comes out of
// data that contradict themselves.
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "base/error.h"
#include "tasks/assess/history.h"
#include "verdict/judge.h"

using namespace iter8;
using namespace iter8::verdict;
using tasks::assess::HistoryRun;

namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

Criteria criteria() {
  Criteria criteria{.evidence = EvidenceMode::anytime};
  for (const char* metric : {"shop/errors", "shop/value", "http/latency-p99"}) {
    ObjectiveOptions objective;
    objective.metric.value = metric;
    objective.upper = Limit{0.01};
    criteria.objectives.push_back(objective);
  }
  RewardOptions reward;
  reward.metric.value = "shop/errors";
  criteria.rewards.push_back(reward);
  return criteria;
}

void check_judgement(const HistoryRun& run) {
  if (run.result.versions.empty() || run.result.versions.size() > 8) return;
  const experiment::Assessment assessment = judge(criteria(), run.result, {}, {}).assessment;
  for (const auto& objective : assessment.objectives)
    for (const auto& check : objective.versions) {
      require(check.satisfied == (check.verdict == experiment::Verdict::pass));
      require(!check.probability || (*check.probability >= 0 && *check.probability <= 1));
      require(!check.log_evidence_pass || std::isfinite(*check.log_evidence_pass));
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  try {
    for (const HistoryRun& run : tasks::assess::history_of(input)) check_judgement(run);
  } catch (const base::Error&) {
  }
  return 0;
}
