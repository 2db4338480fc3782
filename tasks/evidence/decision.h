#pragma once

#include <optional>
#include <string>

#include "experiment/result/result.h"

namespace iter8::tasks {

/// What the verdict of a run rests on. Raw texts of the result.
struct Decision {
  std::optional<std::size_t> version;  // that was judged; nothing when a task failed or nothing was judged
  std::string metric;                  // that decided, or empty
  std::string text;                    // one line for people, which names both
};

/// Of a failure the task that failed. Of a fail the first objective that is missed, a candidate's before the
/// baseline's; of an undecided verdict the first one that is undecided. Of a pass the winner, and as metric
/// the first reward, or else the objective that came nearest to its limit.
Decision decision_of(const experiment::Result& result);

/// Its name; its number where the result knows no such version.
std::string version_name(const experiment::Result& result, std::size_t version);

/// The value with a few significant digits, and its unit: "312.4 msec", "0.013".
std::string quantity(double value, std::string_view unit);

}  // namespace iter8::tasks
