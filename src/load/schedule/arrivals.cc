#include "load/schedule/arrivals.h"

namespace iter8::load {

Arrivals::Arrivals(const Open& open) : kind_(open) {
  if (!open.queue) return;
  scout_ = open.pacer;
  for (std::int64_t i = 0; i < *open.queue && !scout_->is_over(); ++i) scout_->advance();
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

void Arrivals::take() {
  if (auto* closed = std::get_if<Closed>(&kind_)) {
    closed->slice.first += closed->slice.stride;
    if (closed->requests) --*closed->requests;
    return;
  }
  std::get<Open>(kind_).pacer.advance();
  if (scout_ && !scout_->is_over()) scout_->advance();
}

std::optional<base::MonotonicTime> Arrivals::full_from() const {
  if (!scout_ || scout_->is_over()) return std::nullopt;
  return std::get<Open>(kind_).start + scout_->next();
}

}  // namespace iter8::load
