#include "entrypoint/commands/validate.h"

#include <ostream>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "experiment/step.h"

namespace iter8::entrypoint {

namespace {

constexpr std::size_t kMostProblems = 1000;

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

/// The steps that run a program of their own, and which file that is.
std::vector<std::pair<std::string, std::string>> programs_of(const experiment::Experiment& experiment) {
  std::vector<std::pair<std::string, std::string>> programs;
  for (const auto section :
       {experiment::Section::setup, experiment::Section::tasks, experiment::Section::finally})
    for (const experiment::Step& step : steps_of(experiment, section))
      if (const std::filesystem::path program = step.task->program(); !program.empty())
        programs.emplace_back(fmt::format("task {} ({})", number_of(experiment, step), step.title()),
                              program.string());
  return programs;
}

/// docs/commands.md says what stands in it. Problems are masked and cut as the lines of the text are.
nlohmann::ordered_json document_of(const Loaded& loaded, const Process& process) {
  nlohmann::ordered_json problems = nlohmann::ordered_json::array();
  for (const config::Problem& problem : loaded.problems.in_order(kMostProblems))
    problems.push_back(
        {{"line", problem.position.line},
         {"column", problem.position.column},
         {"severity", problem.severity == config::Problem::Severity::error ? "error" : "warning"},
         {"message", base::log_line(process.secrets.mask(problem.message))},
         {"key", process.secrets.mask(problem.key)}});
  nlohmann::ordered_json document{{"file", loaded.problems.file()},
                                  {"valid", loaded.experiment.has_value()},
                                  {"problems", std::move(problems)}};
  if (!loaded.experiment) return document;
  document["versions"] = loaded.experiment->versions.size();
  document["tasks"] = loaded.experiment->num_tasks();
  document["objectives"] = count_objectives(*loaded.experiment);
  document["programs"] = nlohmann::ordered_json::array();
  for (const auto& [step, program] : programs_of(*loaded.experiment))
    document["programs"].push_back(
        {{"step", base::printable(step)}, {"program", base::printable(program, 1000)}});
  return document;
}

}  // namespace

CLI::App* add_command(CLI::App& program, ValidateOptions& options) {
  CLI::App* command = program.add_subcommand("validate", "Check an experiment without running it");
  declare(*command, options.experiment);
  command->add_flag_callback(
      "--describe-plugins", [&] { options.experiment.descriptions = experiment::Descriptions::asked_for; },
      "Run plugins to ask them for the schema of their options, without secrets in their environment");
  command
      ->add_option("-o,--output", options.format,
                   "How problems are printed: text, or json on standard output")
      ->type_name("FORMAT")
      ->check(CLI::IsMember({"text", "json"}))
      ->capture_default_str();
  return command;
}

int run(const ValidateOptions& options, Process& process) {
  if (options.format == "json") {
    const Loaded loaded = read_experiment(options.experiment, process);
    process.out
        << document_of(loaded, process).dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace)
        << "\n";
    return loaded.experiment ? kDone : kUsage;
  }
  const std::optional<experiment::Experiment> experiment = load(options.experiment, process);
  if (!experiment) return kUsage;
  process.out << fmt::format("{}: valid: {}, {}, {}\n",
                             base::printable(options.experiment.path().string(), 1000),
                             count_text(experiment->versions.size(), "version"),
                             count_text(static_cast<std::size_t>(experiment->num_tasks()), "task"),
                             count_text(count_objectives(*experiment), "objective"));
  for (const auto& [step, program] : programs_of(*experiment))
    process.out << fmt::format("{} runs {}\n", base::printable(step), base::printable(program, 1000));
  return kDone;
}

}  // namespace iter8::entrypoint
