#include "load/worker/live_totals.h"

namespace iter8::load {

bool LiveTotals::publish(std::span<const Recorder> recorders) {
  const std::unique_lock lock(mutex_, std::try_to_lock);
  if (!lock.owns_lock()) return false;
  totals_.finished = 0;
  totals_.errors = 0;
  totals_.started = 0;
  totals_.latency.clear();
  totals_.lateness.clear();
  for (const Recorder& recorder : recorders) {
    totals_.finished += recorder.finished_count();
    totals_.errors += recorder.error_count();
    totals_.started += recorder.tally().sent + recorder.tally().unsent;
    recorder.add_latencies_to(totals_.latency);
    totals_.lateness.add(recorder.tally().lateness);
  }
  return true;
}

void LiveTotals::add_to(Values& totals) const {
  const std::lock_guard lock(mutex_);
  totals.finished += totals_.finished;
  totals.errors += totals_.errors;
  totals.started += totals_.started;
  totals.latency.add(totals_.latency);
  totals.lateness.add(totals_.lateness);
}

}  // namespace iter8::load
