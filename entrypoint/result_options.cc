#include "entrypoint/result_options.h"

#include <CLI/CLI.hpp>

namespace iter8::entrypoint {

std::filesystem::path ResultOptions::path() const {
  std::error_code unknown;
  if (!given.empty() && std::filesystem::is_directory(given, unknown))
    return std::filesystem::path(given) / "result.yaml";
  if (!given.empty()) return given;
  return directory == "." ? std::filesystem::path(file) : std::filesystem::path(directory) / file;
}

void declare(CLI::App& command, ResultOptions& options) {
  CLI::Option* given =
      command.add_option("RESULT", options.given, "The result, or its folder (default: result.yaml)");
  command.add_option("--result", options.file, "The same")
      ->type_name("PATH")
      ->capture_default_str()
      ->excludes(given);
  command.add_option("--runDir", options.directory, "Directory of result.yaml (older name)")
      ->type_name("DIR")
      ->excludes(given);
}

}  // namespace iter8::entrypoint
