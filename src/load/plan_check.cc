#include "load/plan_check.h"

#include <algorithm>
#include <cmath>

#include "base/error.h"
#include "load/schedule/profile.h"

namespace iter8::load {
namespace {

void check_profile(const Plan& plan) {
  if (!plan.trace.empty()) {
    if (plan.arrival == Arrival::poisson) throw base::Error("load: a trace cannot be poisson");
    if (plan.trace.front() < base::Duration{0} || !std::ranges::is_sorted(plan.trace))
      throw base::Error("load: the times of a trace must be ascending and not negative");
    return;
  }
  if (plan.stages.empty()) {
    if (plan.rate > 0 && std::isfinite(plan.rate)) return;
    throw base::Error("load: the rate must be a positive number");
  }
  const bool sound =
      plan.rate >= 0 && std::isfinite(plan.rate) && std::ranges::all_of(plan.stages, [](const Stage& stage) {
        return stage.duration >= base::Duration{0} && stage.rate >= 0 && std::isfinite(stage.rate);
      });
  if (!sound) throw base::Error("load: rates and durations of stages must not be negative");
  if (!(Profile::of(plan).total() > 0)) throw base::Error("load: the stages ask for no request");
}

void check_calls(const Plan& plan) {
  for (const Target& target : plan.targets) {
    if (!target.grpc) continue;
    const GrpcCall& call = *target.grpc;
    if (plan.http != HttpVersion::two) throw base::Error("load: gRPC needs HTTP/2");
    if (!target.mix.empty()) throw base::Error("load: a gRPC call has no other kinds of requests beside it");
    if (call.messages.empty() && !call.client_streams)
      throw base::Error("load: a gRPC call without a message");
    if (call.stream_interval < base::Duration{0} || (call.stream_count && *call.stream_count < 1) ||
        (call.stream_duration && *call.stream_duration <= base::Duration{0}))
      throw base::Error("load: interval, count and duration of a stream must be positive");
    if (call.keepalive &&
        (*call.keepalive <= base::Duration{0} || call.keepalive_timeout <= base::Duration{0}))
      throw base::Error("load: keepalive must be positive");
  }
}

}  // namespace

void check_plan(const Plan& plan) {
  if (plan.targets.empty()) throw base::Error("load: there is no target");
  if (plan.connections < 1) throw base::Error("load: connections must be at least 1");
  if (plan.streams < 1) throw base::Error("load: streams must be at least 1");
  if (plan.timeout <= base::Duration{0}) throw base::Error("load: the timeout must be positive");
  if (plan.connect_timeout && *plan.connect_timeout <= base::Duration{0})
    throw base::Error("load: the time to connect must be positive");
  check_calls(plan);
  if (plan.skip_first < 0) throw base::Error("load: the number of requests to skip must not be negative");
  if (!plan.concurrency.empty() && plan.arrival != Arrival::closed)
    throw base::Error("load: only the concurrency of a closed loop changes");
  if (!plan.concurrency.empty() && plan.concurrency.back().limit < 1)
    throw base::Error("load: the last step of the concurrency must be at least 1");
  if (!std::ranges::is_sorted(plan.concurrency, {}, &ConcurrencyStep::at))
    throw base::Error("load: the steps of the concurrency must be in order");
  if (plan.shard.count < 1 || plan.shard.index < 0 || plan.shard.index >= plan.shard.count)
    throw base::Error("load: the shard's index must be at least 0 and below their number");
  const bool ends = plan.requests || plan.duration;
  if (plan.think_min < base::Duration{0} || plan.think_max < plan.think_min)
    throw base::Error("load: the longest pause must be at least the shortest one");
  if (plan.think_max > base::Duration{0} && plan.streams > 1)
    throw base::Error("load: with pauses a connection carries one stream");
  if (plan.queue && *plan.queue < 0) throw base::Error("load: the queue must not be negative");
  if (plan.arrival == Arrival::closed) {
    if (!ends) throw base::Error("load: neither a number of requests nor a duration is given");
    return;
  }
  check_profile(plan);
  if (!ends && !Profile::of(plan).end())
    throw base::Error("load: neither a number of requests nor a duration is given");
}

}  // namespace iter8::load
