#include "load/worker/part_progress.h"

#include "load/worker/recorder.h"
#include "load/worker/standstills.h"

namespace iter8::load {

void PartProgress::add(const Part& part, base::MonotonicTime due, base::MonotonicTime now,
                       const Standstills& standstills, Recorder& recorder) {
  const auto is_known = [&](base::MonotonicTime since) {
    return !standstills.has_long() || !standstills.first_since(since);
  };
  recorder.record_part();
  if (parts == 0)
    first = now;
  else if (is_known(last))
    recorder.record_gap(due, now - last);
  ++parts;
  last = now;
  if (part.output_tokens > 0) output_tokens = part.output_tokens;
  if (!part.has_content) return;
  if (has_content()) {
    if (is_known(last_content)) recorder.record_content_gap(due, now - last_content);
  } else {
    first_content = now;
    if (is_known(due)) recorder.record_first_content(due, now - due);
  }
  last_content = now;
}

}  // namespace iter8::load
