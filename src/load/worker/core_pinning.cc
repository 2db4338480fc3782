#include "load/worker/core_pinning.h"

#include <algorithm>

namespace iter8::load {
namespace {

/// More than the kernel's own work causes in a tenth of a second.
constexpr std::int64_t kFew = 5;
/// Two seconds.
constexpr int kRest = 20;

}  // namespace

std::optional<int> CorePinner::next(std::int64_t switches, int present) {
  if (switches <= kFew) {
    moves_ = 0;
    return std::exchange(is_taken_, true) ? std::nullopt : std::optional(present);
  }
  if (cores_.empty()) return std::nullopt;
  if (rest_ > 0) {
    --rest_;
    return std::nullopt;
  }
  if (++moves_ >= cores_.size()) {
    moves_ = 0;
    rest_ = kRest;
  }
  is_taken_ = true;
  return after(present);
}

int CorePinner::after(int core) const {
  const auto found = std::ranges::find(cores_, core);
  if (found == cores_.end() || std::next(found) == cores_.end()) return cores_.front();
  return *std::next(found);
}

}  // namespace iter8::load
