#pragma once

#include <atomic>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>

#include "load/measurement.h"

namespace iter8::load {

/// Tells all workers to end the sending early, because of a stop rule or because too many requests failed.
/// Its functions may be called from any thread; is_set() costs one relaxed load.
class AbortFlag {
 public:
  /// `error_budget`: how many requests may fail; nullopt = any number.
  explicit AbortFlag(std::optional<std::int64_t> error_budget)
      : has_budget_(error_budget.has_value()), left_(error_budget.value_or(0)) {}

  bool is_set() const { return set_.load(std::memory_order_relaxed); }
  /// Sets the flag; when it is set already, the first reason stays.
  void set(EndReason reason, std::string why);
  /// `errors` more requests failed; sets the flag once the budget is exceeded.
  void count_errors(std::int64_t errors);

  /// Valid once the workers have ended; `done` and empty when the flag was never set.
  EndReason reason() const { return reason_; }
  const std::string& why() const { return why_; }

 private:
  const bool has_budget_;
  std::atomic<std::int64_t> left_;
  std::atomic<bool> set_ = false;
  std::mutex mutex_;
  EndReason reason_ = EndReason::done;
  std::string why_;
};

}  // namespace iter8::load
