#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "experiment/result/result.h"

namespace iter8::summary {

/// What the verdict of a run rests on: the one thing that somebody who has a single line is told.
struct Decision {
  std::optional<std::size_t> version;  // that was judged; nothing when a task failed or nothing was judged
  std::string metric;                  // that decided, or empty
  std::string text;                    // one line for people, which names both
};

/// Of a failure the task that failed. Of a fail the first objective that is missed, a candidate's before the
/// baseline's; of an undecided verdict the first one that is undecided; where every objective is met, the
/// baseline that won, or why nobody did. Of a pass the winner, and as metric the first reward, or else the
/// objective that came nearest to its limit. Objectives that the verdict does not rest on decide nothing.
Decision decision_of(const experiment::Result& result);

/// What happened so far, in one line: verdict, version and what decided. "pass: candidate wins (…)", "fail:
/// candidate: http/latency-p99: 312.4 msec is above the limit of 250 msec".
std::string headline(const experiment::Result& result);

/// As headline(), of a run that is over: one that did not come to its end is an error, and what was left out
/// is said: "inconclusive (partly assessed): every objective is satisfied", "skipped: nothing was judged; 2
/// of 2 tasks completed".
std::string closing_headline(const experiment::Result& result);

}  // namespace iter8::summary
