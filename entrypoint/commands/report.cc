#include "entrypoint/commands/report.h"

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
  declare(*command, options.result);
  return command;
}

int run(const ReportOptions& options, Process& process) {
  const report::Format& format = report::find_format(base::lower(options.format));
  process.out << format.render(experiment::read_result(options.result.path()));
  return kDone;
}

}  // namespace iter8::entrypoint
