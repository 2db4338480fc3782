#pragma once

#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

namespace iter8::load {

/// Chooses the core that a spinning thread is pinned to. Left to itself, the scheduler puts it beside another
/// busy thread, and the two preempt each other some hundred times a second, even where another core is idle.
/// So the thread stays on a core where it is left alone, and moves on to the next one where it is not. When
/// no core is better than the others, it stays for a while before it tries again. Pure; one thread.
class CorePinner {
 public:
  /// `cores`: those the thread may run on; empty when not known.
  explicit CorePinner(std::vector<int> cores) : cores_(std::move(cores)) {}

  /// To be called ten times a second, with the involuntary context switches since the last call and the core
  /// that the thread is on. The core to pin the thread to; nullopt when nothing changes.
  std::optional<int> choose_core(std::int64_t switches, int current_core);

 private:
  int core_after(int core) const;

  std::vector<int> cores_;
  bool is_pinned_ = false;
  std::size_t moves_ = 0;  // consecutive ones
  int cooldown_ = 0;       // calls during which nothing is tried
};

}  // namespace iter8::load
