#pragma once

#include <string>

#include "experiment/result/result.h"

namespace iter8::report {

/// The formats behind `iter8 report -o NAME`: each is a pure function from a result to a text, without clock,
/// network or state, so that the same result gives the same bytes at any time. All of them take any result:
/// of a run that goes on, was interrupted or failed, and of a file that was refused. Texts from outside
/// (names, messages, reasons) are made safe for the format, and every text ends in a line break. Callable
/// from any thread.

/// For terminals and logs: text_report() as for a file.
std::string text(const experiment::Result& result);

/// GitHub-flavoured Markdown, verdict first: for comments and job summaries.
std::string markdown(const experiment::Result& result);

/// The document of result.yaml as JSON: the whole result, for programs.
std::string json(const experiment::Result& result);

/// One page that stands alone: no script and nothing loaded, histograms and load over time as inline SVG.
std::string html(const experiment::Result& result);

/// JUnit XML: a test case for each objective and version, and one for each execution of a task. An
/// inconclusive objective is a skipped case; in junit_strict() a failed one. No data is an error of its case.
std::string junit(const experiment::Result& result);
std::string junit_strict(const experiment::Result& result);

/// summary::remarks() as SARIF 2.1.0, for code scanning.
std::string sarif(const experiment::Result& result);

/// summary::remarks() as a Code Climate array, for GitLab.
std::string code_quality(const experiment::Result& result);

/// Verdict, objectives, metrics and percentiles as gauges, with names as labels, for Prometheus and its
/// relatives; ends in `# EOF`.
std::string openmetrics(const experiment::Result& result);

/// One line a metric and version with three significant digits: GitLab compares the lines of two runs as
/// texts.
std::string gitlab_metrics(const experiment::Result& result);

/// outputs_of() as ITER8_NAME=value lines that a shell can read without quotes.
std::string dotenv(const experiment::Result& result);

/// The exact histograms of loads as a log that the tools of HdrHistogram read and merge: one line a metric,
/// version and iteration, values in nanoseconds.
std::string hdr(const experiment::Result& result);

}  // namespace iter8::report
