#pragma once

#include <algorithm>

#include "base/clock.h"

namespace iter8::load {

/// How long before a request is due a spinning thread ends its sleep: as long as waking up takes on this
/// machine in 199 of 200 cases. Real hardware needs a few microseconds, a virtual machine some hundreds.
///
/// The quantile is tracked by stochastic approximation (Robbins & Monro 1951): a step up when a sleep ended
/// later than the margin allows, a 199th of a step down when not. Pure; one thread.
class WakeupMargin {
 public:
  static constexpr base::Duration kMin = std::chrono::microseconds(50);
  static constexpr base::Duration kMax = std::chrono::milliseconds(1);

  base::Duration size() const { return size_; }

  /// A sleep ended `late` after the time it was set for.
  void add_oversleep(base::Duration late) {
    size_ = std::clamp(size_ + (late > size_ - kReserve ? kStep : -kStep / 199), kMin, kMax);
  }

 private:
  static constexpr base::Duration kStep = std::chrono::microseconds(20);
  /// To read the clock and start the request.
  static constexpr base::Duration kReserve = std::chrono::microseconds(10);

  base::Duration size_ = kMin;
};

}  // namespace iter8::load
