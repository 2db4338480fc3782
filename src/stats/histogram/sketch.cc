#include "stats/histogram/sketch.h"

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <limits>
#include <utility>

namespace iter8::stats {
namespace {

constexpr int kBits = Sketch::kBits;
constexpr std::uint32_t kMost = std::numeric_limits<std::uint32_t>::max();

/// The value at this share of a bucket's width: 0 = its lower edge.
double value_in(std::uint16_t bucket, double share) {
  const int shift = bucket >> kBits;
  const std::uint64_t position = (bucket & ((1U << kBits) - 1)) + (1U << kBits);
  return std::ldexp(static_cast<double>(position) + share, shift);
}

double middle_of(std::uint16_t bucket) {
  return value_in(bucket, 0.5);
}

void add_to(std::uint32_t& count, std::uint32_t more) {
  count = more > kMost - count ? kMost : count + more;
}

/// Takes a number off the front of the text.
template <typename Number>
bool take_number(std::string_view& text, Number& number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{}) return false;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return true;
}

bool take(std::string_view& text, char expected) {
  if (!text.starts_with(expected)) return false;
  text.remove_prefix(1);
  return true;
}

}  // namespace

template <typename Use>
Sketch Sketch::Builder::take_each(Use use) {
  constexpr std::size_t kTogether = 4;  // that are looked at together, as most are empty
  std::array<Cell, kBuckets> taken;
  std::size_t count = 0;
  for (std::uint64_t groups = groups_; groups != 0; groups &= groups - 1) {
    const auto first = static_cast<std::size_t>(std::countr_zero(groups)) << kBits;
    for (std::size_t bucket = first; bucket < first + (std::size_t{1} << kBits); bucket += kTogether) {
      std::uint32_t* counts = &counts_[bucket];
      if ((counts[0] | counts[1] | counts[2] | counts[3]) == 0) continue;
      for (std::size_t i = 0; i < kTogether; ++i) {
        if (counts[i] == 0) continue;
        use(bucket + i, counts[i]);
        taken[count++] = {.bucket = static_cast<std::uint16_t>(bucket + i),
                          .count = std::exchange(counts[i], 0)};
      }
    }
  }
  groups_ = 0;
  Sketch sketch;
  sketch.cells_.assign(taken.begin(), taken.begin() + static_cast<std::ptrdiff_t>(count));
  return sketch;
}

Sketch Sketch::Builder::take() {
  return take_each([](std::size_t, std::uint32_t) {});
}

Sketch Sketch::Builder::take_into(Builder& sum) {
  if (sum.counts_.empty()) sum.counts_.resize(kBuckets);
  sum.groups_ |= groups_;
  return take_each([&sum](std::size_t bucket, std::uint32_t count) { add_to(sum.counts_[bucket], count); });
}

void Sketch::record(std::int64_t nanoseconds) {
  const auto bucket = static_cast<std::uint16_t>(place_of(nanoseconds).bucket);
  const auto place =
      std::lower_bound(cells_.begin(), cells_.end(), bucket,
                       [](const Cell& cell, std::uint16_t sought) { return cell.bucket < sought; });
  if (place != cells_.end() && place->bucket == bucket)
    add_to(place->count, 1);
  else
    cells_.insert(place, {.bucket = bucket, .count = 1});
}

void Sketch::add(const Sketch& other) {
  if (other.cells_.empty()) return;
  if (cells_.empty()) {
    cells_ = other.cells_;
    return;
  }
  std::vector<Cell> merged;
  merged.reserve(cells_.size() + other.cells_.size());
  auto mine = cells_.begin();
  for (const Cell& cell : other.cells_) {
    while (mine != cells_.end() && mine->bucket < cell.bucket) merged.push_back(*mine++);
    merged.push_back(cell);
    if (mine != cells_.end() && mine->bucket == cell.bucket) add_to(merged.back().count, (mine++)->count);
  }
  merged.insert(merged.end(), mine, cells_.end());
  merged.shrink_to_fit();
  cells_ = std::move(merged);
}

std::int64_t Sketch::count() const {
  std::int64_t count = 0;
  for (const Cell& cell : cells_) count += cell.count;
  return count;
}

double Sketch::percentile(double p) const {
  const auto rank =
      std::max<std::int64_t>(1, static_cast<std::int64_t>(std::ceil(p / 100 * static_cast<double>(count()))));
  std::int64_t cumulative = 0;
  for (const Cell& cell : cells_) {
    cumulative += cell.count;
    if (cumulative >= rank) return middle_of(cell.bucket);
  }
  return cells_.empty() ? 0 : middle_of(cells_.back().bucket);
}

double Sketch::count_above(double nanoseconds) const {
  double above = 0;
  for (const Cell& cell : cells_) {
    const double lower = value_in(cell.bucket, 0);
    const double upper = value_in(cell.bucket, 1);
    above += cell.count * std::clamp((upper - nanoseconds) / (upper - lower), 0.0, 1.0);
  }
  return above;
}

double Sketch::sum_of_logarithms() const {
  double sum = 0;
  for (const Cell& cell : cells_) sum += cell.count * std::log(middle_of(cell.bucket));
  return sum;
}

std::string Sketch::to_text() const {
  std::string text;
  for (std::size_t i = 0; i < cells_.size(); ++i) {
    const bool goes_on = i > 0 && cells_[i - 1].bucket + 1 == cells_[i].bucket;
    if (goes_on) {
      text += ',';
    } else {
      if (i > 0) text += ' ';
      text += std::to_string(cells_[i].bucket) + ':';
    }
    text += std::to_string(cells_[i].count);
  }
  return text;
}

std::optional<Sketch> Sketch::parse(std::string_view text) {
  Sketch sketch;
  if (text.empty()) return sketch;
  std::uint16_t least = 0;  // of the next row
  do {
    Cell cell;
    if (!take_number(text, cell.bucket) || cell.bucket < least || !take(text, ':')) return std::nullopt;
    do {
      if (cell.bucket >= kBuckets || !take_number(text, cell.count) || cell.count == 0) return std::nullopt;
      sketch.cells_.push_back(cell);
      ++cell.bucket;
    } while (take(text, ','));
    least = static_cast<std::uint16_t>(cell.bucket + 1);
  } while (take(text, ' '));
  return text.empty() ? std::optional(sketch) : std::nullopt;
}

}  // namespace iter8::stats
