#pragma once

#include <filesystem>
#include <string>

namespace CLI {
class App;
}

namespace iter8::entrypoint {

/// Which result a command reads: shared by report and assert.
struct ResultOptions {
  std::string given;                 // the file or its folder, as positional argument
  std::string file = "result.yaml";  // --result
  std::string directory = ".";       // --runDir of older command lines

  /// The file; of a folder its result.yaml.
  std::filesystem::path path() const;
};

void declare(CLI::App& command, ResultOptions& options);

}  // namespace iter8::entrypoint
