#include "entrypoint/commands/validate.h"

#include <ostream>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "base/text.h"
#include "experiment/step.h"

namespace iter8::entrypoint {

namespace {

std::string count_text(std::size_t count, std::string_view noun) {
  return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s");
}

std::size_t count_objectives(const experiment::Experiment& experiment) {
  std::size_t count = 0;
  for (const auto section :
       {experiment::Section::setup, experiment::Section::tasks, experiment::Section::finally})
    for (const experiment::Step& step : steps_of(experiment, section))
      count += static_cast<std::size_t>(step.task->objectives());
  return count;
}

}  // namespace

CLI::App* add_command(CLI::App& program, ValidateOptions& options) {
  CLI::App* command = program.add_subcommand("validate", "Check an experiment without running it");
  declare(*command, options.experiment);
  command->add_flag_callback(
      "--describe-plugins", [&] { options.experiment.descriptions = experiment::Descriptions::asked_for; },
      "Run plugins to ask them for the schema of their options, without secrets in their environment");
  return command;
}

int run(const ValidateOptions& options, Process& process) {
  const std::optional<experiment::Experiment> experiment = load(options.experiment, process);
  if (!experiment) return kUsage;
  process.out << fmt::format("{}: valid: {}, {}, {}\n",
                             base::printable(options.experiment.path().string(), 1000),
                             count_text(experiment->versions.size(), "version"),
                             count_text(static_cast<std::size_t>(experiment->num_tasks()), "task"),
                             count_text(count_objectives(*experiment), "objective"));
  return kDone;
}

}  // namespace iter8::entrypoint
