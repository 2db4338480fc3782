#include "entrypoint/commands/completion.h"

#include <algorithm>
#include <ostream>
#include <string_view>
#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"
#include "entrypoint/assertion.h"
#include "entrypoint/commands/init.h"
#include "entrypoint/load_objective.h"
#include "report/report.h"
#include "tasks/catalog.h"

namespace iter8::entrypoint {

namespace {

/// An option of a command. Where it takes one of some words, those; files otherwise.
struct FlagEntry {
  std::vector<std::string> names;  // "--set", "-s"
  bool takes_value = false;
  std::vector<std::string> values;
};

/// What can be completed of a command. Its arguments are files unless `values` says what they are.
struct Entry {
  std::string name;
  std::string description;
  std::vector<FlagEntry> flags;
  std::vector<std::string> values;
};

std::vector<std::string> words_with(const std::vector<std::string>& words, std::string_view end) {
  std::vector<std::string> ended;
  for (const std::string& word : words) ended.push_back(word + std::string(end));
  return ended;
}

std::vector<std::string> report_formats() {
  std::vector<std::string> names;
  for (const report::Format& format : report::formats()) names.emplace_back(format.name);
  return names;
}

/// The values of an option by its longest name; empty = files, or nothing that is known.
std::vector<std::string> values_of(std::string_view command, std::string_view option) {
  if (option == "--output" && command != "merge") return report_formats();
  if (option == "--report") return words_with(report_formats(), "=");
  if (option == "--condition" || option == "--assert") return condition_words();
  if (option == "--log-level") return {"trace", "debug", "info", "warning", "error"};
  if (option == "--slo") return words_with(load_metric_words(), "<");
  if (option == "--method") return {"GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"};
  if (option == "--experiment" && command == "init") return example_names();
  return {};
}

std::vector<std::string> arguments_of(std::string_view command) {
  if (command == "init") return example_names();
  if (command == "completion") return {"bash", "zsh", "fish"};
  if (command != "tasks") return {};
  std::vector<std::string> names = tasks::catalog().names();
  names.emplace_back("run");
  return names;
}

FlagEntry flag_of(const CLI::App& command, const CLI::Option& option) {
  FlagEntry flag{.names = {}, .takes_value = option.get_items_expected_max() > 0, .values = {}};
  for (const std::string& name : option.get_lnames()) {
    flag.names.push_back("--" + name);
    if (flag.values.empty()) flag.values = values_of(command.get_name(), "--" + name);
  }
  for (const std::string& name : option.get_snames()) flag.names.push_back("-" + name);
  return flag;
}

std::vector<Entry> entries_of(const CLI::App& program) {
  std::vector<Entry> entries;
  for (const CLI::App* command : program.get_subcommands([](const CLI::App*) { return true; })) {
    Entry entry{.name = command->get_name(),
                .description = command->get_description(),
                .flags = {},
                .values = arguments_of(command->get_name())};
    for (const CLI::Option* option : command->get_options())
      if (FlagEntry flag = flag_of(*command, *option); !flag.names.empty())
        entry.flags.push_back(std::move(flag));
    entries.push_back(std::move(entry));
  }
  return entries;
}

std::vector<std::string> names_of(const std::vector<Entry>& entries) {
  std::vector<std::string> names;
  for (const Entry& entry : entries) names.push_back(entry.name);
  return names;
}

std::vector<std::string> flags_of(const Entry& entry) {
  std::vector<std::string> names;
  for (const FlagEntry& flag : entry.flags) names.insert(names.end(), flag.names.begin(), flag.names.end());
  return names;
}

/// Text between single quotes, for every shell here.
std::string shell_quoted(const std::string& text) {
  return "'" + base::replace_all(text, "'", "'\\''") + "'";
}

/// "    run:-o|run:--output) values='text json' ;;" lines for what has values; "run:" stands for arguments.
std::string value_cases(const std::vector<Entry>& entries, std::string_view form) {
  std::string cases;
  const auto add = [&](const std::string& patterns, const std::vector<std::string>& values) {
    if (!values.empty())
      cases += fmt::format(fmt::runtime(form), patterns, shell_quoted(base::join(values, " ")));
  };
  for (const Entry& entry : entries) {
    for (const FlagEntry& flag : entry.flags) {
      std::vector<std::string> patterns;
      for (const std::string& name : flag.names) patterns.push_back(entry.name + ":" + name);
      add(base::join(patterns, "|"), flag.values);
    }
    add(entry.name + ":", entry.values);
  }
  return cases;
}

/// "run:-s|run:--set|…": the flags whose value is the word behind them.
std::string valued_patterns(const std::vector<Entry>& entries) {
  std::vector<std::string> patterns;
  for (const Entry& entry : entries)
    for (const FlagEntry& flag : entry.flags)
      for (const std::string& name : flag.names)
        if (flag.takes_value) patterns.push_back(entry.name + ":" + name);
  return base::join(patterns, "|");
}

std::string bash_script(const std::vector<Entry>& entries) {
  std::string flags;
  for (const Entry& entry : entries)
    flags += fmt::format("      {}) values='{}' ;;\n", entry.name, base::join(flags_of(entry), " "));
  return fmt::format(R"(# In ~/.bashrc: source <(iter8 completion bash)
_iter8() {{
  local current=${{COMP_WORDS[COMP_CWORD]}} command=${{COMP_WORDS[1]}} before=${{COMP_WORDS[COMP_CWORD-1]}} values=""
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W '{} help' -- "$current"))
    return
  fi
  case "$command:$before" in
    {}) ;;
    *) before="" ;;
  esac
  if [[ -z $before && $current == -* ]]; then
    case "$command" in
{}    esac
  elif [[ $command == help ]]; then
    values='{}'
  else
    case "$command:$before" in
{}    esac
  fi
  if [ -z "$values" ]; then COMPREPLY=($(compgen -f -- "$current")); return; fi
  COMPREPLY=($(compgen -W "$values" -- "$current"))
  case "$values" in *"= "* | *"< "*) compopt -o nospace 2>/dev/null ;; esac
}}
complete -o filenames -F _iter8 iter8
)",
                     base::join(names_of(entries), " "), valued_patterns(entries), flags,
                     base::join(names_of(entries), " "), value_cases(entries, "      {}) values={} ;;\n"));
}

