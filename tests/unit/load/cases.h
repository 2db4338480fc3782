#pragma once

#include <numeric>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "load/engine.h"
#include "tests/unit/load/scripted_server.h"
#include "tests/unit/load/slice_accounts.h"

namespace iter8::load::testing {

inline Target target_at(net::Url url) {
  Target target;
  target.url = std::move(url);
  return target;
}

/// A closed loop of `requests` to one target over one connection.
inline Plan closed_plan(net::Url url, std::int64_t requests) {
  Plan plan;
  plan.targets.push_back(target_at(std::move(url)));
  plan.arrival = Arrival::closed;
  plan.connections = 1;
  plan.requests = requests;
  plan.timeout = std::chrono::seconds(10);
  return plan;
}

inline std::int64_t errors_of(const Tally& tally, ErrorClass error) {
  return tally.errors[static_cast<std::size_t>(error)];
}

/// What must hold for every tally, whatever happened.
inline void check_accounts(const Tally& tally) {
  const std::int64_t failed =
      tally.error_count() - errors_of(tally, ErrorClass::status) - errors_of(tally, ErrorClass::expect);
  std::int64_t by_status = 0;
  for (const auto& [status, count] : tally.statuses) by_status += count;
  CHECK(tally.sent == tally.completed + failed + tally.in_flight);
  CHECK(tally.scheduled >= tally.sent);
  CHECK(by_status == tally.completed);
  CHECK(tally.latency.count() == tally.completed + failed - tally.unanswered());
  CHECK(tally.service.count() == tally.completed);
}

/// Runs the plan and returns the tally of its first target.
inline Tally run_one(const Plan& plan) {
  Measurement measurement = run(plan, {}, {});
  for (const Tally& tally : measurement.targets) {
    check_accounts(tally);
    check_slices(tally);
  }
  CHECK(measurement.end == EndReason::done);
  return std::move(measurement.targets.at(0));
}

}  // namespace iter8::load::testing
