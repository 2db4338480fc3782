#include "tasks/load/message_metrics.h"

#include <map>

#include <fmt/format.h>

#include "base/number.h"

namespace iter8::tasks {

std::vector<experiment::Observation> websocket_observations(const VersionLoad& load,
                                                            const std::string& provider,
                                                            const std::set<std::string>& wanted) {
  std::vector<experiment::Observation> observations;
  const auto count = [&](const std::string& name, const std::string& description, std::int64_t value) {
    observations.push_back(
        {.metric = {.name = name, .kind = experiment::MetricKind::counter, .description = description},
         .version = load.version,
         .data = static_cast<double>(value),
         .window = load.elapsed});
  };

  const std::string start = provider + "/close-";
  std::map<int, std::int64_t> codes(load.tally.close_codes.begin(), load.tally.close_codes.end());
  for (auto name = wanted.lower_bound(start); name != wanted.end() && name->starts_with(start); ++name)
    if (const auto code = base::parse_integer(name->substr(start.size())); code && load.requests() > 0)
      codes.emplace(static_cast<int>(*code), 0);
  for (const auto& [code, requests] : codes)
    count(fmt::format("{}{}", start, code), fmt::format("requests that a close frame {} ended", code),
          requests);

  const std::string unsolicited = provider + "/unsolicited-count";
  const std::int64_t messages = load.tally.messages.unsolicited;
  if (messages > 0 || (load.requests() > 0 && wanted.contains(unsolicited)))
    count(unsolicited, "messages of the server that no request waited for", messages);
  return observations;
}

}  // namespace iter8::tasks
