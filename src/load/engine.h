#pragma once

#include <functional>
#include <optional>
#include <stop_token>
#include <string>

#include "load/measurement.h"
#include "load/plan.h"

namespace iter8::load {

/// Called from the caller's own thread a few times a second while the load runs.
using Watch = std::function<void(const Snapshot&)>;
/// Asked ten times a second, on the caller's own thread, while the load is measured: why the sending should
/// end now, or nothing.
using StopRule = std::function<std::optional<std::string>(const Snapshot&)>;

/// Generates the load and returns when it is done or, soon after `stop` is requested, with what was measured.
/// Failing requests are counted, never thrown; throws base::Error only when the load cannot be generated at
/// all (a certificate file that cannot be read, no descriptors for epoll).
Measurement run(const Plan& plan, const Watch& watch, const std::stop_token& stop,
                const StopRule& stop_rule = {});

/// The bytes of one request as they go on the wire, for --dry-run.
std::string request_text(const Target& target, KeepAlive keep_alive);

}  // namespace iter8::load
