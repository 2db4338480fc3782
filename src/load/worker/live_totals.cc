#include "load/worker/live_totals.h"

namespace iter8::load {

bool LivePage::publish(std::span<const Recorder> recorders) {
  const std::unique_lock lock(mutex_, std::try_to_lock);
  if (!lock.owns_lock()) return false;
  totals_.finished = 0;
  totals_.errors = 0;
  totals_.begun = 0;
  totals_.latency.clear();
  totals_.lateness.clear();
  for (const Recorder& recorder : recorders) {
    totals_.finished += recorder.finished();
    totals_.errors += recorder.errors();
    totals_.begun += recorder.so_far().sent;
    totals_.latency.add(recorder.so_far().latency);
    totals_.lateness.add(recorder.so_far().lateness);
  }
  return true;
}

void LivePage::add_to(Totals& totals) const {
  const std::lock_guard lock(mutex_);
  totals.finished += totals_.finished;
  totals.errors += totals_.errors;
  totals.begun += totals_.begun;
  totals.latency.add(totals_.latency);
  totals.lateness.add(totals_.lateness);
}

}  // namespace iter8::load
