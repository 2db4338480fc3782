#pragma once

#include <optional>
#include <string>
#include <vector>

#include "experiment/progress.h"

namespace iter8::entrypoint {

/// "task 2/4 http", with the iteration when there are several.
std::string title_of(const experiment::TaskLabel& label);

/// "task 2/4 http  00:12, 00:18 left  2,400 requests  200.1/s  p95 12.3 ms  0 errors"; without `load` only
/// task and time.
std::string running_line(const experiment::TaskLabel& label, base::Duration elapsed,
                         const std::optional<experiment::LiveLoad>& load);

/// One line a version, aligned, where a load has several: "  candidate  1,200 requests  100.0/s  p50 9.8 ms
/// p99 31.0 ms  3 errors". Of more than ten versions those with errors come first and the others are counted.
std::vector<std::string> version_lines(const experiment::LiveLoad& load);

/// "task 2/4 http: completed in 12.5 s: 2,400 requests, …".
std::string finished_line(const experiment::TaskLabel& label, const experiment::Execution& execution);

}  // namespace iter8::entrypoint
