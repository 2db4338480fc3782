#include "entrypoint/commands/ci.h"

#include <ostream>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"
#include "entrypoint/assertion.h"
#include "entrypoint/ci/github_inputs.h"
#include "entrypoint/ci/github_outputs.h"
#include "entrypoint/report_target.h"
#include "entrypoint/session.h"

namespace iter8::entrypoint {

namespace {

/// The command line over the action's inputs.
CiOptions merged(CiOptions options, const ci::ActionInputs& inputs) {
  if (options.experiment.file == ExperimentOptions{}.file) options.experiment.file = inputs.experiment;
  options.experiment.set.insert(options.experiment.set.begin(), inputs.set.begin(), inputs.set.end());
  options.reports.insert(options.reports.end(), inputs.reports.begin(), inputs.reports.end());
  if (options.conditions.empty()) options.conditions = inputs.conditions;
  return options;
}

void enter(const std::string& directory) {
  std::error_code error;
  std::filesystem::current_path(directory, error);
  if (error)
    throw base::UsageError(
        fmt::format("working-directory {}: {}", base::printable(directory), error.message()));
}

void write_github_files(const ci::ActionInputs& inputs, const SessionEnd& end, const std::string& result_file,
                        Process& process) {
  const std::string shown =
      (std::filesystem::path(inputs.working_directory) / result_file).lexically_normal();
  if (const auto file = process.environment.get("GITHUB_OUTPUT"); file && !file->empty())
    ci::append_to_file(*file,
                       ci::github_output_text(ci::outputs_of(end.result, shown, ""), ci::random_delimiter()));
  const auto summary = process.environment.get("GITHUB_STEP_SUMMARY");
  if (inputs.summary && summary && !summary->empty())
    ci::append_to_file(*summary, report::find_format("markdown").render(end.result));
  if (inputs.annotations) process.out << ci::github_annotations(end.result);
}

}  // namespace

CLI::App* add_command(CLI::App& program, CiOptions& options) {
  CLI::App* command = program.add_subcommand("ci", "Run an experiment as a step of CI: run, report and gate");
  declare(*command, options.experiment);
  command->add_option("-r,--report", options.reports, "Write a report at the end, repeatable")
      ->type_name("FORMAT=PATH")
      ->allow_extra_args(false);
  command
      ->add_option("-c,--assert", options.conditions,
                   "What must hold, as for `iter8 assert` (default: completed,nofailure,slos)")
      ->type_name("CONDITION")
      ->allow_extra_args(false);
  declare(*command, options.log);
  return command;
}

int run(const CiOptions& given, Process& process) {
  const bool is_action = ci::is_github_action(process.environment);
  const ci::ActionInputs inputs =
      is_action ? ci::read_action_inputs(process.environment) : ci::ActionInputs{};
  const CiOptions options = merged(given, inputs);
  if (is_action) enter(inputs.working_directory);

  const std::vector<Condition> conditions = parse_conditions(options.conditions);
  const std::vector<ReportTarget> reports = parse_report_targets(options.reports);
  std::optional<experiment::Experiment> experiment = load(options.experiment, process);
  if (!experiment) return kUsage;

  const std::filesystem::path result_file = options.experiment.result_path();
  const SessionEnd end = run_session(*experiment, Beginning::fresh, result_file, options.log, process);
  process.out << report::find_format("text").render(end.result) << "\n";
  write_reports(reports, end.result, process.out);
  if (is_action) write_github_files(inputs, end, result_file, process);

  const std::vector<Finding> findings = evaluate(conditions, end.result);
  for (const Finding& finding : findings) process.out << finding.line << "\n";
  return end.exit_code() != kDone ? end.exit_code() : exit_code_of(findings);
}

}  // namespace iter8::entrypoint
