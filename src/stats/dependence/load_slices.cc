#include "stats/dependence/load_slices.h"

#include <algorithm>
#include <utility>

namespace iter8::stats {

namespace {

/// Rounds down, as the grid goes on before 1970.
std::int64_t half_of(std::int64_t number) {
  return number >= 0 ? number / 2 : -((1 - number) / 2);
}

std::int64_t number_at(base::WallTime time, base::Duration width) {
  const base::Duration since = time.time_since_epoch();
  const std::int64_t whole = since / width;
  return since < whole * width ? whole - 1 : whole;
}

void add_counts(std::vector<std::int64_t>& sum, const std::vector<std::int64_t>& more) {
  if (sum.size() < more.size()) sum.resize(more.size());
  for (std::size_t i = 0; i < more.size(); ++i) sum[i] += more[i];
}

}  // namespace

void SliceLatencies::add(const SliceLatencies& other) {
  count += other.count;
  sum += other.sum;
  squares += other.squares;
  capped_sum += other.capped_sum;
  capped_squares += other.capped_squares;
  add_counts(above, other.above);
  histogram.add(other.histogram);
}

void LoadSlice::add(const LoadSlice& other) {
  ok.add(other.ok);
  failed.add(other.failed);
  unanswered += other.unanswered;
  cut_short += other.cut_short;
  add_counts(errors, other.errors);
  if (inside.size() < other.inside.size()) inside.resize(other.inside.size());
  for (std::size_t i = 0; i < other.inside.size(); ++i) inside[i].add(other.inside[i]);
}

SliceLatencies& LoadSlice::inside_at(Inside time) {
  inside.resize(kInside);
  return inside[time];
}

LoadSlices::LoadSlices(base::Duration width, std::int64_t first, std::vector<LoadSlice> slices)
    : width_(width), first_(first), slices_(std::move(slices)) {}

bool LoadSlices::is_width(base::Duration width) {
  const std::int64_t times = width / kShortest;
  return times > 0 && width == times * kShortest && (times & (times - 1)) == 0;
}

LoadSlice& LoadSlices::at(base::WallTime time) {
  for (;;) {
    const std::int64_t number = number_at(time, width_);
    const std::size_t index = cover(number);
    // Numbers change with the width.
    if (number == number_at(time, width_)) return slices_[index];
  }
}

std::size_t LoadSlices::cover(std::int64_t number) {
  if (slices_.empty()) first_ = number;
  while (std::max(end(), number + 1) - std::min(first_, number) > static_cast<std::int64_t>(kMost)) {
    coarsen();
    number = half_of(number);
  }
  if (number < first_) {
    slices_.insert(slices_.begin(), static_cast<std::size_t>(first_ - number), LoadSlice{});
    first_ = number;
  }
  if (number >= end()) slices_.resize(static_cast<std::size_t>(number - first_) + 1);
  return static_cast<std::size_t>(number - first_);
}

void LoadSlices::add(const LoadSlices& other) {
  if (other.empty()) return;
  if (empty()) {
    const base::Duration own = width_;
    *this = other;
    return coarsen_to(own);
  }
  coarsen_to(other.width_);
  LoadSlices part = other;
  part.coarsen_to(width_);
  // Both ends first: they decide how coarse the sum is.
  cover(part.first_);
  part.coarsen_to(width_);
  cover(part.end() - 1);
  part.coarsen_to(width_);
  for (std::size_t i = 0; i < part.slices_.size(); ++i)
    slices_[static_cast<std::size_t>(part.first_ - first_) + i].add(part.slices_[i]);
}

void LoadSlices::coarsen() {
  width_ *= 2;
  if (slices_.empty()) return;
  const std::int64_t first = half_of(first_);
  std::vector<LoadSlice> coarse(static_cast<std::size_t>(half_of(end() - 1) - first) + 1);
  for (std::size_t i = 0; i < slices_.size(); ++i) {
    const std::int64_t number = first_ + static_cast<std::int64_t>(i);
    LoadSlice& target = coarse[static_cast<std::size_t>(half_of(number) - first)];
    if (target.is_empty())
      target = std::move(slices_[i]);
    else
      target.add(slices_[i]);
  }
  first_ = first;
  slices_ = std::move(coarse);
}

void LoadSlices::coarsen_to(base::Duration width) {
  while (width_ < width) coarsen();
}

}  // namespace iter8::stats
