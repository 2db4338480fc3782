#pragma once

#include <string>
#include <vector>

#include "entrypoint/process.h"
#include "experiment/result/merge.h"

namespace CLI {  // NOLINT(readability-identifier-naming): the library's own name
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

/// One result of the files that the names or patterns stand for. Throws base::UsageError when there are none
/// or they cannot be merged.
experiment::Result merged_result(const std::vector<std::string>& patterns, experiment::Missing missing);

/// Makes one result of those of an experiment's shards.
int run(const MergeOptions& options, Process& process);

}  // namespace iter8::entrypoint
