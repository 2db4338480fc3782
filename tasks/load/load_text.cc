#include <chrono>

#include <fmt/format.h>

#include "base/duration.h"
#include "base/error.h"
#include "base/text.h"
#include "load/error_class.h"
#include "load/grpc_status.h"
#include "tasks/load/failures.h"
#include "tasks/load/metrics.h"

// What is said of a load in words.

namespace iter8::tasks {

namespace {

/// Of requests without an answer: more than that is worth a warning.
constexpr double kNotableShare = 0.01;
constexpr base::Duration kLongWait = std::chrono::milliseconds(100);

/// "2 timeout", "3 unavailable".
std::vector<std::string> errors_by_class(const VersionLoad& load) {
  std::vector<std::string> classes;
  for (std::size_t i = 0; i < load::kErrorClasses; ++i) {
    const auto error = static_cast<load::ErrorClass>(i);
    const bool has_names = load.protocol == LoadProtocol::grpc && error == load::ErrorClass::status;
    if (load.tally.errors[i] == 0 || has_names) continue;
    const std::string which = error == load::ErrorClass::status ? error_statuses_of(load.tally) : "";
    classes.push_back(
        fmt::format("{} {}{}{}", load.tally.errors[i], to_text(error), which.empty() ? "" : " ", which));
  }
  if (load.protocol != LoadProtocol::grpc) return classes;
  for (const auto& [status, count] : load.tally.statuses)
    if (status != 0)
      classes.push_back(fmt::format("{} {}", count, to_text(static_cast<load::GrpcStatus>(status))));
  return classes;
}

}  // namespace

std::string summary_of(const VersionLoad& load) {
  const std::vector<std::string> classes = errors_by_class(load);
  const auto counted = [](std::int64_t count, std::string_view noun) {
    return base::count_text(static_cast<std::size_t>(count), noun);
  };
  std::string text = counted(load.requests(), "request") + ", " + counted(load.errors(), "error");
  if (!classes.empty()) text += " (" + base::join(classes, ", ") + ")";
  if (load.tally.in_flight > 0) text += fmt::format(", {} given up in flight", load.tally.in_flight);
  if (load.tally.unsent > 0) text += fmt::format(", {} unsent", load.tally.unsent);
  text += fmt::format(", {:.1f}/s", load.achieved_rate());
  if (load.requested_rate > 0) text += fmt::format(" of {:.6g}/s", load.requested_rate);
  if (load.tally.latency.count() > 0)
    text += fmt::format(", p95 {:.4g} ms",
                        base::to_milliseconds(base::Duration(load.tally.latency.percentile(95))));
  if (load.end == load::EndReason::stopped)
    text += fmt::format(", stopped after {:.1f} s", base::to_seconds(load.elapsed));
  if (load.end == load::EndReason::stop_rule || load.end == load::EndReason::error_budget)
    text += fmt::format(", ended after {:.1f} s: {}", base::to_seconds(load.elapsed), load.end_text);
  if (!load.doubts().empty()) text += ", degraded";
  const bool is_dead = load.requests() > 0 && load.errors() == load.requests();
  if (is_dead && !load.tally.first_error.empty()) text += "; " + load.tally.first_error;
  return text;
}

std::vector<experiment::Warning> warnings_of(const VersionLoad& load, const std::string& version) {
  std::vector<experiment::Warning> warnings;
  const auto with_reason = [](const std::string& reason) { return reason.empty() ? "" : ": " + reason; };
  if (load.requests() == 0)
    warnings.push_back(
        {.code = "no-requests", .message = fmt::format("no request to '{}' came to an end", version)});
  else if (load.errors() == load.requests())
    warnings.push_back({.code = "all-failed",
                        .message = fmt::format("every request to '{}' failed{}", version,
                                               with_reason(first_failure_of(load.tally)))});
  const std::int64_t unanswered = load.tally.unanswered();
  const bool is_notable =
      static_cast<double>(unanswered) >= kNotableShare * static_cast<double>(load.requests());
  if (unanswered > 0 && unanswered < load.requests() && is_notable)
    warnings.push_back({.code = "no-answer",
                        .message = fmt::format(
                            "{} of {} requests to '{}' got no answer{}: latencies are those of the others",
                            unanswered, load.requests(), version, with_reason(load.tally.first_unanswered))});

  const base::Duration waited(load.tally.queued.percentile(99));
  if (load.requested_rate > 0 && waited > kLongWait)
    warnings.push_back(
        {.code = "waited-for-connections",
         .message = fmt::format(
             "{} requests to '{}' waited for a connection (99-th percentile {:.0f} ms): more "
             "connections are needed for {:.6g}/s at this latency",
             load.tally.queued.count(), version, base::to_milliseconds(waited), load.requested_rate)});
  const std::vector<std::string> doubts = load.doubts();
  if (!doubts.empty())
    warnings.push_back({.code = "degraded",
                        .message = fmt::format("the measurement of '{}' is degraded: {}", version,
                                               base::join(doubts, "; "))});
  if (load.end == load::EndReason::stop_rule || load.end == load::EndReason::error_budget)
    warnings.push_back({.code = load.end == load::EndReason::stop_rule ? "stopped-early" : "error-budget",
                        .message = fmt::format("the load on '{}' ended early, after {:.1f} s: {}", version,
                                               base::to_seconds(load.elapsed), load.end_text)});
  for (const std::string& note : load.notes) warnings.push_back({.code = "load-limits", .message = note});
  return warnings;
}

void require_clean_warmup(const load::Tally& warmup, const std::string& version) {
  const std::int64_t errors = warmup.error_count();
  if (errors == 0) return;
  std::string first = first_failure_of(warmup);
  if (first.empty()) first = "error status";
  throw base::Error(
      fmt::format("warm-up of '{}': {} of {} requests failed: {}; allowInitialErrors: true accepts them",
                  version, errors, warmup.sent - warmup.in_flight, first));
}

}  // namespace iter8::tasks
