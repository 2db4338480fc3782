#pragma once

#include <cstdint>

#include "base/clock.h"
#include "load/protocol/exchange.h"

namespace iter8::load {

class Recorder;
class Standstills;

/// The parts of one response that have come by now. One thread.
struct PartProgress {
  std::int64_t parts = 0;
  std::int64_t output_tokens = 0;  // as the last part said that named them
  base::MonotonicTime first;       // when the first part came, and so on; zero until then
  base::MonotonicTime last;
  base::MonotonicTime first_content;
  base::MonotonicTime last_content;

  bool has_content() const { return first_content != base::MonotonicTime{}; }
  /// A part has come at `now` of the request that fell due at `due`: counts it, and records the time since
  /// the part before. Nothing is recorded of a time in which the generator stood still.
  void add(const Part& part, base::MonotonicTime due, base::MonotonicTime now, const Standstills& standstills,
           Recorder& recorder);
};

}  // namespace iter8::load
