#include "entrypoint/commands/ci.h"

#include <algorithm>
#include <ostream>
#include <sstream>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <unistd.h>

#include "base/error.h"
#include "base/text.h"
#include "entrypoint/assertion.h"
#include "entrypoint/ci/authorship.h"
#include "entrypoint/ci/paths.h"
#include "entrypoint/ci/system.h"
#include "entrypoint/commands/merge.h"
#include "entrypoint/console.h"
#include "entrypoint/report_target.h"
#include "entrypoint/result_lock.h"
#include "entrypoint/session.h"
#include "experiment/result/result_document.h"
#include "report/run_summary.h"
#include "report/text_report.h"

namespace iter8::entrypoint {

namespace {

/// The options of the command line, completed by the inputs of the CI system. The command line takes
/// precedence.
CiOptions complete_options(CiOptions options, const ci::Inputs& inputs) {
  if (options.experiment.file == ExperimentOptions{}.file) options.experiment.file = inputs.experiment;
  options.experiment.set.insert(options.experiment.set.begin(), inputs.set.begin(), inputs.set.end());
  options.reports.insert(options.reports.end(), inputs.reports.begin(), inputs.reports.end());
  if (options.conditions.empty()) options.conditions = inputs.conditions;
  if (options.merge.empty()) options.merge = inputs.merge;
  return options;
}

/// What the command line or ITER8_UNTRUSTED says, or else the event.
ci::Authorship authorship(const CiOptions& options, const base::Environment& environment) {
  const std::string word = base::lower(environment.get("ITER8_UNTRUSTED").value_or(""));
  if (!word.empty() && word != "true" && word != "false")
    throw base::UsageError(
        fmt::format("ITER8_UNTRUSTED: found '{}', expected true or false", base::printable(word)));
  if (options.untrusted || (!options.trusted && word == "true"))
    return {.trust = experiment::Trust::none,
            .reason = options.untrusted ? "a stranger (--untrusted)" : "a stranger (ITER8_UNTRUSTED)"};
  if (options.trusted || word == "false") return {};
  return ci::authorship_of(environment);
}

experiment::TrustRules trust_rules(const ci::Authorship& author, const ci::System& system,
                                   const base::Environment& environment) {
  return {.trust = author.trust,
          .reason = author.reason,
          .workspace = std::filesystem::absolute(system.root()),
          .references = ci::allowed_references(environment)};
}

void change_directory(const std::string& directory) {
  std::error_code error;
  std::filesystem::current_path(directory, error);
  if (error)
    throw base::UsageError(
        fmt::format("working-directory {}: {}", base::printable(directory), error.message()));
}

/// One run of the command, within one CI system.
class CiRun {
 public:
  CiRun(ci::System& system, const CiOptions& options, Process& process)
      : system_(system), options_(options), process_(process) {}

  int run();

 private:
  void refuse_outside_paths() const;
  std::vector<ReportTarget> report_targets() const;
  int refuse(const config::Problems& problems);
  void finish(experiment::Result result, std::vector<std::string> findings,
              const std::filesystem::path& result_file);
  LogView log_view();
  void print_foreign(const std::string& text, std::ostream& stream);
  void print_report(const experiment::Result& result, const std::filesystem::path& result_file);

