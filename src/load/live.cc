#include "load/live.h"

namespace iter8::load {

bool LivePage::publish(std::span<const Recorder> recorders) {
  const std::unique_lock lock(mutex_, std::try_to_lock);
  if (!lock.owns_lock()) return false;
  totals_.finished = 0;
  totals_.errors = 0;
  totals_.latency.clear();
  for (const Recorder& recorder : recorders) {
    totals_.finished += recorder.finished();
    totals_.errors += recorder.errors();
    totals_.latency.add(recorder.latency());
  }
  return true;
}

void LivePage::add_to(Totals& totals) const {
  const std::lock_guard lock(mutex_);
  totals.finished += totals_.finished;
  totals.errors += totals_.errors;
  totals.latency.add(totals_.latency);
}

}  // namespace iter8::load
