#include "entrypoint/report_target.h"

#include <ostream>

#include <fmt/format.h>

#include "base/error.h"
#include "base/file.h"
#include "entrypoint/experiment_options.h"

namespace iter8::entrypoint {

std::vector<ReportTarget> parse_report_targets(const std::vector<std::string>& texts) {
  std::vector<ReportTarget> targets;
  for (const std::string& text : texts) {
    const auto [name, path] = split_assignment(text, "--report", "FORMAT=PATH, such as html=report.html");
    // Beside /dev/stdout nothing can be written that would then take its place.
    const ReportTarget target{.format = &report::find_format(name),
                              .path = path == "/dev/stdout" ? "-" : path};
    const std::filesystem::path directory = target.path.has_parent_path() ? target.path.parent_path() : ".";
    if (!std::filesystem::is_directory(directory))
      throw base::UsageError(
          fmt::format("--report {}: directory {} does not exist", text, directory.string()));
    targets.push_back(target);
  }
  return targets;
}

void write_reports(const std::vector<ReportTarget>& targets, const experiment::Result& result,
                   std::ostream& out) {
  for (const ReportTarget& target : targets) {
    const std::string text = target.format->render(result);
    if (target.path == "-")
      out << text;
    else
      base::write_file_atomically(target.path, text);
  }
}

}  // namespace iter8::entrypoint
