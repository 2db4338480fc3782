#pragma once

#include <filesystem>
#include <vector>

#include "entrypoint/process.h"
#include "entrypoint/report_target.h"
#include "entrypoint/session.h"

namespace iter8::entrypoint {

/// Prints the summary of a run that has ended: on standard output, or on standard error where the reports
/// have taken that. `result_file` is where the result can be found, empty = nowhere.
void print_closing(const SessionEnd& end, const std::filesystem::path& result_file,
                   const std::vector<ReportTarget>& reports, Process& process);

}  // namespace iter8::entrypoint
