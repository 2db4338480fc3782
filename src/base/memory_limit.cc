#include "base/memory_limit.h"

#include <fstream>

#include <sys/resource.h>
#include <unistd.h>

namespace iter8::base {

void limit_memory(std::size_t bytes) {
  std::ifstream statm("/proc/self/statm");
  std::size_t pages = 0;
  if (!(statm >> pages)) return;
  const rlim_t most = pages * static_cast<std::size_t>(::getpagesize()) + bytes;
  const rlimit both{.rlim_cur = most, .rlim_max = most};
  ::setrlimit(RLIMIT_AS, &both);
}

}  // namespace iter8::base
