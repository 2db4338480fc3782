#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "base/clock.h"

namespace iter8::load {

/// Deadlines in no particular order, at most one for each id (small numbers: indices of connections): a
/// hashed timing wheel (Varghese & Lauck, 1987, scheme 6) of 512 ticks of 1 ms. Setting, cancelling and
/// expiring are O(1); an id expires at most a tick late and never early. Used for think times; the timeouts
/// of requests come in the order in which they were started, which a plain list keeps for less (see
/// InFlightRequests). One thread.
class TimerWheel {
 public:
  /// `id` expires at `deadline`; replaces an earlier deadline of it.
  void set(std::uint32_t id, base::MonotonicTime deadline);
  void cancel(std::uint32_t id);

  bool empty() const { return size_ == 0; }
  /// When expire() may next have something to return; nullopt when no deadline is set.
  std::optional<base::MonotonicTime> next() const;
  /// Removes and returns one id whose deadline has passed; nullopt when there is none left.
  std::optional<std::uint32_t> expire(base::MonotonicTime now);

 private:
  static constexpr std::uint32_t kNone = UINT32_MAX;
  static constexpr std::size_t kBuckets = 512;
  static constexpr std::size_t kWordBits = 64;

  struct Node {
    std::int64_t tick = 0;  // in which it expires
    std::uint32_t previous = kNone;
    std::uint32_t next = kNone;
    bool is_set = false;
  };

  static std::size_t bucket_of(std::int64_t tick) { return static_cast<std::size_t>(tick) % kBuckets; }
  std::size_t ticks_to_occupied(std::size_t bucket) const;

  std::vector<Node> nodes_;  // by id
  std::array<std::uint32_t, kBuckets> heads_ = filled();
  std::array<std::uint64_t, kBuckets / kWordBits> occupied_{};  // a bit a bucket
  std::int64_t tick_ = 0;                                       // everything before it has expired
  std::size_t size_ = 0;

  static constexpr std::array<std::uint32_t, kBuckets> filled() {
    std::array<std::uint32_t, kBuckets> heads{};
    heads.fill(kNone);
    return heads;
  }
};

}  // namespace iter8::load
