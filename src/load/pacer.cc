#include "load/pacer.h"

#include <cmath>

namespace iter8::load {
namespace {

constexpr double kNanoseconds = 1e9;
/// Beyond this many nanoseconds (about 100 years) a slot is never due.
constexpr double kNever = 3.2e18;

}  // namespace

std::uint64_t SplitMix64::next() {
  state_ += 0x9e3779b97f4a7c15U;
  std::uint64_t mixed = state_;
  mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9U;
  mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111ebU;
  return mixed ^ (mixed >> 31);
}

double SplitMix64::next_unit() {
  return (static_cast<double>(next() >> 11) + 1) * 0x1p-53;
}

Pacer::Pacer(const Settings& settings) : settings_(settings), random_(settings.seed), slot_(settings.worker) {
  find_next();
}

void Pacer::advance() {
  slot_ += settings_.workers;
  find_next();
}

void Pacer::find_next() {
  if (settings_.slots && slot_ >= *settings_.slots) {
    over_ = true;
    return;
  }
  next_ = due_of_slot();
  over_ = settings_.duration && next_ >= *settings_.duration;
}

base::Duration Pacer::due_of_slot() {
  double nanoseconds = 0;
  if (settings_.arrival == Arrival::poisson) {
    // Every worker draws all gaps, also those of slots that are not its own, so that all see the same
    // process.
    for (; drawn_ <= slot_; ++drawn_) {
      drawn_nanoseconds_ -= std::log(random_.next_unit()) * kNanoseconds / settings_.rate;
    }
    nanoseconds = drawn_nanoseconds_;
  } else {
    nanoseconds = (static_cast<double>(slot_) + settings_.phase) * kNanoseconds / settings_.rate;
  }
  return base::Duration(nanoseconds < kNever ? std::llround(nanoseconds) : static_cast<std::int64_t>(kNever));
}

}  // namespace iter8::load
