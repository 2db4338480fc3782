#pragma once

#include <functional>
#include <optional>
#include <stop_token>
#include <string>

#include "load/measurement.h"
#include "load/plan.h"

namespace iter8::load {

/// Called a few times a second while the load runs, on the thread that called run().
using ProgressCallback = std::function<void(const Snapshot&)>;
/// Evaluated ten times a second while the load is measured, on the thread that called run(): why the sending
/// should end now, or nullopt to go on.
using StopRule = std::function<std::optional<std::string>(const Snapshot&)>;

/// Generates the load and blocks until it is done or, soon after `stop` is requested, with what was measured
/// until then. Targets are prepared first (see prepare()); then each worker thread (see Worker) sends its
/// share of every target's schedule, and their counts are merged after joining.
///
/// Failing requests are counted, never thrown; throws base::Error only when the load cannot be generated at
/// all (a plan that check_plan() refuses, a certificate file that cannot be read, no more threads or
/// descriptors).
Measurement run(const Plan& plan, const ProgressCallback& on_progress, const std::stop_token& stop,
                const StopRule& stop_rule = {});

}  // namespace iter8::load
