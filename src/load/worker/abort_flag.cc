#include "load/worker/abort_flag.h"

#include <utility>

namespace iter8::load {

void AbortFlag::set(EndReason reason, std::string why) {
  const std::lock_guard lock(mutex_);
  if (is_set()) return;
  reason_ = reason;
  why_ = std::move(why);
  set_.store(true);
}

void AbortFlag::count_errors(std::int64_t errors) {
  if (!has_budget_ || errors == 0) return;
  if (left_.fetch_sub(errors) - errors < 0)
    set(EndReason::error_budget, "more requests failed than errorBudget allows");
}

}  // namespace iter8::load
