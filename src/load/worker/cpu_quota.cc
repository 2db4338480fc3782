#include "load/worker/cpu_quota.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include <sched.h>

#include "base/number.h"
#include "base/text.h"

namespace iter8::load {
namespace {

constexpr double kMinCores = 0.01;
const std::filesystem::path kGroups = "/sys/fs/cgroup";

/// Empty when the file cannot be read. These files have no size, so they are read as streams.
std::string text_of(const std::filesystem::path& file) {
  std::ifstream stream(file);
  return {std::istreambuf_iterator<char>(stream), {}};
}

/// The least quota of the group and those above it. In a container the group is often the root of what it
/// sees, and the path in /proc names what lies outside.
template <typename QuotaIn>
std::optional<double> least_quota(const std::filesystem::path& root, std::string_view path,
                                  QuotaIn quota_in) {
  std::optional<double> least = quota_in(root);
  std::filesystem::path directory = root;
  for (const std::filesystem::path& part : std::filesystem::path(path).relative_path()) {
    directory /= part;
    const std::optional<double> quota = quota_in(directory);
    if (quota && (!least || *quota < *least)) least = quota;
  }
  return least;
}

}  // namespace

std::vector<int> allowed_processors() {
  cpu_set_t set;
  CPU_ZERO(&set);
  std::vector<int> processors;
  if (sched_getaffinity(0, sizeof(set), &set) != 0) return processors;
  for (int processor = 0; processor < CPU_SETSIZE; ++processor)
    if (CPU_ISSET(static_cast<std::size_t>(processor), &set)) processors.push_back(processor);
  return processors;
}

void pin_to(int processor) {
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET(static_cast<std::size_t>(processor), &set);
  sched_setaffinity(0, sizeof(set), &set);
}

double available_cores() {
  double cores = std::max(1.0, static_cast<double>(allowed_processors().size()));
  const std::string groups = text_of("/proc/self/cgroup");
  const auto second =
      least_quota(kGroups, group_path(groups, ""), [](const std::filesystem::path& directory) {
        return quota_of_cpu_max(text_of(directory / "cpu.max"));
      });
  const auto first =
      least_quota(kGroups / "cpu", group_path(groups, "cpu"), [](const std::filesystem::path& directory) {
        return quota_of_cfs(text_of(directory / "cpu.cfs_quota_us"),
                            text_of(directory / "cpu.cfs_period_us"));
      });
  if (second) cores = std::min(cores, *second);
  if (first) cores = std::min(cores, *first);
  return std::max(cores, kMinCores);
}

std::optional<double> quota_of_cpu_max(std::string_view text) {
  text = base::trim(text);
  const std::size_t space = text.find(' ');
  if (space == std::string_view::npos) return std::nullopt;
  return quota_of_cfs(text.substr(0, space), text.substr(space + 1));
}

std::optional<double> quota_of_cfs(std::string_view quota, std::string_view period) {
  const std::optional<double> numerator = base::parse_number(base::trim(quota));
  const std::optional<double> denominator = base::parse_number(base::trim(period));
  if (!numerator || !denominator || !(*numerator > 0) || !(*denominator > 0)) return std::nullopt;
  return *numerator / *denominator;
}

std::string_view group_path(std::string_view text, std::string_view controller) {
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    const std::size_t first = line.find(':');
    const std::size_t second = first == std::string_view::npos ? first : line.find(':', first + 1);
    if (second == std::string_view::npos) continue;
    const std::string names = "," + std::string(line.substr(first + 1, second - first - 1)) + ",";
    if (names.find("," + std::string(controller) + ",") != std::string::npos) return line.substr(second + 1);
  }
  return {};
}

}  // namespace iter8::load
