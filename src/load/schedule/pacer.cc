#include "load/schedule/pacer.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

namespace iter8::load {
namespace {

/// Beyond this many nanoseconds (about 100 years) a slot is never due.
constexpr double kNever = 3.2e18;
/// Odd, so that every round has a seed of its own.
constexpr std::uint64_t kRoundStep = 0xd1342543de82ef95U;

}  // namespace

Pacer::Pacer(Settings settings)
    : settings_(std::move(settings)),
      random_(settings_.seed + static_cast<std::uint64_t>(settings_.target)),
      slot_(settings_.slice.first) {
  const bool is_trace = settings_.profile.is_trace();
  if (settings_.arrival == Arrival::constant && settings_.targets > 1 && !is_trace)
    order_.resize(static_cast<std::size_t>(settings_.targets));
  schedule_next();
}

void Pacer::advance() {
  slot_ += settings_.slice.stride;
  schedule_next();
}

void Pacer::schedule_next() {
  if (settings_.slots && slot_ >= *settings_.slots) {
    over_ = true;
    return;
  }
  const std::optional<double> nanoseconds = settings_.profile.time_of(arrivals_before_slot());
  if (!nanoseconds) {
    over_ = true;
    return;
  }
  next_ =
      base::Duration(*nanoseconds < kNever ? std::llround(*nanoseconds) : static_cast<std::int64_t>(kNever));
  over_ = settings_.duration && next_ >= *settings_.duration;
}

double Pacer::arrivals_before_slot() {
  if (settings_.arrival != Arrival::poisson) return static_cast<double>(slot_) + position_in_round();
  // Draws all gaps, also those of slots outside this slice, so that all slices see the same process.
  for (; drawn_ <= slot_; ++drawn_) gaps_ -= std::log(random_.next_unit());
  return gaps_;
}

/// The target's position in its round, by a Fisher-Yates shuffle from a generator seeded for the round alone,
/// so that a round can be computed without those before it.
double Pacer::position_in_round() {
  if (order_.empty()) return 0;
  SplitMix64 random(SplitMix64(settings_.seed + static_cast<std::uint64_t>(slot_) * kRoundStep).next());
  std::iota(order_.begin(), order_.end(), 0);
  for (std::size_t i = order_.size() - 1; i > 0; --i) std::swap(order_[i], order_[random.next_below(i + 1)]);
  const auto place = std::ranges::find(order_, settings_.target) - order_.begin();
  return static_cast<double>(place) / static_cast<double>(settings_.targets);
}

Arrivals::Arrivals(const Open& open) : kind_(open) {
  if (!open.queue) return;
  queue_end_ = open.pacer;
  for (std::int64_t i = 0; i < *open.queue && !queue_end_->is_over(); ++i) queue_end_->advance();
}

std::optional<base::MonotonicTime> Arrivals::next(base::MonotonicTime now) const {
  if (const auto* closed = std::get_if<Closed>(&kind_)) {
    const bool over = (closed->requests && *closed->requests == 0) || (closed->end && now >= *closed->end);
    return over ? std::nullopt : std::optional(now);
  }
  const Open& open = std::get<Open>(kind_);
  return open.pacer.is_over() ? std::nullopt : std::optional(open.start + open.pacer.next());
}

std::int64_t Arrivals::number() const {
  if (const auto* closed = std::get_if<Closed>(&kind_)) return closed->slice.first;
  return std::get<Open>(kind_).pacer.slot();
}

void Arrivals::advance() {
  if (auto* closed = std::get_if<Closed>(&kind_)) {
    closed->slice.first += closed->slice.stride;
    if (closed->requests) --*closed->requests;
    return;
  }
  std::get<Open>(kind_).pacer.advance();
  if (queue_end_ && !queue_end_->is_over()) queue_end_->advance();
}

std::optional<base::MonotonicTime> Arrivals::queue_full_from() const {
  if (!queue_end_ || queue_end_->is_over()) return std::nullopt;
  return std::get<Open>(kind_).start + queue_end_->next();
}

}  // namespace iter8::load
