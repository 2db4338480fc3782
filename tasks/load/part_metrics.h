#pragma once

#include <string>
#include <vector>

#include "tasks/load/metrics.h"
#include "tasks/load/recording.h"

namespace iter8::tasks {

/// ttfb and transfer: mean, p50, p95 and p99; their histograms where some response came in several reads, or
/// somebody asks. Else a response's first byte came with its last.
void record_first_bytes(Recording& recording, const VersionLoad& load);

/// What was measured inside responses, under the names of load.part_names; nothing where there are none.
void record_parts(Recording& recording, const VersionLoad& load);

/// What the two record, histograms first; the latter for these names.
std::vector<std::string> first_byte_metric_names(const std::string& provider);
std::vector<std::string> part_metric_names(const std::string& provider, const PartNames& names);

}  // namespace iter8::tasks
