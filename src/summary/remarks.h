#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "experiment/result/result.h"

namespace iter8::summary {

/// Something that belongs in the margin of the experiment file: an objective that was not met or could not
/// be decided, a task that failed, an error of the file itself. An objective that does not gate is a warning.
/// What annotations, SARIF and code-quality reports are made of.
struct Remark {
  enum class Level { error, warning };
  enum class Kind { file, task, objective };

  Level level = Level::error;
  Kind kind = Kind::objective;
  std::string subject;  // "http/latency-p95 of candidate", "http (cart)"; empty for the file
  std::string message;  // what was found; one sentence, as it is in the result
  int line = 0;         // of the experiment file; 0 = unknown
  int column = 0;       // 0 = the whole line
  /// 64 hexadecimal digits, different for each remark of a result, that stay the same from run to run for the
  /// same complaint about the same thing, wherever in the file it stands and whatever the numbers are.
  std::string fingerprint;

  /// "http/latency-p95 of candidate: 312 msec is above the limit of 250 msec".
  std::string text() const;
};

/// "file", "task", "objective": names of rules, which stay.
std::string_view to_text(Remark::Kind kind);

/// In the order in which a reader wants them: errors of the file, failed tasks, objectives that gate, others.
std::vector<Remark> remarks(const experiment::Result& result);

/// One line for places that have room for one: the verdict, and the first remark or what was met. "fail:
/// http/latency-p95 of candidate: 312 msec is above the limit of 250 msec (and 2 more)", "pass: pass, 3
/// objectives met; winner: candidate (…)".
std::string summary_sentence(const experiment::Result& result);

/// The lists of a report, one sentence an entry.

/// Checks that are not satisfied, in the order of the file: "http/latency-p95 of candidate: 312.4 msec is
/// above the limit of 250 msec".
std::vector<std::string> unmet_objectives(const experiment::Result& result);

/// Executions that failed or were interrupted: "http (warm-up): connection refused"; before them, what is
/// wrong with a file that was refused.
std::vector<std::string> failures(const experiment::Result& result);

/// What a list of failures() is headed by.
std::string failures_title(const experiment::Result& result);

/// Why figures are in doubt, because the generator's own work may show in them; what a reader has to know
/// beside the verdict.
std::vector<std::string> degradations(const experiment::Result& result);

/// What else a reader sees: error_causes() say with its number by which status every request failed.
enum class Beside { nothing, causes_of_errors };
/// Warnings of the assessment and of the tasks, each message once, without those that unmet_objectives() and
/// degradations() show, or that stand beside them.
std::vector<std::string> warnings(const experiment::Result& result, Beside beside = Beside::nothing);

}  // namespace iter8::summary
