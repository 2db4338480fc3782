#include "load/schedule/profile.h"

#include <algorithm>
#include <cmath>

#include "base/duration.h"

namespace iter8::load {
namespace {

constexpr double kNanoseconds = 1e9;

}  // namespace

Profile Profile::constant(double rate) {
  Profile profile;
  profile.rate_ = rate;
  return profile;
}

Profile Profile::staged(double from, std::span<const Stage> stages) {
  Profile profile;
  for (const Stage& stage : stages) {
    const double seconds = base::to_seconds(stage.duration);
    if (seconds > 0) {
      profile.segments_.push_back({.start = profile.staged_seconds_,
                                   .length = seconds,
                                   .from = from,
                                   .to = stage.rate,
                                   .before = profile.staged_total_});
      profile.staged_seconds_ += seconds;
      profile.staged_total_ += (from + stage.rate) / 2 * seconds;
    }
    from = stage.rate;
  }
  return profile;
}

Profile Profile::trace(std::span<const base::Duration> times) {
  Profile profile;
  profile.trace_ = times;
  return profile;
}

Profile Profile::of(const Plan& plan) {
  if (!plan.trace.empty()) return trace(plan.trace);
  if (!plan.stages.empty()) return staged(plan.rate, plan.stages);
  return constant(plan.rate);
}

Profile Profile::of_warmup(const Plan& plan) {
  const bool begins_at_rate = plan.trace.empty() && plan.rate > 0;
  return constant(begins_at_rate ? plan.rate : of(plan).mean_rate());
}

std::optional<double> Profile::time_of(double count) const {
  if (rate_ > 0) return count * kNanoseconds / rate_;
  if (!trace_.empty()) {
    const auto index = static_cast<std::size_t>(count);
    if (index >= trace_.size()) return std::nullopt;
    return static_cast<double>(trace_[index].count());
  }
  if (count >= staged_total_) return std::nullopt;

  const auto after = std::ranges::upper_bound(segments_, count, {}, &Segment::before);
  const Segment& segment = *std::prev(after);
  // The arrivals since the segment's start are from·t + (to - from)/length · t²/2. Of the two ways to write
  // the root of that, this one does not cancel when the rate hardly changes.
  const double arrivals = count - segment.before;
  const double slope = (segment.to - segment.from) / segment.length;
  const double root = std::sqrt(std::max(0.0, segment.from * segment.from + 2 * slope * arrivals));
  const double seconds = arrivals > 0 ? 2 * arrivals / (segment.from + root) : 0;
  return (segment.start + std::min(seconds, segment.length)) * kNanoseconds;
}

double Profile::arrivals_until(base::Duration time) const {
  const double seconds = std::max(0.0, base::to_seconds(time));
  if (rate_ > 0) return seconds * rate_;
  if (!trace_.empty()) return static_cast<double>(std::ranges::upper_bound(trace_, time) - trace_.begin());
  const auto after = std::ranges::upper_bound(segments_, seconds, {}, &Segment::start);
  if (after == segments_.begin()) return 0;
  const Segment& segment = *std::prev(after);
  const double part = std::min(seconds - segment.start, segment.length);
  const double slope = (segment.to - segment.from) / segment.length;
  return segment.before + segment.from * part + slope * part * part / 2;
}

std::optional<base::Duration> Profile::end() const {
  if (rate_ > 0) return std::nullopt;
  if (!trace_.empty()) return trace_.back();
  return base::Duration(std::llround(staged_seconds_ * kNanoseconds));
}

std::optional<double> Profile::total() const {
  if (rate_ > 0) return std::nullopt;
  return trace_.empty() ? staged_total_ : static_cast<double>(trace_.size());
}

double Profile::mean_rate() const {
  if (rate_ > 0) return rate_;
  const double seconds = base::to_seconds(*end());
  return seconds > 0 ? *total() / seconds : *total();
}

double Profile::mean_rate_of(double count) const {
  if (rate_ > 0) return rate_;
  const std::optional<double> until = time_of(count);
  return until && *until > 0 ? count / *until * kNanoseconds : mean_rate();
}

double Profile::peak_rate() const {
  double peak = segments_.empty() ? mean_rate() : 0;
  for (const Segment& segment : segments_) peak = std::max({peak, segment.from, segment.to});
  return peak;
}

}  // namespace iter8::load