std::string zsh_script(const std::vector<Entry>& entries) {
  std::string commands;
  std::string flags;
  for (const Entry& entry : entries) {
    commands += fmt::format(
        "    {}\n", shell_quoted(entry.name + ":" + base::replace_all(entry.description, ":", "\\:")));
    flags += fmt::format("      {}) values='{}' ;;\n", entry.name, base::join(flags_of(entry), " "));
  }
  return fmt::format(R"(#compdef iter8
# Save as _iter8 in a folder of $fpath, or: source <(iter8 completion zsh)
_iter8() {{
  local -a commands
  local values="" before="$words[CURRENT-1]"
  commands=(
{}  )
  if (( CURRENT == 2 )) || [[ "$words[2]" == help ]]; then
    _describe command commands
    return
  fi
  case "$words[2]:$before" in
    {}) ;;
    *) before="" ;;
  esac
  if [[ -z $before && $PREFIX == -* ]]; then
    case "$words[2]" in
{}    esac
  else
    case "$words[2]:$before" in
{}    esac
  fi
  if [[ -z $values ]]; then _files; return; fi
  case "$values" in
    *"= "* | *"< "*) compadd -S '' -- ${{=values}} ;;
    *) compadd -- ${{=values}} ;;
  esac
}}
compdef _iter8 iter8
)",
                     commands, valued_patterns(entries), flags,
                     value_cases(entries, "      {}) values={} ;;\n"));
}

std::string fish_script(const std::vector<Entry>& entries) {
  std::string text = "# Save as ~/.config/fish/completions/iter8.fish\n";
  for (const Entry& entry : entries) {
    text += fmt::format("complete -c iter8 -n __fish_use_subcommand -f -a {} -d {}\n", entry.name,
                        shell_quoted(entry.description));
    const std::string within =
        fmt::format("complete -c iter8 -n '__fish_seen_subcommand_from {}'", entry.name);
    if (!entry.values.empty())
      text += fmt::format("{} -f -a {}\n", within, shell_quoted(base::join(entry.values, " ")));
    for (const FlagEntry& flag : entry.flags) {
      std::string names;
      for (const std::string& name : flag.names)
        names += name.starts_with("--") ? " -l " + name.substr(2) : " -s " + name.substr(1);
      const std::string value = flag.takes_value ? " -r" : "";
      const std::string values =
          flag.values.empty() ? "" : " -f -a " + shell_quoted(base::join(flag.values, " "));
      text += within + names + value + values + "\n";
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
