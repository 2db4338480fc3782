#pragma once

#include <cstddef>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "experiment/task.h"
#include "load/plan.h"
#include "tasks/load/load_options.h"
#include "tasks/load/metrics.h"

namespace iter8::tasks {

/// A version that is loaded, and its target.
struct LoadedVersion {
  std::size_t version = 0;
  load::Target target;
};

/// One load of a task, ready to be sent: its only one, or one of its endpoints.
struct PreparedLoad {
  std::string provider;        // of its metrics
  std::string usual_provider;  // of a load that is the task's only one: "http"
  LoadProtocol protocol = LoadProtocol::http;
  const LoadOptions* options = nullptr;  // outlives it
  load::Plan plan;                       // without targets; see plan_of()
  std::vector<LoadedVersion> versions;
  std::vector<base::Duration> limits = {};   // of latency percentiles, that objectives name
  std::optional<PartNames> part_names = {};  // where the load looks at the parts of responses
  bool skips_verification = false;           // of the server's certificate
};

/// Loads all versions, interleaved in one window unless `sequential`, and adds to `outcome` what was
/// measured, the message and the warnings, and why the load fails the task: no request of any version got an
/// answer. `used_metrics` are those that somebody consumes. Throws base::Error when there can be no load.
void run_load(const PreparedLoad& load, const experiment::Context& context,
              const std::set<std::string>& used_metrics, experiment::Outcome& outcome);

/// "endpoint 'cart': " of the provider http-cart; empty for the only load of a task.
std::string name_of_endpoint(std::string_view provider, std::string_view usual_provider);

/// What such a load is going to be, as far as its options say. `plan` is as for plan_summary().
experiment::PlannedLoad planned_load(const std::string& provider, const LoadOptions& options,
                                     load::Plan plan);

/// "100 requests at 8/s over 4 connections": of a plan to which apply_pace() was not applied.
std::string plan_summary(const load::Plan& plan, const PaceOptions& pace);

}  // namespace iter8::tasks
