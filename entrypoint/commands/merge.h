#pragma once

#include <string>
#include <vector>

#include "entrypoint/process.h"
#include "experiment/result/merge.h"

namespace CLI {
class App;
}

namespace iter8::entrypoint {

/// Options of `iter8 merge`.
struct MergeOptions {
  std::vector<std::string> results;
  std::string output = "result.yaml";
  bool partial = false;
};

CLI::App* add_command(CLI::App& program, MergeOptions& options);

/// Merges the results in the files that the names or patterns match. Throws base::UsageError if there are
/// none or they cannot be merged.
experiment::Result merge_files(const std::vector<std::string>& patterns, experiment::Missing missing);

/// Merges the results of an experiment's shards into one file.
int run(const MergeOptions& options, Process& process);

}  // namespace iter8::entrypoint
