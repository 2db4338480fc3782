#pragma once

#include <span>
#include <string_view>

namespace CLI {
class App;
}

namespace iter8::entrypoint {

/// A line that a user could type, and what it is for.
struct CommandExample {
  std::string_view line;
  std::string_view purpose;
};

/// Examples of a command, by its name; of the program itself under "iter8". Empty for an unknown name.
std::span<const CommandExample> examples_of(std::string_view command);

/// Shows the examples, and where the documentation is, at the end of the help of the program and of each of
/// its commands.
void add_examples(CLI::App& program);

}  // namespace iter8::entrypoint
