#pragma once

#include <filesystem>
#include <iosfwd>
#include <string>
#include <vector>

#include "experiment/result/result.h"
#include "report/report.h"

namespace iter8::entrypoint {

/// One `--report FORMAT=PATH`; the path `-` is standard output.
struct ReportTarget {
  const report::Format* format = nullptr;
  std::filesystem::path path;
};

/// Parses FORMAT=PATH texts. Throws base::UsageError for an unknown format or a directory that does not
/// exist, so that mistakes are found before anything runs.
std::vector<ReportTarget> parse_report_targets(const std::vector<std::string>& texts);

/// Writes each report of the result. Throws base::Error if a file cannot be written.
void write_reports(const std::vector<ReportTarget>& targets, const experiment::Result& result,
                   std::ostream& out);

}  // namespace iter8::entrypoint
