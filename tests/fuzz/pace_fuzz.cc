// Stop rules and traces come from the user's files. The first line is a stop rule, the rest a trace.
#include <algorithm>
#include <cstdint>
#include <cstdlib>

#include "base/error.h"
#include "tasks/load/pace_options.h"
#include "tasks/load/stop_rule.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const std::size_t line = std::min(input.find('\n'), input.size());
  std::string problem;
  const auto rule = iter8::tasks::StopRule::parse(input.substr(0, line), problem);
  if (rule.has_value() == !problem.empty()) abort();
  if (rule) rule->reason({});
  try {
    const auto times = iter8::tasks::parse_trace(input.substr(std::min(line + 1, input.size())));
    if (times.empty() || !std::is_sorted(times.begin(), times.end())) abort();
  } catch (const iter8::base::Error&) {
  }
  return 0;
}