  ci::System& system_;
  const CiOptions& options_;
  Process& process_;
  std::vector<ReportTarget> reports_;
};

int CiRun::run() {
  refuse_outside_paths();
  std::vector<Condition> conditions;
  if (!options_.conditions.empty()) conditions = parse_conditions(options_.conditions);
  reports_ = report_targets();
  ExperimentOptions reading = options_.experiment;
  reading.descriptions = experiment::Descriptions::asked_for;
  Loaded loaded = read_experiment(reading, process_);
  process_.out << system_.greeting(process_.secrets) << std::flush;
  print_foreign(process_.secrets.mask(loaded.problems.to_text()), process_.err);
  if (!loaded.experiment) return refuse(loaded.problems);

  if (conditions.empty()) conditions = usual_conditions(loaded.experiment->spelling);
  experiment::Result blank;  // to refuse a condition on an unknown version before anything runs
  for (const experiment::Version& version : loaded.experiment->versions)
    blank.versions.push_back(version.name);
  evaluate(conditions, blank);

  const std::filesystem::path result_file = std::filesystem::absolute(
      options_.result.empty() ? options_.experiment.result_path() : std::filesystem::path(options_.result));
  const base::FileLock lock = hold_result(result_file, options_.wait);
  const bool has_begun = process_.worker != nullptr && process_.worker->crash();
  if (!options_.merge.empty() && !has_begun)
    write_result(result_file, merge_files(options_.merge, experiment::Missing::refused), process_.secrets);
  const Beginning beginning = options_.merge.empty() ? Beginning::fresh : Beginning::resume;
  SessionEnd end =
      run_session(*loaded.experiment, beginning, result_file, options_.log, process_, log_view());
  print_report(end.result, result_file);
  const std::vector<Finding> findings = evaluate(conditions, end.result);
  std::vector<std::string> lines;
  for (const Finding& finding : findings) lines.push_back(finding.line);
  for (const std::string& line : lines) process_.out << base::log_line(line) << "\n";
  const int code = end.exit_code() != kDone ? end.exit_code() : exit_code_of(findings);
  finish(std::move(end.result), std::move(lines), result_file);
  return code;
}

/// What is printed as it is: the CI system is to take nothing in it for a command.
void CiRun::print_foreign(const std::string& text, std::ostream& stream) {
  if (text.empty()) return;
  const char* end = text.ends_with('\n') ? "" : "\n";
  stream << system_.foreign_begin() << text << end << system_.foreign_end() << std::flush;
}

/// The details, folded where the system folds, and the summary, which is what the end of a log shows.
void CiRun::print_report(const experiment::Result& result, const std::filesystem::path& result_file) {
  const report::TextStyle style = style_of(STDOUT_FILENO, process_.environment);
  constexpr std::size_t kSection = 0;  // tasks are numbered from 1
  process_.out << system_.section_begin(kSection, "details") << report::text_details(result, style)
               << system_.section_end(kSection) << "\n"
               << report::run_summary(result, style, result_file.filename().string()) << "\n";
}

/// A fork can put links where a pipeline writes: what is written must stay in the workspace, too.
void CiRun::refuse_outside_paths() const {
  std::vector<std::filesystem::path> paths = {
      options_.result.empty() ? options_.experiment.result_path() : std::filesystem::path(options_.result)};
  for (const ReportTarget& target : parse_report_targets(options_.reports))
    if (target.path != "-") paths.emplace_back(target.path);
  std::erase_if(paths, [](const auto& path) { return path.is_absolute(); });  // the pipeline means it
  for (const ci::DefaultReport& report : system_.default_reports()) paths.push_back(report.path);
  for (const std::filesystem::path& path : paths)
    if (!experiment::is_within_reach(path, options_.experiment.trust))
      throw base::UsageError(fmt::format("{} leads out of the workspace: refused, the checkout comes from {}",
                                         base::printable(path.string()), options_.experiment.trust.reason));
}

std::vector<ReportTarget> CiRun::report_targets() const {
  std::vector<ReportTarget> targets = parse_report_targets(options_.reports);
  for (const ci::DefaultReport& report : system_.default_reports()) {
    std::error_code error;
    std::filesystem::create_directories(report.path.parent_path(), error);
    if (error)
      throw base::Error(
          fmt::format("cannot create {}: {}", report.path.parent_path().string(), error.message()));
    targets.push_back({.format = &report::find_format(report.format), .path = report.path});
  }
  return targets;
}

/// Publishes the problems of the file the same way as the failures of a version.
int CiRun::refuse(const config::Problems& problems) {
  experiment::Result result;
  result.iter8_version = ITER8_VERSION;
  result.start = std::chrono::floor<std::chrono::seconds>(base::SystemClock().wall());
  result.end = result.start;
  result.file = problems.file();
  for (const config::Problem& problem : problems.in_order(problems.all().size()))
    result.file_problems.push_back({.line = problem.position.line,
                                    .column = problem.position.column,
                                    .is_error = problem.severity == config::Problem::Severity::error,
                                    .message = process_.secrets.mask(problem.message)});
  finish(std::move(result), {}, {});
  return kUsage;
}

void CiRun::finish(experiment::Result result, std::vector<std::string> findings,
                   const std::filesystem::path& result_file) {
  result.file = ci::path_from(system_.root(), result.file);
  std::ostringstream printed;
  write_reports(reports_, result, printed);
  print_foreign(printed.str(), process_.out);
  const auto html = std::find_if(reports_.begin(), reports_.end(), [](const ReportTarget& target) {
    return target.format->name == "html" && target.path != "-";
  });
  system_.publish({.result = result,
                   .findings = std::move(findings),
                   .result_file = result_file,
                   .html_file = html == reports_.end() ? "" : std::filesystem::absolute(html->path),
                   .secrets = process_.secrets},
                  process_.out);
}

LogView CiRun::log_view() {
  return {
      .descriptor = system_.needs_one_stream() ? STDOUT_FILENO : STDERR_FILENO,
      .sections = {.begin = [this](std::size_t number,
                                   std::string_view title) { return system_.section_begin(number, title); },
                   .end = [this](std::size_t number) { return system_.section_end(number); }}};
}

}  // namespace

CLI::App* add_command(CLI::App& program, CiOptions& options) {
  CLI::App* command = program.add_subcommand("ci", "Run an experiment as a CI step: run, report and gate");
  declare(*command, options.experiment);
  command->add_option("--result", options.result, "Where the result goes (default: result.yaml)")
      ->type_name("PATH");
  declare_wait(*command, options.wait);
  command->add_option("-r,--report", options.reports, "Write a report at the end; repeatable")
      ->type_name("FORMAT=PATH")
      ->allow_extra_args(false);
  command
      ->add_option("--merge", options.merge,
                   "Merge the results of shards (files or patterns) and judge the whole; repeatable")
      ->type_name("RESULT")
      ->allow_extra_args(false);
  command
      ->add_option(
          "-c,--assert", options.conditions,
          "What must hold, as for `iter8 assert` (default: completed,nofailure,verdict; for files in "
          "an older spelling completed,nofailure,slos)")
      ->type_name("CONDITION")
      ->allow_extra_args(false);
  CLI::Option* untrusted = command->add_flag("--untrusted", options.untrusted,
                                             "Start no programs, change nothing, read nothing beyond the "
                                             "workspace: for files of strangers; the default where a "
                                             "fork's file meets secrets");
  command
      ->add_flag("--trusted", options.trusted,
                 "The file is the pipeline's own, although the event is a fork's")
      ->excludes(untrusted);
  declare(*command, options.log);
  return command;
}

int run(const CiOptions& given, Process& process) {
  const std::unique_ptr<ci::System> system = ci::detect(process.environment);
  const ci::Inputs inputs = system->inputs();
  CiOptions options = complete_options(given, inputs);
  const ci::Authorship author = authorship(options, process.environment);
  options.experiment.trust = trust_rules(author, *system, process.environment);
  base::Environment environment = process.environment;
  if (author.trust == experiment::Trust::none) {
    environment = ci::restricted(environment, options.experiment.trust.references, options.experiment.set);
    ci::restrict_process(environment);
  } else if (author.trust == experiment::Trust::no_promotion && !environment.has("ITER8_CONFINE")) {
    environment.set("ITER8_CONFINE", "true");
  }
  system->add_variables(environment);
  Process within{.environment = environment,
                 .secrets = process.secrets,
                 .out = process.out,
                 .err = system->needs_one_stream() ? process.out : process.err,
                 .worker = process.worker};
  change_directory(inputs.working_directory);
  return CiRun(*system, options, within).run();
}

}  // namespace iter8::entrypoint
