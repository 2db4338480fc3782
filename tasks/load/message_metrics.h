#pragma once

#include <set>
#include <string>
#include <vector>

#include "tasks/load/metrics.h"

namespace iter8::tasks {

/// What a load over WebSocket records beside the metrics of every load: requests that a close frame ended, by
/// its code (close-1011), and messages that no request waited for. Those that never occurred are left out,
/// except for what `wanted` names: they are 0.
std::vector<experiment::Observation> websocket_observations(const VersionLoad& load,
                                                            const std::string& provider,
                                                            const std::set<std::string>& wanted);

}  // namespace iter8::tasks
