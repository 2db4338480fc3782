#include "load/worker/live_totals.h"

#include <algorithm>

namespace iter8::load {

bool LiveTotals::publish(std::span<const Recorder> recorders) {
  const std::unique_lock lock(mutex_, std::try_to_lock);
  if (!lock.owns_lock()) return false;
  totals_.finished = 0;
  totals_.errors = 0;
  totals_.started = 0;
  totals_.latency.clear();
  totals_.lateness.clear();
  totals_.targets.resize(recorders.size());
  for (std::size_t target = 0; target < recorders.size(); ++target) {
    const Recorder& recorder = recorders[target];
    Values::Target& of_target = totals_.targets[target];
    of_target.finished = recorder.finished_count();
    of_target.errors = recorder.error_count();
    of_target.latency.clear();
    recorder.add_latencies_to(of_target.latency);
    totals_.finished += recorder.finished_count();
    totals_.errors += recorder.error_count();
    totals_.started += recorder.tally().sent + recorder.tally().unsent;
    totals_.latency.add(of_target.latency);
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
  totals.targets.resize(std::max(totals.targets.size(), totals_.targets.size()));
  for (std::size_t target = 0; target < totals_.targets.size(); ++target) {
    totals.targets[target].finished += totals_.targets[target].finished;
    totals.targets[target].errors += totals_.targets[target].errors;
    totals.targets[target].latency.add(totals_.targets[target].latency);
  }
}

}  // namespace iter8::load
