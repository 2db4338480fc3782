#include "entrypoint/command_line.h"

#include <algorithm>
#include <exception>
#include <functional>
#include <ostream>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"
#include "entrypoint/commands/assert.h"
#include "entrypoint/commands/calibrate.h"
#include "entrypoint/commands/ci.h"
#include "entrypoint/commands/completion.h"
#include "entrypoint/commands/init.h"
#include "entrypoint/commands/merge.h"
#include "entrypoint/commands/plan_samples.h"
#include "entrypoint/commands/report.h"
#include "entrypoint/commands/run.h"
#include "entrypoint/commands/schema.h"
#include "entrypoint/commands/tasks.h"
#include "entrypoint/commands/validate.h"
#include "entrypoint/commands/version.h"
#include "entrypoint/demo/command.h"

namespace iter8::entrypoint {

namespace {

/// The options of every command, which parsing the arguments fills in.
struct Options {
  bool shows_version = false;
  RunOptions run;
  AssertOptions assertion;
  ReportOptions report;
  CiOptions ci;
  ValidateOptions validate;
  MergeOptions merge;
  InitOptions init;
  TasksOptions tasks;
  PlanSamplesOptions plan_samples;
  CalibrateOptions calibrate;
  SchemaOptions schema;
  demo::Options demo;
  CompletionOptions completion;
  VersionOptions version;
};

struct Command {
  CLI::App* app;
  std::function<int()> run;
};

/// Declares every command, in the order in which help lists them.
std::vector<Command> declare_commands(CLI::App& program, Options& options, Process& process) {
  return {
      {add_command(program, options.run), [&] { return run(options.run, process); }},
      {add_command(program, options.assertion), [&] { return run(options.assertion, process); }},
      {add_command(program, options.report), [&] { return run(options.report, process); }},
      {add_command(program, options.merge), [&] { return run(options.merge, process); }},
      {add_command(program, options.ci), [&] { return run(options.ci, process); }},
      {add_command(program, options.validate), [&] { return run(options.validate, process); }},
      {add_command(program, options.init), [&] { return run(options.init, process); }},
      {add_command(program, options.plan_samples), [&] { return run(options.plan_samples, process); }},
      {add_command(program, options.calibrate), [&] { return run(options.calibrate, process); }},
      {add_command(program, options.tasks), [&] { return run(options.tasks, process); }},
      {add_command(program, options.schema), [&] { return run(options.schema, process); }},
      {demo::add_command(program, options.demo), [&] { return demo::run(options.demo, process.out); }},
      {add_command(program, options.completion), [&] { return run(options.completion, program, process); }},
      {add_command(program, options.version), [&] { return run(options.version, process); }},
  };
}

/// Turns `iter8 help run` into `iter8 run --help`.
std::vector<std::string> replace_help_word(std::vector<std::string> arguments) {
  if (arguments.empty() || arguments.front() != "help") return arguments;
  arguments.erase(arguments.begin());
  arguments.resize(std::min<std::size_t>(arguments.size(), 1));
  arguments.emplace_back("--help");
  return arguments;
}

std::vector<std::string> command_names(const std::vector<Command>& commands) {
  std::vector<std::string> names{"help"};
  for (const Command& command : commands) {
    names.push_back(command.app->get_name());
    for (const std::string& alias : command.app->get_aliases()) names.push_back(alias);
  }
  return names;
}

std::vector<std::string> flag_names(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::Option* option : app.get_options())
    for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
  return names;
}

/// Throws base::UsageError for arguments that the parser did not recognise.
void refuse_extras(const CLI::App& app, const std::string& where) {
  const std::vector<std::string> extras = app.remaining();
  if (extras.empty()) return;
  const std::string& extra = extras.front();
  const std::string name = extra.substr(0, extra.find('='));
  if (extra.starts_with("-"))
    throw base::UsageError(fmt::format("{}: unknown flag '{}'{}", where, base::printable(name),
                                       base::suggestion(name, flag_names(app))));
  throw base::UsageError(fmt::format("{}: unexpected argument '{}'", where, base::printable(extra)));
}

const Command& find_parsed_command(const CLI::App& program, const std::vector<Command>& commands) {
  for (const Command& command : commands)
    if (command.app->parsed()) {
      refuse_extras(*command.app, "iter8 " + command.app->get_name());
      return command;
    }

  const std::vector<std::string> extras = program.remaining();
  if (extras.empty()) throw base::UsageError("expected a command\n\n" + program.help());
  if (extras.front().starts_with("-")) refuse_extras(program, "iter8");
  throw base::UsageError(fmt::format("unknown command '{}'{}", base::printable(extras.front()),
                                     base::suggestion(extras.front(), command_names(commands))));
}

int dispatch(const std::vector<std::string>& arguments, Process& process) {
  CLI::App program("Release experiments for CI: measure versions, judge them, and act on the verdict",
                   "iter8");
  program.allow_extras();
  program.require_subcommand(0, 1);
  Options options;
  program.add_flag("--version", options.shows_version, "Print the version");
  const std::vector<Command> commands = declare_commands(program, options, process);

  std::vector<std::string> reversed = replace_help_word(arguments);
  std::reverse(reversed.begin(), reversed.end());
  try {
    program.parse(reversed);
  } catch (const CLI::CallForHelp&) {
    process.out << program.help();
    return kDone;
  } catch (const CLI::ParseError& error) {
    throw base::UsageError(error.what());
  }
  if (options.shows_version) return run(options.version, process);
  return find_parsed_command(program, commands).run();
}

int report_error(Process& process, std::string_view message, int code) {
  process.err << "iter8: error: " << base::without_commands(process.secrets.mask(message)) << std::endl;
  return code;
}

}  // namespace

int run_command_line(const std::vector<std::string>& arguments, Process& process) {
  try {
    const int code = dispatch(arguments, process);
    process.out.flush();
    if (!process.out) return report_error(process, "cannot write to standard output", kFailed);
    return code;
  } catch (const base::UsageError& error) {
    return report_error(process, error.what(), kUsage);
  } catch (const std::bad_alloc&) {
    return report_error(process, "out of memory", kFailed);
  } catch (const std::exception& error) {
    return report_error(process, error.what(), kFailed);
  }
}

}  // namespace iter8::entrypoint
