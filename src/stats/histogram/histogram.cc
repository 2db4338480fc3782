#include "stats/histogram/histogram.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <numeric>

namespace iter8::stats {
namespace {

/// Keeps 99.9 % of 1000 values at rank 999, although 99.9 has no exact double.
constexpr double kRounding = 1e-12;

}  // namespace

Histogram& Histogram::operator=(const Histogram& other) {
  if (this == &other) return *this;
  clear();
  add(other);
  return *this;
}

// Inlined into both record(), of which one counts every response of a load.
[[gnu::always_inline]] inline std::int64_t& Histogram::bucket_of(std::uint64_t value) {
  const int shift = std::max(0, static_cast<int>(std::bit_width(value)) - 1 - kBucketBits);
  const std::uint64_t position = value >> shift;  // below 1024 only in group 0
  return group(static_cast<std::size_t>(shift) + (position >> kBucketBits))[position & (kBuckets - 1)];
}

void Histogram::record(std::int64_t nanoseconds, std::int64_t count) noexcept {
  if (count <= 0) return;
  const std::int64_t value = std::clamp(nanoseconds, kShortestDuration, kLongestDuration);
  bucket_of(static_cast<std::uint64_t>(value)) += count;
  count_ += count;
  min_ = std::min(min_, value);
  max_ = std::max(max_, value);
  const Wide sum = static_cast<Wide>(value) * static_cast<Wide>(count);
  sum_ += sum;
  squares_ += sum * static_cast<Wide>(value);
}

void Histogram::record(std::int64_t nanoseconds) noexcept {
  const std::int64_t value = std::clamp(nanoseconds, kShortestDuration, kLongestDuration);
  const auto bits = static_cast<std::uint64_t>(value);
  ++bucket_of(bits);
  ++count_;
  min_ = std::min(min_, value);
  max_ = std::max(max_, value);
  sum_ += bits;
  squares_ += Wide{bits} * bits;
}

void Histogram::add(const Histogram& other) noexcept {
  for (std::size_t index = 0; index < kGroups; ++index) {
    if (!other.groups_[index]) continue;
    Group& mine = group(index);
    const Group& theirs = *other.groups_[index];
    for (std::size_t bucket = 0; bucket < kBuckets; ++bucket) mine[bucket] += theirs[bucket];
  }
  count_ += other.count_;
  min_ = std::min(min_, other.min_);
  max_ = std::max(max_, other.max_);
  sum_ += other.sum_;
  squares_ += other.squares_;
}

void Histogram::clear() noexcept {
  for (const std::unique_ptr<Group>& group : groups_) {
    if (group) group->fill(0);
  }
  count_ = 0;
  min_ = INT64_MAX;
  max_ = 0;
  sum_ = 0;
  squares_ = 0;
}

double Histogram::mean() const {
  if (count_ == 0) return 0;
  const auto n = static_cast<Wide>(count_);
  const Wide whole = sum_ / n;  // apart from the rest, so that no digit of the sum is lost
  return static_cast<double>(whole) + static_cast<double>(sum_ % n) / static_cast<double>(count_);
}

// The squares are taken around the integer part q of the mean, Σ(v-q)² = Σv² - 2qΣv + nq², which is exact in
// integers (the 128 bits may wrap on the way, the result fits again); around the mean itself it is less by
// n(mean-q)².
double Histogram::variance() const {
  if (count_ < 2) return 0;
  const auto n = static_cast<Wide>(count_);
  const Wide q = sum_ / n;
  const Wide around_q = squares_ - 2 * q * sum_ + n * q * q;
  const auto rest = static_cast<double>(sum_ % n);
  const double around_mean = static_cast<double>(around_q) - rest * rest / static_cast<double>(count_);
  return std::max(0.0, around_mean) / static_cast<double>(count_ - 1);
}

// Moment coefficient of skewness, g1 = m3 / m2^1.5 (Joanes & Gill, 1998).
double Histogram::skewness() const {
  if (count_ < 3) return 0;
  double m2 = 0;
  double m3 = 0;
  const double center = mean();
  for (const Cell& cell : cells()) {
    const double deviation = (static_cast<double>(cell.lower) + static_cast<double>(cell.upper)) / 2 - center;
    m2 += static_cast<double>(cell.count) * deviation * deviation;
    m3 += static_cast<double>(cell.count) * deviation * deviation * deviation;
  }
  if (min_ == max_ || m2 <= 0) return 0;
  const auto n = static_cast<double>(count_);
  return (m3 / n) / std::pow(m2 / n, 1.5);
}

std::int64_t Histogram::percentile(double p) const {
  if (count_ == 0) return 0;
  if (!(p > 0)) return min_;
  if (p >= 100) return max_;
  const double exact = p / 100 * static_cast<double>(count_);
  const auto rank = std::max<std::int64_t>(1, static_cast<std::int64_t>(std::ceil(exact * (1 - kRounding))));
  std::int64_t cumulative = 0;
  for (std::size_t index = 0; index < kGroups; ++index) {
    if (!groups_[index]) continue;
    for (std::size_t bucket = 0; bucket < kBuckets; ++bucket) {
      cumulative += (*groups_[index])[bucket];
      if (cumulative >= rank) return std::min(max_, cell_of(index, bucket).upper);
    }
  }
  return max_;
}

std::vector<Histogram::Cell> Histogram::cells(std::size_t merged) const {
  std::vector<Cell> result;
  for (std::size_t index = 0; index < kGroups; ++index) {
    if (!groups_[index]) continue;
    const Group& group = *groups_[index];
    for (std::size_t bucket = 0; bucket < kBuckets; bucket += merged) {
      const std::int64_t count = std::accumulate(&group[bucket], &group[bucket] + merged, std::int64_t{0});
      if (count == 0) continue;
      result.push_back({.lower = cell_of(index, bucket).lower,
                        .upper = cell_of(index, bucket + merged - 1).upper,
                        .count = count});
    }
  }
  return result;
}

Histogram::Group& Histogram::group(std::size_t index) {
  std::unique_ptr<Group>& group = groups_[index];
  if (!group) [[unlikely]] {
    group = std::make_unique<Group>();
  }
  return *group;
}

Histogram::Cell Histogram::cell_of(std::size_t group, std::size_t bucket) {
  const auto shift = group == 0 ? 0 : static_cast<int>(group) - 1;
  const std::size_t position = group == 0 ? bucket : bucket + kBuckets;
  const auto lower = static_cast<std::int64_t>(position) << shift;
  return {.lower = lower, .upper = lower + (std::int64_t{1} << shift) - 1};
}

}  // namespace iter8::stats
