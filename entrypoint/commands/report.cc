#include "entrypoint/commands/report.h"

#include <filesystem>
#include <ostream>

#include <CLI/CLI.hpp>
#include <unistd.h>

#include "base/file_lock.h"
#include "base/text.h"
#include "entrypoint/console.h"
#include "experiment/result/result_document.h"
#include "report/older_text.h"
#include "report/report.h"
#include "report/text_report.h"

namespace iter8::entrypoint {

namespace {

std::string format_names() {
  std::vector<std::string> names;
  for (const report::Format& format : report::formats()) names.emplace_back(format.name);
  return base::join(names, ", ");
}

void declare_report(CLI::App& command, ReportOptions& options) {
  command.add_option("-o,--output,--outputFormat", options.format, "One of " + format_names())
      ->type_name("FORMAT")
      ->capture_default_str();
  declare(command, options.result);
  command.add_flag("--all", options.all, "In text, also the metrics of the load generator itself");
}

/// Whether somebody still writes this result. Asked of an incomplete one only, so that two reports at a time
/// do not take each other for a run.
bool goes_on(const experiment::Result& result, const std::filesystem::path& file) {
  return !result.completed() && !base::FileLock::take(file, base::Duration{0});
}

std::string rendered(const ReportOptions& options, const report::Format& format,
                     const std::filesystem::path& file, Process& process) {
  const experiment::Result result = experiment::read_result(file);
  const bool is_running = goes_on(result, file);
  if (is_running)
    process.err << "the run that writes " << base::printable(file.string())
                << " goes on: this is what it has so far" << std::endl;
  if (format.name != "text") return format.render(result);
  report::TextStyle style = style_of(STDOUT_FILENO, process.environment);
  if (options.all) style.scope = report::Scope::everything;
  return options.is_older ? report::older_text(result, style.scope)
                          : report::text_report(result, style, is_running ? "" : file.string());
}

}  // namespace

CLI::App* add_command(CLI::App& program, ReportOptions& options) {
  CLI::App* command = program.add_subcommand("report", "Print the report of a result");
  declare_report(*command, options);
  return command;
}

CLI::App* add_older_command(CLI::App& program, ReportOptions& options) {
  options.is_older = true;
  CLI::App* command = program.add_subcommand("gen", "Print the report of a result as older Iter8 did");
  declare_report(*command, options);
  return command;
}

int run(const ReportOptions& options, Process& process) {
  const report::Format& format = report::find_format(base::lower(options.format));
  process.out << rendered(options, format, options.result.path(), process);
  return kDone;
}

}  // namespace iter8::entrypoint
