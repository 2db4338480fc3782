#pragma once

#include <string>
#include <vector>

#include "experiment/result/result.h"

namespace iter8::report {

/// A table of a report, its texts as they are in the result: each format makes them safe in its own way.
struct Table {
  std::string title;
  std::vector<std::string> header;
  std::vector<std::vector<std::string>> rows;
};

/// The one word a reader wants first: invalid file, interrupted, failed (a task did), incomplete (the run was
/// cut off), or the verdict of the assessment; "not assessed" when nothing was judged, "partly assessed" when
/// all that was judged is well, but some objectives of the file were never looked at.
std::string headline(const experiment::Result& result);

/// For programs: pass, fail, inconclusive, skipped (nothing was judged), or error for a run that was refused,
/// failed or was cut off, whatever it judged before. A pass that left objectives of the file aside is
/// inconclusive.
std::string_view verdict_word(const experiment::Result& result);

/// Its name; its number where it has none.
std::string version_name(const experiment::Result& result, std::size_t version);

/// What a column of this version is called: its name, "version 0" where it has none but a number.
std::string column_of(const experiment::Result& result, std::size_t version);

/// "http/latency-p95 of candidate"; the metric alone where there is one version.
std::string whose(const std::string& metric, const experiment::Result& result, std::size_t version);

/// "http (cart)" or "http".
std::string title_of(const experiment::Execution& execution);

/// "http/latency-p95 (msec) <= 100", "http/latency-mean (msec) <= +10% of the baseline".
std::string condition_of(const experiment::Objective& objective, const experiment::Result& result);

/// "http/latency-p95 of 'candidate': 312.4 msec is above the limit of 250 msec", one a check that is not
/// satisfied.
std::vector<std::string> objections(const experiment::Result& result);

/// "candidate (the candidate 'candidate' satisfies every objective)". Empty when one version competes with
/// nobody.
std::string winner_sentence(const experiment::Result& result);

/// "experiment.yaml:7:3: error: unknown key 'tsks'".
std::string problem_text(const experiment::FileProblem& problem, const experiment::Result& result);

/// "http (warm-up): connection refused", one a failed or interrupted execution; or what is wrong with a file
/// that was refused.
std::string failures_title(const experiment::Result& result);
std::vector<std::string> failures(const experiment::Result& result);

/// Of the assessment and of the tasks, each message once, without those that objections() shows.
std::vector<std::string> warnings(const experiment::Result& result);

}  // namespace iter8::report
