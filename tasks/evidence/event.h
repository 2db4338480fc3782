#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/secrets.h"
#include "experiment/result/result.h"
#include "experiment/task.h"
#include "tasks/evidence/ci_run.h"

namespace iter8::tasks {

/// What a run came to for somebody who is told about it: it decides colours, the states of commits and which
/// channels are told. A failed task and a missed objective are failures; missing or undecided data are
/// inconclusive, and so are objectives that nobody looked at; a run that had nothing to judge and went well
/// is a success.
enum class RunStatus { success, failure, inconclusive };

std::string_view to_text(RunStatus status);

/// One objective for one version.
struct CheckedObjective {
  std::string condition;  // "http/latency-p95 <= 100 msec"
  std::string metric;
  std::string unit;
  std::string version;
  std::optional<double> value;
  std::optional<double> limit;
  experiment::Verdict verdict = experiment::Verdict::error;
  std::string reason;  // why it is not satisfied
};

/// What is told about a run: the one value that messages, payloads and statuses are made from. Every text is
/// masked and printable, and none comes from the environment or from the options of a task.
struct Event {
  RunStatus status = RunStatus::success;
  std::string verdict;     // pass, fail, inconclusive, error, skipped
  std::string experiment;  // its name
  std::string version;     // the one that decided; empty when that cannot be said
  std::string metric;      // likewise
  /// As summary::headline(), with the experiment's name behind the verdict: "fail: checkout: candidate:
  /// http/latency-p95: 312 msec is above the limit of 250 msec".
  std::string headline;
  std::vector<std::string> versions;
  std::optional<std::string> winner;
  std::optional<std::string> recommended;
  std::vector<CheckedObjective> objectives;  // in the order of the file, each with all versions
  std::vector<std::string> failures;         // of failed tasks: "http (cart): connection refused"
  CiRun run;
  std::string iter8_version;
  base::WallTime start{};  // of the run
  base::WallTime time{};   // of the event
  int iteration = 1;
  /// 32 hexadecimal digits: the same for every attempt of one task in one iteration of one run, so that a
  /// receiver can tell a repeated message from a new one.
  std::string id;
};

/// What an event is made from. Borrows everything.
struct EventSource {
  const experiment::Result& result;
  const CiRun& run;
  base::WallTime now;
  const base::Secrets& secrets;
  int iteration = 1;
  std::string_view source_id;  // of the task that tells: makes the ids of a file's tasks different
};

Event event_of(const EventSource& source);

/// The event of a running task.
Event event_of(const experiment::Context& context, std::string_view source_id);

/// The event of a run of the experiment `name` with these versions that passed, for --dry-run.
Event sample_event(const std::vector<experiment::Version>& versions, const CiRun& run,
                   std::string_view source_id, const std::string& name);

}  // namespace iter8::tasks
