#include "load/worker/standstills.h"

#include <algorithm>

namespace iter8::load {

bool Standstills::add(base::MonotonicTime from, base::MonotonicTime to) {
  last_ = {from, to};
  lost_ += to - from;
  if (to - from < kLong) return false;
  long_.push_back(last_);
  return true;
}

void Standstills::count_from(base::MonotonicTime start) {
  lost_ = std::max(base::Duration{0}, last_.to - std::max(last_.from, start));
}

bool Standstills::include(base::MonotonicTime time) const {
  const auto next = std::ranges::lower_bound(long_, time, {}, &Interval::to);
  return next != long_.end() && next->from < time;
}

base::Duration Standstills::since(base::MonotonicTime time) const {
  base::Duration sum{0};
  for (auto each = long_.rbegin(); each != long_.rend() && each->to > time; ++each)
    sum += each->to - std::max(each->from, time);
  return sum;
}

std::optional<base::MonotonicTime> Standstills::first_since(base::MonotonicTime time) const {
  const auto next = std::ranges::upper_bound(long_, time, {}, &Interval::to);
  return next == long_.end() ? std::nullopt : std::optional(std::max(next->from, time));
}

}  // namespace iter8::load
