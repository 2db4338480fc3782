#include "entrypoint/commands/man.h"

#include <ostream>
#include <string>
#include <string_view>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "base/text.h"
#include "entrypoint/commands/examples.h"

namespace iter8::entrypoint {

namespace {

/// Text as roff takes it: no escape of its own, and no request at the beginning of a line.
std::string roff(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    if (c == '\\')
      escaped += "\\e";
    else if (c == '-')
      escaped += "\\-";
    else if (c == '\'')
      escaped += "\\(aq";
    else if (c == '\n')
      escaped += ' ';
    else
      escaped += c;
  }
  return (escaped.starts_with('.') ? "\\&" : "") + escaped;
}

/// "-n, --requests COUNT".
std::string title_of(const CLI::Option& option) {
  std::vector<std::string> names;
  for (const std::string& name : option.get_snames()) names.push_back("\\fB" + roff("-" + name) + "\\fR");
  for (const std::string& name : option.get_lnames()) names.push_back("\\fB" + roff("--" + name) + "\\fR");
  if (names.empty()) return "\\fI" + roff(option.get_name()) + "\\fR";
  const bool has_value = option.get_items_expected_max() > 0 && !option.get_type_name().empty();
  return base::join(names, ", ") + (has_value ? " \\fI" + roff(option.get_type_name()) + "\\fR" : "");
}

std::string options_text(const CLI::App& command) {
  std::string text;
  for (const CLI::Option* option : command.get_options()) {
    if (option->get_lnames() == std::vector<std::string>{"help"}) continue;
    text += ".TP\n" + title_of(*option) + "\n" + roff(option->get_description());
    if (!option->get_default_str().empty()) text += roff(" (default: " + option->get_default_str() + ")");
    text += "\n";
  }
  return text;
}

std::string examples_text(std::string_view command) {
  std::string text;
  for (const CommandExample& example : examples_of(command))
    text += fmt::format(".TP\n\\fB{}\\fR\n{}\n", roff(example.line), roff(example.purpose));
  return text;
}

std::string command_text(const CLI::App& command) {
  std::string names = "iter8 " + command.get_name();
  for (const std::string& alias : command.get_aliases()) names += ", iter8 " + alias;
  return fmt::format(".SS \"{}\"\n{}.\n", roff(names), roff(command.get_description())) +
         options_text(command) + ".PP\nExamples:\n" + examples_text(command.get_name());
}

constexpr std::string_view kIntroduction = R"(.SH NAME
iter8 \- release experiments: measure versions, judge them, and act on the verdict
.SH SYNOPSIS
.B iter8
.I COMMAND
.RI [ OPTION ...]
.br
.B iter8
.I URL
.RI [ OPTION ...]
.SH DESCRIPTION
Puts load on versions of an application, reads metrics, decides with stated probabilities of error whether a
version may be released, and reports, notifies and promotes.
What is to be done stands in an experiment file; for a first verdict \fBiter8 load\fR needs none.
Results go to standard output, messages and progress to standard error.
)";

constexpr std::string_view kEnd = R"(.SH EXIT STATUS
.TP
.B 0
done, passed, or asserted
.TP
.B 1
a task failed, the verdict is fail or error, a condition is false, or no request got an answer
.TP
.B 2
wrong usage, or an invalid file
.TP
.B 3
inconclusive: the data do not decide
.TP
.B 130, 143
ended by SIGINT or SIGTERM; 128 plus the number of other signals
.SH FILES
.TP
.I experiment.yaml
what to do: \fBiter8 init\fR writes an example, \fBiter8 schema\fR describes it to editors
.TP
.I result.yaml
what was measured and decided
.SH ENVIRONMENT
.TP
.B NO_COLOR
no colours
.TP
.B LOG_LEVEL
trace, debug, info, warning or error
.TP
.B ITER8_TASK_PATH
folders of plugins
.TP
.B ITER8_ALLOW_HOSTS, ITER8_MAX_QPS, ITER8_MAX_REQUESTS, ITER8_MAX_CONNECTIONS, ITER8_MAX_DURATION
limits of what an experiment may reach and how much load it may cause
)";

}  // namespace

CLI::App* add_command(CLI::App& program, ManOptions&) {
  return program.add_subcommand("man", "Print the manual page, for man and for packages");
}

int run(const ManOptions&, const CLI::App& program, Process& process) {
  process.out << ".TH ITER8 1 \"\" \"iter8 " << ITER8_VERSION << "\" \"User Commands\"\n" << kIntroduction;
  process.out << ".SH COMMANDS\n";
  for (const CLI::App* command : program.get_subcommands([](const CLI::App*) { return true; }))
    process.out << command_text(*command);
  process.out << kEnd << ".SH EXAMPLES\n" << examples_text(program.get_name());
  return kDone;
}

}  // namespace iter8::entrypoint
