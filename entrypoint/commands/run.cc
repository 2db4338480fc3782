#include "entrypoint/commands/run.h"

#include <ostream>

#include <CLI/CLI.hpp>

#include "base/text.h"
#include "entrypoint/closing.h"
#include "entrypoint/gate.h"
#include "entrypoint/plan.h"
#include "entrypoint/report_target.h"
#include "entrypoint/result_lock.h"
#include "entrypoint/session.h"

namespace iter8::entrypoint {

namespace {

/// Files in an older spelling are not gated unless somebody asks for it, and neither is a run in which
/// nothing was to be judged.
bool has_gate(const RunOptions& options, const experiment::Result& result) {
  if (options.gate || options.no_gate) return options.gate;
  return result.spelling == experiment::FileSpelling::native &&
         experiment::judged_verdict(result) != experiment::Verdict::skipped;
}

}  // namespace

CLI::App* add_command(CLI::App& program, RunOptions& options) {
  CLI::App* command = program.add_subcommand("run", "Run an experiment and write result.yaml");
  declare(*command, options.experiment);
  command->add_option("--result", options.result, "Where the result goes (default: result.yaml)")
      ->type_name("PATH");
  command
      ->add_option("-r,--report", options.reports,
                   "Write a report at the end; - is standard output; repeatable")
      ->type_name("FORMAT=PATH")
      ->allow_extra_args(false);
  command->add_flag("--dry-run", options.dry_run,
                    "Print what would be done, without sending or writing anything");
  command->add_flag("--resume", options.resume, "Continue a run that was interrupted");
  declare_wait(*command, options.wait);
  CLI::Option* gate = command->add_flag(
      "--gate", options.gate,
      "Exit with 1 if the verdict is fail or error, with 3 if it is inconclusive or nothing was judged");
  command
      ->add_flag("--no-gate", options.no_gate,
                 "Exit with 0 whatever the verdict, as files in an older spelling do")
      ->excludes(gate);
  declare(*command, options.log);
  return command;
}

int run(const RunOptions& options, Process& process) {
  const std::vector<ReportTarget> reports = parse_report_targets(options.reports);
  ExperimentOptions reading = options.experiment;
  if (!options.dry_run) reading.descriptions = experiment::Descriptions::asked_for;
  std::optional<experiment::Experiment> experiment = load(reading, process);
  if (!experiment) return kUsage;
  if (options.dry_run) {
    process.out << base::without_commands(process.secrets.mask(plan_text(*experiment)));
    return kDone;
  }

  const std::filesystem::path result_file =
      options.result.empty() ? options.experiment.result_path() : std::filesystem::path(options.result);
  const base::FileLock lock = hold_result(result_file, options.wait);
  const SessionEnd end = run_session(*experiment, options.resume ? Beginning::resume : Beginning::fresh,
                                     result_file, options.log, process);
  write_reports(reports, end.result, process.out);
  if (!options.log.quiet) print_closing(end, result_file, reports, process);

  if (end.exit_code() != kDone || !has_gate(options, end.result)) return end.exit_code();
  return run_gate(end.result, process);
}

}  // namespace iter8::entrypoint
