#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "config/yaml/problems.h"
#include "entrypoint/process.h"
#include "experiment/catalog.h"
#include "experiment/file/trust.h"
#include "experiment/model.h"

namespace CLI {
class App;
}

namespace iter8::entrypoint {

/// Which experiment a command works on and how it is read: shared by run, ci and validate.
struct ExperimentOptions {
  std::string file = "experiment.yaml";
  std::string directory = ".";  // --runDir of older command lines: contains the file and the result
  std::vector<std::string> set;
  bool lenient = false;
  experiment::TrustRules trust;
  experiment::Descriptions descriptions = experiment::Descriptions::left_out;  // the command's to say

  /// The file; of a folder its experiment.yaml.
  std::filesystem::path path() const;
  /// Where the result goes unless the command line says: into the folder, if it names one.
  std::filesystem::path result_path() const;
};

void declare(CLI::App& command, ExperimentOptions& options);

/// The file as given, or the file of this name in it if it is a folder that has one.
std::filesystem::path file_in(const std::filesystem::path& given, std::string_view name);

/// The experiment and the problems of its file, neither printed nor masked yet.
struct Loaded {
  std::optional<experiment::Experiment> experiment;  // empty if one of the problems is an error
  config::Problems problems;
};

Loaded read_experiment(const ExperimentOptions& options, Process& process);

/// Reads the experiment and prints its problems to standard error. Nothing if one of them is an error.
std::optional<experiment::Experiment> load(const ExperimentOptions& options, Process& process);

/// Splits NAME=VALUE at the first '='. Throws base::UsageError, naming `option` and the `form` that it has,
/// if there is none.
std::pair<std::string, std::string> split_assignment(const std::string& text, const std::string& option,
                                                     std::string_view form = "NAME=VALUE");

}  // namespace iter8::entrypoint
