#include "entrypoint/experiment_options.h"

#include <ostream>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"
#include "entrypoint/piped_file.h"
#include "experiment/file/loader.h"
#include "tasks/catalog.h"

namespace iter8::entrypoint {

std::filesystem::path ExperimentOptions::path() const {
  return file_in(directory == "." ? std::filesystem::path(file) : std::filesystem::path(directory) / file,
                 "experiment.yaml");
}

std::filesystem::path ExperimentOptions::result_path() const {
  std::error_code unknown;
  if (directory == "." && std::filesystem::is_directory(file, unknown))
    return std::filesystem::path(file) / "result.yaml";
  return directory == "." ? std::filesystem::path("result.yaml")
                          : std::filesystem::path(directory) / "result.yaml";
}

std::filesystem::path file_in(const std::filesystem::path& given, std::string_view name) {
  std::error_code unknown;
  return std::filesystem::exists(given / name, unknown) ? given / name : given;
}

void declare(CLI::App& command, ExperimentOptions& options) {
  command.add_option("FILE", options.file, "The experiment file, its folder, or - for standard input")
      ->capture_default_str();
  command
      .add_option("-s,--set", options.set,
                  "Set a value of the file, such as tasks[0].with.qps=100; repeatable")
      ->type_name("PATH=VALUE")
      ->allow_extra_args(false);
  command.add_flag("--lenient", options.lenient,
                   "Warn about unknown keys and metrics instead of refusing them");
  command.add_option("--runDir", options.directory, "Directory of the file and of result.yaml (older name)")
      ->type_name("DIR");
}

Loaded read_experiment(const ExperimentOptions& options, Process& process) {
  std::filesystem::path path = options.path();
  experiment::LoadOptions load_options;
  load_options.content = piped_text(path, options.trust, process);
  if (load_options.content && is_standard_input(path)) path = experiment::kStandardInput;
  for (const std::string& text : options.set)
    load_options.overrides.push_back(split_assignment(text, "--set"));
  load_options.descriptions = options.descriptions;
  load_options.trust = options.trust;
  Loaded loaded{.experiment = {},
                .problems = config::Problems(
                    base::printable(path.string(), 1000),
                    options.lenient ? config::Strictness::lenient : config::Strictness::strict)};
  loaded.experiment = experiment::load_experiment(path, load_options, tasks::catalog(), process.environment,
                                                  process.secrets, loaded.problems);
  return loaded;
}

std::optional<experiment::Experiment> load(const ExperimentOptions& options, Process& process) {
  Loaded loaded = read_experiment(options, process);
  process.err << process.secrets.mask(loaded.problems.to_text()) << std::flush;
  return std::move(loaded.experiment);
}

std::pair<std::string, std::string> split_assignment(const std::string& text, const std::string& option,
                                                     std::string_view form) {
  const std::size_t equals = text.find('=');
  if (equals == std::string::npos || equals == 0)
    throw base::UsageError(fmt::format("{}: found '{}', expected {}", option, base::printable(text), form));
  return {text.substr(0, equals), text.substr(equals + 1)};
}

}  // namespace iter8::entrypoint
