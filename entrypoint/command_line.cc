#include "entrypoint/command_line.h"

#include <algorithm>
#include <exception>
#include <filesystem>
#include <functional>
#include <ostream>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

#include "base/error.h"
#include "base/text.h"
#include "entrypoint/commands/assert.h"
#include "entrypoint/commands/calibrate.h"
#include "entrypoint/commands/ci.h"
#include "entrypoint/commands/completion.h"
#include "entrypoint/commands/demo_try.h"
#include "entrypoint/commands/examples.h"
#include "entrypoint/commands/init.h"
#include "entrypoint/commands/load.h"
#include "entrypoint/commands/man.h"
#include "entrypoint/commands/merge.h"
#include "entrypoint/commands/plan_samples.h"
#include "entrypoint/commands/report.h"
#include "entrypoint/commands/run.h"
#include "entrypoint/commands/schema.h"
#include "entrypoint/commands/tasks.h"
#include "entrypoint/commands/validate.h"
#include "entrypoint/commands/version.h"
#include "entrypoint/demo/command.h"
#include "entrypoint/load_document.h"

namespace iter8::entrypoint {

namespace {

/// The options of every command, which parsing the arguments fills in.
struct Options {
  bool shows_version = false;
  RunOptions run;
  LoadOptions load;
  AssertOptions assertion;
  ReportOptions report;
  ReportOptions gen;
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
  ManOptions man;
  VersionOptions version;
};

struct Command {
  CLI::App* app;
  std::function<int()> run;
  /// What an unknown flag may stand for, if other programs have it.
  std::string_view (*meaning_of_flag)(std::string_view) = nullptr;
};

/// Declares every command, in the order in which help lists them.
std::vector<Command> declare_commands(CLI::App& program, Options& options, Process& process) {
  return {
      {add_command(program, options.run), [&] { return run(options.run, process); }},
      {add_command(program, options.load), [&] { return run(options.load, process); },
       meaning_of_foreign_flag},
      {add_command(program, options.assertion), [&] { return run(options.assertion, process); }},
      {add_command(program, options.report), [&] { return run(options.report, process); }},
      {add_older_command(program, options.gen), [&] { return run(options.gen, process); }},
      {add_command(program, options.merge), [&] { return run(options.merge, process); }},
      {add_command(program, options.ci), [&] { return run(options.ci, process); }},
      {add_command(program, options.validate), [&] { return run(options.validate, process); }},
      {add_command(program, options.init), [&] { return run(options.init, process); }},
      {add_command(program, options.plan_samples), [&] { return run(options.plan_samples, process); }},
      {add_command(program, options.calibrate), [&] { return run(options.calibrate, process); }},
      {add_command(program, options.tasks), [&] { return run(options.tasks, process); }},
      {add_command(program, options.schema), [&] { return run(options.schema, process); }},
      {demo::add_command(program, options.demo), [&] { return run(options.demo, process); }},
      {add_command(program, options.completion), [&] { return run(options.completion, program, process); }},
      {add_command(program, options.man), [&] { return run(options.man, program, process); }},
      {add_command(program, options.version), [&] { return run(options.version, process); }},
  };
}

std::vector<std::string> command_names(const std::vector<Command>& commands) {
  std::vector<std::string> names{"help"};
  for (const Command& command : commands) {
    names.push_back(command.app->get_name());
    for (const std::string& alias : command.app->get_aliases()) names.push_back(alias);
  }
  return names;
}

bool contains(const std::vector<std::string>& words, const std::string& word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

[[noreturn]] void refuse_command(const std::string& word, const std::vector<std::string>& names) {
  std::error_code unknown;
  const bool is_file =
      word.ends_with(".yaml") || word.ends_with(".yml") || std::filesystem::exists(word, unknown);
  const std::string shown = base::printable(word);
  throw base::UsageError(fmt::format(
      "unknown command '{}'{}", shown,
      is_file ? "; to run an experiment file: iter8 run " + shown : base::suggestion(word, names)));
}

/// The arguments with the command first: `iter8 help run` is `iter8 run --help`, and `iter8 URL` is `iter8
/// load URL`. Throws base::UsageError for a word that is not a command.
std::vector<std::string> complete_command(std::vector<std::string> arguments,
                                          const std::vector<std::string>& names) {
  if (arguments.empty()) return arguments;
  const std::string first = arguments.front();
  if (first == "help") {
    arguments.erase(arguments.begin());
    arguments.resize(std::min<std::size_t>(arguments.size(), 1));
    arguments.emplace_back("--help");
    return arguments.size() > 1 ? complete_command(std::move(arguments), names) : arguments;
  }
  if (contains(names, first)) return arguments;
  const bool is_flag = first.starts_with("-");
  const bool has_url = std::any_of(arguments.begin(), arguments.end(), looks_like_url);
  const bool has_command = std::any_of(arguments.begin(), arguments.end(),
                                       [&](const std::string& word) { return contains(names, word); });
  if (looks_like_url(first) || (is_flag && has_url && !has_command))
    arguments.insert(arguments.begin(), "load");
  else if (!is_flag)
    refuse_command(first, names);
  return arguments;
}

std::vector<std::string> flag_names(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::Option* option : app.get_options())
    for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
  return names;
}

/// Throws base::UsageError for arguments that the parser did not recognise.
void refuse_extras(const CLI::App& app, const std::string& where,
                   std::string_view (*meaning_of_flag)(std::string_view) = nullptr) {
  const std::vector<std::string> extras = app.remaining();
  if (extras.empty()) return;
  const std::string& extra = extras.front();
  const std::string name = extra.substr(0, extra.find('='));
  if (!extra.starts_with("-"))
    throw base::UsageError(fmt::format("{}: unexpected argument '{}'", where, base::printable(extra)));
  const std::string_view meaning = meaning_of_flag != nullptr ? meaning_of_flag(name) : "";
  throw base::UsageError(fmt::format(
      "{}: unknown flag '{}'{}", where, base::printable(name),
      meaning.empty() ? base::suggestion(name, flag_names(app)) : fmt::format("; here {}", meaning)));
}

const Command& find_parsed_command(const CLI::App& program, const std::vector<Command>& commands) {
  refuse_extras(program, "iter8");
  for (const Command& command : commands)
    if (command.app->parsed()) {
      refuse_extras(*command.app, "iter8 " + command.app->get_name(), command.meaning_of_flag);
      return command;
    }
  throw base::UsageError("expected a command\n\n" + program.help());
}

/// Whether whoever read standard output has left, as head does when it has seen enough.
bool reader_is_gone() {
  pollfd output{.fd = STDOUT_FILENO, .events = POLLOUT, .revents = 0};
  return ::poll(&output, 1, 0) == 1 && (output.revents & POLLERR) != 0;
}

int dispatch(const std::vector<std::string>& arguments, Process& process) {
  CLI::App program("Release experiments for CI: measure versions, judge them, and act on the verdict",
                   "iter8");
  program.allow_extras();
  program.require_subcommand(0, 1);
  Options options;
  program.add_flag("-V,--version", options.shows_version, "Print the version");
  const std::vector<Command> commands = declare_commands(program, options, process);
  add_examples(program);

  std::vector<std::string> reversed = complete_command(arguments, command_names(commands));
  std::reverse(reversed.begin(), reversed.end());
  try {
    program.parse(reversed);
  } catch (const CLI::CallForHelp&) {
    process.out << program.help();
    return kDone;
  } catch (const CLI::ArgumentMismatch& error) {
    const std::string text = error.what();  // "--duration: At Most 1 required but received 2"
    const std::size_t at = text.find("At Most 1 required");
    throw base::UsageError(at == std::string::npos ? text : text.substr(0, at) + "given more than once");
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
    if (!process.out && !reader_is_gone())
      return report_error(process, "cannot write to standard output", kFailed);
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
