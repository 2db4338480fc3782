#include "tasks/load/failures.h"

#include <cstdint>
#include <vector>

#include "base/text.h"

namespace iter8::tasks {

namespace {

constexpr int kFirstErrorStatus = 400;    // unless the file says otherwise
constexpr std::size_t kMostStatuses = 4;  // that a line names

}  // namespace

std::string error_statuses_of(const load::Tally& tally) {
  const std::int64_t errors = tally.errors[static_cast<std::size_t>(load::ErrorClass::status)];
  if (errors == 0) return {};
  for (const int least : {0, kFirstErrorStatus}) {
    std::vector<std::string> statuses;
    std::int64_t sum = 0;
    for (const auto& [status, count] : tally.statuses) {
      if (status < least) continue;
      sum += count;
      statuses.push_back(std::to_string(status));
    }
    if (sum != errors) continue;
    if (statuses.size() > kMostStatuses) {
      statuses.resize(kMostStatuses);
      statuses.emplace_back("…");
    }
    return base::join(statuses, ", ");
  }
  return {};
}

std::string first_failure_of(const load::Tally& tally) {
  if (!tally.first_error.empty()) return tally.first_error;
  const std::string statuses = error_statuses_of(tally);
  return statuses.empty() ? "" : "status " + statuses;
}

}  // namespace iter8::tasks
