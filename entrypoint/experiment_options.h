#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "config/yaml/problems.h"
#include "entrypoint/process.h"
#include "experiment/model.h"

namespace CLI {
class App;
}

namespace iter8::entrypoint {

/// Which experiment a command is about, and how it is read: shared by run, ci and validate.
struct ExperimentOptions {
  std::string file = "experiment.yaml";
  std::string directory = ".";  // of older command lines: where the file is looked for and the result written
  std::vector<std::string> set;
  bool lenient = false;

  std::filesystem::path path() const;
  std::filesystem::path result_path() const;
};

void declare(CLI::App& command, ExperimentOptions& options);

/// What came of reading a file. Nothing was printed yet, and no text is masked.
struct Loaded {
  std::optional<experiment::Experiment> experiment;  // nothing when one of the problems is an error
  config::Problems problems;
};

Loaded read_experiment(const ExperimentOptions& options, Process& process);

/// read_experiment, and prints what is wrong with it to standard error. Nothing when there is an
/// error.
std::optional<experiment::Experiment> load(const ExperimentOptions& options, Process& process);

/// Splits at the first '='. Throws base::UsageError naming `option` when there is none.
std::pair<std::string, std::string> split_assignment(const std::string& text, const std::string& option);

}  // namespace iter8::entrypoint
