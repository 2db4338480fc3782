#pragma once

#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

namespace iter8::load {

/// Which core a thread that spins stays on. Left to itself the scheduler puts it beside another busy thread,
/// and then each takes the core from the other some hundred times a second, also where another core is idle.
/// So the thread stays where it is left alone, and goes on to the next core when it is not. When no core is
/// better than the others, it stays for a while before it tries again. Pure; one thread.
class CorePinner {
 public:
  /// Those that the thread may use; none when they are not known.
  explicit CorePinner(std::vector<int> cores) : cores_(std::move(cores)) {}

  /// Asked ten times a second. Since the last time others took the core from the thread so often, and now it
  /// is on `present`. The core to stay on from now on; nothing when that does not change.
  std::optional<int> next(std::int64_t switches, int present);

 private:
  int after(int core) const;

  std::vector<int> cores_;
  bool is_taken_ = false;
  std::size_t moves_ = 0;  // in a row
  int rest_ = 0;           // so many times nothing is tried
};

}  // namespace iter8::load
