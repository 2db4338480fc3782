#include "entrypoint/result_lock.h"

#include <utility>

#include <fmt/format.h>

#include "base/duration.h"
#include "base/error.h"
#include "base/file.h"

namespace iter8::entrypoint {

namespace {

/// A process that was killed gives its lock back only when it is gone.
constexpr base::Duration kDyingTime = std::chrono::seconds(1);

}  // namespace

void declare_wait(CLI::App& command, std::string& wait) {
  command.add_option("--wait", wait, "Wait so long for another run that writes the same result, such as 10m")
      ->type_name("DURATION");
}

base::FileLock hold_result(const std::filesystem::path& file, const std::string& wait) {
  base::Duration limit = kDyingTime;
  if (!wait.empty()) {
    const auto parsed = base::parse_duration(wait);
    if (!parsed || *parsed < base::Duration{0})
      throw base::UsageError(fmt::format("--wait: expected a duration such as 10m, found '{}'", wait));
    limit = *parsed;
  }
  const std::filesystem::path folder = file.has_parent_path() ? file.parent_path() : ".";
  if (!base::is_below(file, folder))
    throw base::UsageError(fmt::format(
        "{} is a symbolic link that leads out of its folder; remove it, or name its target with --result",
        file.string()));
  auto lock = base::FileLock::take(file, limit);
  if (!lock)
    throw base::UsageError(
        fmt::format("another run of iter8 writes {}: wait for it with --wait 10m, or give this one its own "
                    "with --result",
                    file.string()));
  return std::move(*lock);
}

}  // namespace iter8::entrypoint
