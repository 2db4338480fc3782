#include "entrypoint/commands/load.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <optional>
#include <ostream>
#include <utility>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "base/error.h"
#include "base/file.h"
#include "base/secrets.h"
#include "base/text.h"
#include "entrypoint/closing.h"
#include "entrypoint/gate.h"
#include "entrypoint/plan.h"
#include "entrypoint/report_target.h"
#include "entrypoint/result_lock.h"
#include "entrypoint/session.h"
#include "experiment/file/loader.h"
#include "report/report.h"
#include "summary/remarks.h"
#include "tasks/catalog.h"

namespace iter8::entrypoint {

namespace {

/// What a load that is not saved is called where reports name the file.
constexpr std::string_view kUnsaved = "(iter8 load)";

constexpr std::array kForeignFlags{
    std::pair<std::string_view, std::string_view>{"-z", "-d is the duration"},
    std::pair<std::string_view, std::string_view>{"-u", "-c is the number of connections"},
    std::pair<std::string_view, std::string_view>{"--vus", "-c is the number of connections"},
    std::pair<std::string_view, std::string_view>{"--rps", "-q is the rate"},
    std::pair<std::string_view, std::string_view>{"--rate", "-q is the rate"},
    std::pair<std::string_view, std::string_view>{"-X", "-m is the method"},
    std::pair<std::string_view, std::string_view>{"--data", "-b is the body, -b @FILE a file"},
    std::pair<std::string_view, std::string_view>{"-D", "-b @FILE is a body from a file"},
    std::pair<std::string_view, std::string_view>{"-T", "-H 'Content-Type: …' is the type of the body"},
    std::pair<std::string_view, std::string_view>{"-t", "--timeout is the time for one request"},
};

/// The experiment of the document. A problem is told by the option that it comes from: nobody has seen the
/// document yet.
experiment::Experiment load_document(const LoadDocument& document, const std::filesystem::path& file,
                                     Process& process) {
  experiment::LoadOptions options;
  options.content = document.text;
  config::Problems problems(file.string());
  std::optional<experiment::Experiment> experiment = experiment::load_experiment(
      file, options, tasks::catalog(), process.environment, process.secrets, problems);
  std::string error;
  for (const config::Problem& problem : problems.in_order(problems.all().size())) {
    const std::string option = document.option_at(problem.position.line);
    const std::string text = (option.empty() ? "load" : option) + ": " + problem.message;
    if (problem.severity == config::Problem::Severity::warning)
      process.err << "warning: " << base::log_line(process.secrets.mask(text)) << std::endl;
    else if (error.empty())
      error = text;
  }
  if (!experiment) throw base::UsageError(error);
  return std::move(*experiment);
}

void save_document(const LoadDocument& document, const LoadOptions& options, Process& process) {
  if (options.save.empty()) return;
  base::write_file_atomically(options.save, document.text);
  process.err << "wrote " << base::printable(options.save, 1000) << std::endl;
  for (const std::string& header : options.request.headers) {
    const std::string name = header.substr(0, header.find(':'));
    if (base::names_secret(name) && header.find("${") == std::string::npos)
      process.err
          << fmt::format(
                 "warning: {} holds the header {} as it is: better put the value into a variable, and "
                 "write ${{NAME}} in its place",
                 base::printable(options.save, 1000), base::printable(name))
          << std::endl;
  }
}

void check_save(const std::string& file) {
  std::error_code unknown;
  if (!file.empty() && std::filesystem::exists(file, unknown))
    throw base::UsageError(
        fmt::format("--save: {} already exists; remove it, or choose another name", base::printable(file)));
}

/// Whether a version was asked and none of its requests got an answer; says so. The task itself fails only
/// when that is so for all versions.
bool has_silent_version(const experiment::Result& result, Process& process) {
  bool is_silent = false;
  for (std::size_t version = 0; version < result.versions.size(); ++version) {
    const auto count = [&](std::string_view metric) {
      return experiment::latest_value(result, metric, version).value_or(0);
    };
    const double asked = count("http/request-count");
    if (asked <= 0 || count("http/no-answer-count") < asked) continue;
    process.err << "iter8: error: no request to " << base::log_line(result.versions[version])
                << " got an answer" << std::endl;
    is_silent = true;
  }
  return is_silent;
}

/// What to do about a certificate that is not trusted: often the service is somebody's own. Other errors of
/// TLS remain with -k.
void advise_on_certificates(const experiment::Result& result, const LoadRequest& request, Process& process) {
  const std::vector<std::string> warnings = summary::warnings(result);
  const bool is_any = std::ranges::any_of(warnings, [](const std::string& warning) {
    return warning.find("certificate verify failed") != std::string::npos;
  });
  if (is_any && !request.insecure)
    process.err << "if you trust the server: --cacert FILE with the certificate of its authority, or -k"
                << std::endl;
}

void add_pace_options(CLI::App& command, LoadRequest& request) {
  command.add_option("-n,--requests", request.requests, "How many requests; with -d, whichever ends first")
      ->type_name("COUNT");
  command
      .add_option("-d,--duration", request.duration, "How long (default: 10s; without limit if -n is given)")
      ->type_name("DURATION");
  command
      .add_option("-q,--qps", request.rate,
                  "Requests per second to each URL, on a schedule; max = as fast as the connections allow "
                  "(default: 50)")
      ->type_name("RATE");
  command.add_option("-c,--connections", request.connections, "Connections to each URL (default: 10)")
      ->type_name("COUNT");
  command.add_option("--timeout", request.timeout, "Time for one request (default: 5s)")
      ->type_name("DURATION");
}

void add_request_options(CLI::App& command, LoadRequest& request) {
  command.add_option("-m,--method", request.method, "HTTP method (default: GET, with a body POST)")
      ->type_name("METHOD");
  command.add_option("-H,--header", request.headers, "A header, 'Name: value'; repeatable")
      ->type_name("HEADER")
      ->allow_extra_args(false);
  command
      .add_option_function<std::string>(
          "-b,--body",
          [&request](const std::string& body) {
            request.body = body;
            request.has_body = true;
          },
          "Body of each request, or @FILE")
      ->type_name("TEXT");
  command.add_flag("--http2", request.http2, "Speak HTTP/2");
  CLI::Option* insecure =
      command.add_flag("-k,--insecure", request.insecure, "Do not verify the server's certificate");
  command
      .add_option("--cacert", request.ca_file, "PEM file of certificates to trust instead of the system's")
      ->type_name("FILE")
      ->excludes(insecure);
}

void add_output_options(CLI::App& command, LoadOptions& options) {
  command.add_option("--save", options.save, "Write the experiment file that this command stands for")
      ->type_name("FILE");
  command
      .add_option("-o,--output", options.format,
                  "Print a report in this format instead of the summary: text, json, markdown, …")
      ->type_name("FORMAT");
  command
      .add_option("-r,--report", options.reports,
                  "Write a report at the end; - is standard output; repeatable")
      ->type_name("FORMAT=PATH")
      ->allow_extra_args(false);
  command.add_option("--result", options.result, "Keep the result in this file, for iter8 report and assert")
      ->type_name("PATH");
  command.add_flag("--dry-run", options.dry_run,
                   "Print what would be done, without sending or writing anything");
  declare(command, options.log, QuietFlag::long_only);
}

}  // namespace

CLI::App* add_command(CLI::App& program, LoadOptions& options) {
  CLI::App* command = program.add_subcommand(
      "load", "Load one URL or compare two, without an experiment file; also `iter8 URL`");
  LoadRequest& request = options.request;
  command->add_option("URL", request.urls, "What to load; of two the first is the baseline")->expected(0, -1);
  command
      ->add_option("--against", request.against,
                   "The baseline's URL, which the URL is compared with at the same time")
      ->type_name("URL");
  add_pace_options(*command, request);
  add_request_options(*command, request);
  command
      ->add_option("--slo", request.objectives,
                   "An objective that the exit code tells of, such as 'p99<200ms', 'error-rate<1%' or, with "
                   "two URLs, 'p99<+10%'; repeatable")
      ->type_name("OBJECTIVE")
      ->allow_extra_args(false);
  add_output_options(*command, options);
  return command;
}

int run(const LoadOptions& options, Process& process) {
  std::vector<ReportTarget> reports = parse_report_targets(options.reports);
  if (!options.format.empty())
    reports.push_back({.format = &report::find_format(base::lower(options.format)), .path = "-"});
  check_save(options.save);
  const std::filesystem::path file = options.save.empty() ? std::string(kUnsaved) : options.save;
  const LoadDocument document = compose_load(options.request, std::filesystem::absolute(file).parent_path());
  experiment::Experiment experiment = load_document(document, file, process);
  for (const std::string& note : document.notes)
    if (!options.log.quiet) process.err << base::log_line(process.secrets.mask(note)) << std::endl;
  if (options.dry_run) {
    process.out << base::without_commands(process.secrets.mask(plan_text(experiment)));
    return kDone;
  }

  std::optional<base::FileLock> lock;
  if (!options.result.empty()) lock.emplace(hold_result(options.result, ""));
  save_document(document, options, process);
  const SessionEnd end = run_session(experiment, Beginning::fresh, options.result, options.log, process);
  write_reports(reports, end.result, process.out);
  print_closing(end, options.result, reports, process);
  advise_on_certificates(end.result, options.request, process);
  if (end.exit_code() != kDone) return end.exit_code();
  const int gate = options.request.objectives.empty() ? kDone : run_gate(end.result, process);
  return has_silent_version(end.result, process) ? kFailed : gate;
}

std::string_view meaning_of_foreign_flag(std::string_view flag) {
  for (const auto& [foreign, meaning] : kForeignFlags)
    if (flag == foreign) return meaning;
  return {};
}

}  // namespace iter8::entrypoint
