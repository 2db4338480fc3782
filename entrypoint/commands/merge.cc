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

/// The names that match, sorted; a name that exists stands for itself, whatever characters it has. CI systems
/// hand patterns over without a shell that would expand them.
std::vector<std::string> matching_files(const std::string& pattern) {
  if (std::filesystem::exists(pattern)) return {pattern};
  glob_t found{};
  const int code = glob(pattern.c_str(), 0, nullptr, &found);
  std::vector<std::string> files;
  for (std::size_t i = 0; code == 0 && i < found.gl_pathc; ++i) files.emplace_back(found.gl_pathv[i]);
  globfree(&found);
  if (files.empty()) throw base::UsageError(fmt::format("found no file {}", base::printable(pattern, 1000)));
  return files;
}

}  // namespace

CLI::App* add_command(CLI::App& program, MergeOptions& options) {
  CLI::App* command = program.add_subcommand("merge", "Make one result of those of an experiment's shards");
  command
      ->add_option("results", options.results, "The results of the shards, or patterns such as shards/*.yaml")
      ->type_name("RESULT")
      ->required();
  command->add_flag("--partial", options.partial,
                    "Merge what is there when shards are missing or failed, and say so in the result");
  command->add_option("-o,--output", options.output, "Where the merged result goes")
      ->type_name("PATH")
      ->capture_default_str();
  return command;
}

experiment::Result merged_result(const std::vector<std::string>& patterns, experiment::Missing missing) {
  std::vector<experiment::ShardResult> shards;
  for (const std::string& pattern : patterns)
    for (const std::string& file : matching_files(pattern))
      shards.push_back({.source = file, .result = experiment::read_result(file)});
  return experiment::merged(std::move(shards), missing);
}

int run(const MergeOptions& options, Process& process) {
  const auto missing = options.partial ? experiment::Missing::noted : experiment::Missing::refused;
  const experiment::Result total = merged_result(options.results, missing);
  experiment::write_result(options.output, total, process.secrets);
  const std::string output = base::printable(options.output, 1000);
  process.out << fmt::format("merged into {}; next: {}\n", output,
                             experiment::is_open(total)
                                 ? fmt::format("iter8 run --resume --gate --result {}", output)
                                 : fmt::format("iter8 report --result {}", output));
  return kDone;
}

}  // namespace iter8::entrypoint
