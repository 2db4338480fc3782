#pragma once

#include <string>

#include "experiment/result/result.h"

namespace iter8::report {

/// For terminals and logs, near the layout of older Iter8. ASCII frames, no colour; texts from outside are
/// made printable.
std::string text(const experiment::Result& result);

/// GitHub-flavoured Markdown, verdict first; texts from outside are escaped.
std::string markdown(const experiment::Result& result);

/// The document of result.yaml as JSON.
std::string json(const experiment::Result& result);

/// One page that loads nothing: tables, and the histograms as inline SVG.
std::string html(const experiment::Result& result);

/// A test case an objective and version, and one a task execution. An inconclusive objective is a skipped
/// case; with `junit_strict` a failed one. No data is an error of its case.
std::string junit(const experiment::Result& result);
std::string junit_strict(const experiment::Result& result);

/// remarks() as SARIF 2.1.0.
std::string sarif(const experiment::Result& result);

/// remarks() as a Code Climate array.
std::string code_quality(const experiment::Result& result);

/// Verdict, objectives, metrics and percentiles as gauges, names as labels; ends in `# EOF`.
std::string openmetrics(const experiment::Result& result);

/// One rounded line a metric and version, as GitLab compares them.
std::string gitlab_metrics(const experiment::Result& result);

/// outputs_of() as ITER8_NAME=value lines that a shell can read without quotes.
std::string dotenv(const experiment::Result& result);

/// The exact histograms of loads as a log that the tools of HdrHistogram read and merge: one line a metric,
/// version and iteration, values in nanoseconds.
std::string hdr(const experiment::Result& result);

}  // namespace iter8::report
