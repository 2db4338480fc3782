#include "load/worker/core_pinning.h"

#include <algorithm>

namespace iter8::load {
namespace {

/// More than the kernel's own work causes in a tenth of a second.
constexpr std::int64_t kTolerableSwitches = 5;
/// Two seconds.
constexpr int kCooldownRounds = 20;

}  // namespace

std::optional<int> CorePinner::choose_core(std::int64_t switches, int current_core) {
  if (switches <= kTolerableSwitches) {
    moves_ = 0;
    return std::exchange(is_pinned_, true) ? std::nullopt : std::optional(current_core);
  }
  if (cores_.empty()) return std::nullopt;
  if (cooldown_ > 0) {
    --cooldown_;
    return std::nullopt;
  }
  if (++moves_ >= cores_.size()) {
    moves_ = 0;
    cooldown_ = kCooldownRounds;
  }
  is_pinned_ = true;
  return core_after(current_core);
}

int CorePinner::core_after(int core) const {
  const auto found = std::ranges::find(cores_, core);
  if (found == cores_.end() || std::next(found) == cores_.end()) return cores_.front();
  return *std::next(found);
}

}  // namespace iter8::load
