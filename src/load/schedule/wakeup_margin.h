#pragma once

#include <algorithm>

#include "base/clock.h"

namespace iter8::load {

/// How long before a request is due a thread that wants to be punctual ends its sleep: as long as waking up
/// takes on this machine, in 199 of 200 cases. Real hardware needs a few microseconds, a virtual machine some
/// hundreds.
///
/// The quantile is found by steps (Robbins and Monro 1951): up when a sleep ended later than the margin
/// allows, down by a 199th of that when not. Pure; one thread.
class WakeupMargin {
 public:
  static constexpr base::Duration kLeast = std::chrono::microseconds(50);
  static constexpr base::Duration kMost = std::chrono::milliseconds(1);

  base::Duration size() const { return size_; }

  /// A sleep ended so much later than it should have.
  void learn(base::Duration late) {
    size_ = std::clamp(size_ + (late > size_ - kReserve ? kStep : -kStep / 199), kLeast, kMost);
  }

 private:
  static constexpr base::Duration kStep = std::chrono::microseconds(20);
  static constexpr base::Duration kReserve = std::chrono::microseconds(10);  // to look at the clock and begin

  base::Duration size_ = kLeast;
};

}  // namespace iter8::load
