#include "entrypoint/closing.h"

#include <algorithm>
#include <ostream>

#include <unistd.h>

#include "entrypoint/console.h"
#include "report/run_summary.h"

namespace iter8::entrypoint {

void print_closing(const SessionEnd& end, const std::filesystem::path& result_file,
                   const std::vector<ReportTarget>& reports, Process& process) {
  const bool is_taken = std::any_of(reports.begin(), reports.end(),
                                    [](const ReportTarget& target) { return target.path == "-"; });
  const report::TextStyle style = style_of(is_taken ? STDERR_FILENO : STDOUT_FILENO, process.environment);
  (is_taken ? process.err : process.out)
      << report::run_summary(end.result, style, result_file.string()) << std::flush;
}

}  // namespace iter8::entrypoint
