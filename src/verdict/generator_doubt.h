#pragma once

#include <string>

#include "experiment/result/result.h"

namespace iter8::verdict {

/// Of its time, beyond which a generator's figures show the generator.
inline constexpr double kMaxLostTime = 0.05;

/// Which runs of the load are asked about.
enum class LoadRuns { latest, all };

/// Why figures of a load task say nothing about the version, good or bad: the generator did not run (it was
/// suspended, or had used up its share of the processor) for more than kMaxLostTime of the load. Empty when
/// it did, and for all other metrics.
std::string doubt_about_generator(const experiment::Result& result, const std::string& metric,
                                  std::size_t version, LoadRuns runs);

}  // namespace iter8::verdict
