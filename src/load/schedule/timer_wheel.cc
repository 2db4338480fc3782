#include "load/schedule/timer_wheel.h"

#include <algorithm>
#include <bit>

namespace iter8::load {
namespace {

constexpr std::int64_t kTick = 1'000'000;  // nanoseconds

/// The tick at whose beginning the deadline is over.
std::int64_t tick_after(base::MonotonicTime deadline) {
  return (deadline.time_since_epoch().count() + kTick - 1) / kTick;
}

base::MonotonicTime start_of(std::int64_t tick) {
  return base::MonotonicTime(base::Duration(tick * kTick));
}

}  // namespace

void TimerWheel::set(std::uint32_t id, base::MonotonicTime deadline) {
  cancel(id);
  if (id >= nodes_.size()) nodes_.resize(std::size_t{id} + 1);
  if (size_ == 0) tick_ = tick_after(deadline);
  Node& node = nodes_[id];
  const std::int64_t tick = tick_after(deadline);
  tick_ = std::min(tick_, tick);
  const std::size_t bucket = bucket_of(tick);
  node = {.tick = tick, .previous = kNone, .next = heads_[bucket], .is_set = true};
  if (node.next != kNone) nodes_[node.next].previous = id;
  heads_[bucket] = id;
  occupied_[bucket / kWordBits] |= std::uint64_t{1} << bucket % kWordBits;
  ++size_;
}

void TimerWheel::cancel(std::uint32_t id) {
  if (id >= nodes_.size() || !nodes_[id].is_set) return;
  Node& node = nodes_[id];
  const std::size_t bucket = bucket_of(node.tick);
  (node.previous == kNone ? heads_[bucket] : nodes_[node.previous].next) = node.next;
  if (node.next != kNone) nodes_[node.next].previous = node.previous;
  if (heads_[bucket] == kNone) occupied_[bucket / kWordBits] &= ~(std::uint64_t{1} << bucket % kWordBits);
  node.is_set = false;
  --size_;
}

std::optional<base::MonotonicTime> TimerWheel::next() const {
  if (size_ == 0) return std::nullopt;
  return start_of(tick_ + static_cast<std::int64_t>(ticks_to_occupied(bucket_of(tick_))));
}

std::optional<std::uint32_t> TimerWheel::expire(base::MonotonicTime now) {
  const std::int64_t last = now.time_since_epoch().count() / kTick;
  while (size_ > 0) {
    tick_ += static_cast<std::int64_t>(ticks_to_occupied(bucket_of(tick_)));
    if (tick_ > last) return std::nullopt;
    // Those of a later turn of the wheel lie in the same bucket.
    for (std::uint32_t id = heads_[bucket_of(tick_)]; id != kNone; id = nodes_[id].next) {
      if (nodes_[id].tick > tick_) continue;
      cancel(id);
      return id;
    }
    ++tick_;
  }
  return std::nullopt;
}

/// From this bucket on, around the wheel; needs one that is occupied.
std::size_t TimerWheel::ticks_to_occupied(std::size_t bucket) const {
  constexpr std::size_t kWords = kBuckets / kWordBits;
  const std::size_t first = bucket / kWordBits;
  const std::size_t offset = bucket % kWordBits;
  if (const std::uint64_t rest = occupied_[first] >> offset; rest != 0)
    return static_cast<std::size_t>(std::countr_zero(rest));
  for (std::size_t step = 1; step <= kWords; ++step) {
    const std::uint64_t word = occupied_[(first + step) % kWords];
    if (word != 0) return step * kWordBits - offset + static_cast<std::size_t>(std::countr_zero(word));
  }
  return 0;
}

}  // namespace iter8::load
