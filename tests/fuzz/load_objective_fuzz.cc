// Objectives of `iter8 load --slo`: whatever is typed is refused with a message, or is an objective that an
// experiment file takes as well.

#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "base/error.h"
#include "entrypoint/load_objective.h"
#include "experiment/metric/metric_name.h"
#include "verdict/limit.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  try {
    const auto objective = iter8::entrypoint::parse_load_objective(text);
    if (!iter8::experiment::is_metric_name(objective.metric)) std::abort();
    if (!iter8::verdict::parse_limit(objective.limit)) std::abort();
  } catch (const iter8::base::UsageError&) {
  }
  return 0;
}
