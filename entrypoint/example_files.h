#pragma once

#include <span>
#include <string_view>

namespace iter8::entrypoint {

/// One file of examples/, embedded into the binary by cmake/embed.cmake.
struct ExampleFile {
  std::string_view path;  // "load-test/experiment.yaml"
  bool is_executable;
  std::string_view content;
};

std::span<const ExampleFile> example_files();

}  // namespace iter8::entrypoint
