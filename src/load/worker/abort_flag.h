#pragma once

#include <atomic>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>

#include "load/measurement.h"

namespace iter8::load {

/// Ends the sending of all workers before its time, for a stop rule or because too many requests failed. All
/// of it may be called from any thread; asking costs one relaxed load.
class AbortFlag {
 public:
  /// `error_budget`: so many requests may fail; none = any number.
  explicit AbortFlag(std::optional<std::int64_t> error_budget)
      : has_budget_(error_budget.has_value()), left_(error_budget.value_or(0)) {}

  bool is_pulled() const { return pulled_.load(std::memory_order_relaxed); }
  /// The first one to pull it gives the reason.
  void pull(EndReason reason, std::string why);
  /// So many more requests failed.
  void count_errors(std::int64_t errors);

  /// Once it was pulled and the workers have ended.
  EndReason reason() const { return reason_; }
  const std::string& why() const { return why_; }

 private:
  const bool has_budget_;
  std::atomic<std::int64_t> left_;
  std::atomic<bool> pulled_ = false;
  std::mutex mutex_;
  EndReason reason_ = EndReason::done;
  std::string why_;
};

}  // namespace iter8::load
