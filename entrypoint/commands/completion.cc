#include "entrypoint/commands/completion.h"

#include <ostream>
#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"

namespace iter8::entrypoint {

namespace {

/// What can be completed: the name, description and flags of a command.
struct Entry {
  std::string name;
  std::string description;
  std::vector<std::string> flags;  // "--set", "-s"
};

std::vector<std::string> flags_of(const CLI::App& command) {
  std::vector<std::string> flags;
  for (const CLI::Option* option : command.get_options()) {
    for (const std::string& name : option->get_lnames()) flags.push_back("--" + name);
    for (const std::string& name : option->get_snames()) flags.push_back("-" + name);
  }
  return flags;
}

std::vector<Entry> entries_of(const CLI::App& program) {
  std::vector<Entry> entries;
  for (const CLI::App* command : program.get_subcommands([](const CLI::App*) { return true; }))
    entries.push_back({command->get_name(), command->get_description(), flags_of(*command)});
  return entries;
}

std::string names_of(const std::vector<Entry>& entries) {
  std::vector<std::string> names;
  for (const Entry& entry : entries) names.push_back(entry.name);
  return base::join(names, " ");
}

std::string bash_script(const std::vector<Entry>& entries) {
  std::string cases;
  for (const Entry& entry : entries)
    cases += fmt::format("    {}) words=\"{}\" ;;\n", entry.name, base::join(entry.flags, " "));
  return fmt::format(R"(# In ~/.bashrc: source <(iter8 completion bash)
_iter8() {{
  local current=${{COMP_WORDS[COMP_CWORD]}} words=""
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W "{}" -- "$current"))
    return
  fi
  case "${{COMP_WORDS[1]}}" in
{}  esac
  if [[ $current == -* ]]; then COMPREPLY=($(compgen -W "$words" -- "$current")); else COMPREPLY=($(compgen -f -- "$current")); fi
}}
complete -o filenames -F _iter8 iter8
)",
                     names_of(entries), cases);
}

/// Text between single quotes, for zsh and fish.
std::string shell_quoted(const std::string& text) {
  return "'" + base::replace_all(text, "'", "'\\''") + "'";
}

std::string zsh_script(const std::vector<Entry>& entries) {
  std::string commands;
  std::string cases;
  for (const Entry& entry : entries) {
    commands += fmt::format(
        "    {}\n", shell_quoted(entry.name + ":" + base::replace_all(entry.description, ":", "\\:")));
    cases += fmt::format("    {}) flags=({}) ;;\n", entry.name, base::join(entry.flags, " "));
  }
  return fmt::format(R"(#compdef iter8
# Save as _iter8 in a folder of $fpath, or: source <(iter8 completion zsh)
_iter8() {{
  local -a commands flags
  commands=(
{}  )
  if (( CURRENT == 2 )); then
    _describe command commands
    return
  fi
  case "$words[2]" in
{}  esac
  if [[ $PREFIX == -* ]]; then compadd -- $flags; else _files; fi
}}
compdef _iter8 iter8
)",
                     commands, cases);
}

std::string fish_script(const std::vector<Entry>& entries) {
  std::string text = "# Save as ~/.config/fish/completions/iter8.fish\n";
  for (const Entry& entry : entries) {
    text += fmt::format("complete -c iter8 -n __fish_use_subcommand -f -a {} -d {}\n", entry.name,
                        shell_quoted(entry.description));
    for (const std::string& flag : entry.flags) {
      const bool is_long = flag.starts_with("--");
      text += fmt::format("complete -c iter8 -n '__fish_seen_subcommand_from {}' -{} {}\n", entry.name,
                          is_long ? "l" : "s", flag.substr(is_long ? 2 : 1));
    }
  }
  return text;
}

}  // namespace

CLI::App* add_command(CLI::App& program, CompletionOptions& options) {
  CLI::App* command = program.add_subcommand("completion", "Print a completion script for bash, zsh or fish");
  command->add_option("SHELL", options.shell, "bash, zsh or fish");
  return command;
}

int run(const CompletionOptions& options, const CLI::App& program, Process& process) {
  const std::vector<Entry> entries = entries_of(program);
  if (options.shell == "bash")
    process.out << bash_script(entries);
  else if (options.shell == "zsh")
    process.out << zsh_script(entries);
  else if (options.shell == "fish")
    process.out << fish_script(entries);
  else
    throw base::UsageError(
        fmt::format("completion: found '{}', expected bash, zsh or fish", base::printable(options.shell)));
  return kDone;
}

}  // namespace iter8::entrypoint
