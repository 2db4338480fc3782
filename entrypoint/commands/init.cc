#include "entrypoint/commands/init.h"

#include <algorithm>
#include <filesystem>
#include <ostream>
#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "base/error.h"
#include "base/file.h"
#include "base/text.h"
#include "entrypoint/example_files.h"

namespace iter8::entrypoint {

namespace {

constexpr std::string_view kDefault = "load-test";

std::string choose_name(const InitOptions& options) {
  std::string name = !options.name.empty()         ? options.name
                     : !options.older_name.empty() ? options.older_name
                                                   : std::string(kDefault);
  const std::vector<std::string> names = example_names();
  if (std::find(names.begin(), names.end(), name) == names.end())
    throw base::UsageError(fmt::format("unknown example '{}', expected one of {}{}", base::printable(name),
                                       base::join(names, ", "), base::suggestion(name, names)));
  return name;
}

void write_example_file(const std::filesystem::path& path, const ExampleFile& file) {
  std::error_code error;
  std::filesystem::create_directories(path.parent_path(), error);
  if (error)
    throw base::Error(fmt::format("cannot create {}: {}", path.parent_path().string(), error.message()));
  base::write_file_atomically(path, file.content);
  using std::filesystem::perms;
  const perms executable = perms::owner_exec | perms::group_exec | perms::others_exec;
  if (file.is_executable)
    std::filesystem::permissions(path, executable, std::filesystem::perm_options::add, error);
}

/// The commands of an example's README, which are the lines that are indented, without remarks and the & of
/// what goes on in the background.
std::vector<std::string> commands_of(const std::string& name) {
  std::vector<std::string> commands;
  for (const ExampleFile& file : example_files()) {
    if (file.path != name + "/README.md") continue;
    for (const std::string& line : base::split(std::string(file.content), '\n')) {
      if (!line.starts_with("    ")) continue;
      const std::string_view whole = line;
      std::string_view command = base::trim(whole.substr(0, whole.find(" #")));
      if (command.ends_with('&')) command = base::trim(command.substr(0, command.size() - 1));
      commands.emplace_back(command);
    }
  }
  return commands;
}

/// What to type next: the first run of the README and, if they come before, the application that it loads and
/// a program of the example's own.
std::string next_text(const std::string& name, const std::filesystem::path& directory) {
  std::string text;
  for (const std::string& command : commands_of(name)) {
    const bool is_own = command.starts_with("./");
    if (is_own || command.starts_with("iter8 demo"))
      text +=
          "first, in another terminal: " + (is_own ? "cd " + directory.string() + " && " : std::string()) +
          command + "\n";
    if (!command.starts_with("iter8 run")) continue;
    return text + fmt::format("next: cd {} && {}\n", directory.string(), command);
  }
  return text + fmt::format("next: cd {} && iter8 run\n", directory.string());
}

}  // namespace

std::vector<std::string> example_names() {
  std::vector<std::string> names;
  for (const ExampleFile& file : example_files()) {
    const std::string name(file.path.substr(0, file.path.find('/')));
    const bool is_folder = file.path.find('/') != std::string_view::npos;
    if (is_folder && (names.empty() || names.back() != name)) names.push_back(name);
  }
  return names;
}

CLI::App* add_command(CLI::App& program, InitOptions& options) {
  CLI::App* command =
      program.add_subcommand("init", "Write an example: " + base::join(example_names(), ", "));
  command->alias("hub");
  command->add_option("NAME", options.name, "The example (default: " + std::string(kDefault) + ")");
  command->add_option("-e,--experiment", options.older_name, "The same (older name)")->type_name("NAME");
  command
      ->add_option("-d,--directory,--destDir", options.directory,
                   "Where to write it (default: a folder of its name)")
      ->type_name("DIR");
  return command;
}

int run(const InitOptions& options, Process& process) {
  const std::string name = choose_name(options);
  const std::filesystem::path directory = options.directory.empty() ? name : options.directory;
  const std::string prefix = name + "/";

  std::vector<std::pair<std::filesystem::path, const ExampleFile*>> files;
  for (const ExampleFile& file : example_files()) {
    if (!file.path.starts_with(prefix)) continue;
    const std::filesystem::path path = directory / file.path.substr(prefix.size());
    if (std::filesystem::exists(path))
      throw base::UsageError(
          fmt::format("{} already exists; remove it, or choose another directory with -d", path.string()));
    files.emplace_back(path, &file);
  }
  for (const auto& [path, file] : files) {
    write_example_file(path, *file);
    process.out << "wrote " << path.string() << "\n";
  }
  process.out << next_text(name, directory);
  return kDone;
}

}  // namespace iter8::entrypoint
