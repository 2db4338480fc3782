#include "entrypoint/commands/report.h"

#include <filesystem>
#include <ostream>

#include <CLI/CLI.hpp>

#include "base/text.h"
#include "experiment/result/result_document.h"
#include "report/report.h"

namespace iter8::entrypoint {

namespace {

std::string format_names() {
  std::vector<std::string> names;
  for (const report::Format& format : report::formats()) names.emplace_back(format.name);
  return base::join(names, ", ");
}

}  // namespace

CLI::App* add_command(CLI::App& program, ReportOptions& options) {
  CLI::App* command = program.add_subcommand("report", "Print the report of a result");
  command->alias("gen");
  command->add_option("-o,--output,--outputFormat", options.format, "One of " + format_names())
      ->type_name("FORMAT")
      ->capture_default_str();
  command->add_option("--result", options.result, "The result to read")
      ->type_name("PATH")
      ->capture_default_str();
  command->add_option("--runDir", options.directory, "Directory of result.yaml (older name)")
      ->type_name("DIR");
  return command;
}

int run(const ReportOptions& options, Process& process) {
  const report::Format& format = report::find_format(base::lower(options.format));
  const std::filesystem::path file = options.directory == "."
                                         ? std::filesystem::path(options.result)
                                         : std::filesystem::path(options.directory) / options.result;
  process.out << format.render(experiment::read_result(file));
  return kDone;
}

}  // namespace iter8::entrypoint
