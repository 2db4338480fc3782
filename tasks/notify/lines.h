#pragma once

#include <string>
#include <vector>

#include "tasks/evidence/event.h"

namespace iter8::tasks::notify {

/// "http/latency-p95 <= 100 msec, candidate: 312 msec (fail)", one an objective and version.
std::string line_of(const CheckedObjective& objective, const Event& event);

/// Names and values that a message shows below its first line: Experiment, Winner, Repository, Commit, …;
/// only those that are known.
std::vector<std::pair<std::string, std::string>> facts_of(const Event& event);

/// "… and 3 more", or an empty text.
std::string rest_line(std::size_t left_out);

}  // namespace iter8::tasks::notify
