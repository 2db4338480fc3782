#pragma once

#include <optional>
#include <string_view>
#include <vector>

namespace iter8::load {

/// How many processors' worth of CPU time this process may use: the processors it may run on, limited by the
/// quota of its control group (a container's CPU limit), which may be a fraction. At least 0.01.
double available_cores();

/// The processors that this thread may run on, by number, ascending.
std::vector<int> allowed_processors();
/// Pins the calling thread to this processor; does nothing where the kernel refuses.
void pin_to(int processor);

/// The quota in a control group's files: "200000 100000" of cpu.max (version 2), or the two numbers of
/// cpu.cfs_quota_us and cpu.cfs_period_us (version 1). nullopt for "max", -1 and text that is not a quota.
std::optional<double> quota_of_cpu_max(std::string_view text);
std::optional<double> quota_of_cfs(std::string_view quota, std::string_view period);

/// The path of this process's group in /proc/self/cgroup: of version 2 ("0::/path"), else of version 1's
/// controller cpu.
std::string_view group_path(std::string_view text, std::string_view controller);

}  // namespace iter8::load
