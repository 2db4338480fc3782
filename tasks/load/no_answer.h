#pragma once

#include <string>

#include "tasks/load/metrics.h"

namespace iter8::tasks {

/// "no answer: 400 of 400 connection refused (connect to 127.0.0.1:9: Connection refused)": why there is no
/// latency, and nothing else that responses tell. Empty when a request got an answer, or none was sent.
std::string no_answer_text(const VersionLoad& load);

}  // namespace iter8::tasks
