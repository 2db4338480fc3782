#include "entrypoint/commands/merge.h"

#include <filesystem>
#include <ostream>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <glob.h>

#include "base/error.h"
#include "base/text.h"
#include "experiment/result/merge.h"
#include "experiment/result/result_document.h"

namespace iter8::entrypoint {

namespace {

/// The files that match a pattern, sorted; a file that exists under the very name is taken literally. CI
/// systems pass patterns without a shell that would expand them.
std::vector<std::string> matching_files(const std::string& pattern) {
  if (std::filesystem::exists(pattern)) return {pattern};
  glob_t found{};
  const int code = glob(pattern.c_str(), 0, nullptr, &found);
  std::vector<std::string> files;
  for (std::size_t i = 0; code == 0 && i < found.gl_pathc; ++i) files.emplace_back(found.gl_pathv[i]);
  globfree(&found);
  if (files.empty())
    throw base::UsageError(fmt::format("cannot find a file {}", base::printable(pattern, 1000)));
  return files;
}

}  // namespace

CLI::App* add_command(CLI::App& program, MergeOptions& options) {
  CLI::App* command = program.add_subcommand("merge", "Merge the results of an experiment's shards into one");
  command
      ->add_option("results", options.results, "The results of the shards, or patterns such as shards/*.yaml")
      ->type_name("RESULT")
      ->required();
  command->add_flag("--partial", options.partial,
                    "Merge the other shards when some are missing or failed, and say so in the result");
  command->add_option("-o,--output", options.output, "Where the merged result goes")
      ->type_name("PATH")
      ->capture_default_str();
  return command;
}

experiment::Result merge_files(const std::vector<std::string>& patterns, experiment::Missing missing) {
  std::vector<experiment::ShardResult> shards;
  for (const std::string& pattern : patterns)
    for (const std::string& file : matching_files(pattern))
      shards.push_back({.source = file, .result = experiment::read_result(file)});
  return experiment::merge_shards(std::move(shards), missing);
}

int run(const MergeOptions& options, Process& process) {
  const auto missing = options.partial ? experiment::Missing::noted : experiment::Missing::refused;
  const experiment::Result total = merge_files(options.results, missing);
  experiment::write_result(options.output, total, process.secrets);
  const std::string output = base::printable(options.output, 1000);
  process.out << fmt::format("merged into {}; next: {}\n", output,
                             experiment::is_open(total)
                                 ? fmt::format("iter8 run --resume --gate --result {}", output)
                                 : fmt::format("iter8 report --result {}", output));
  return kDone;
}

}  // namespace iter8::entrypoint
