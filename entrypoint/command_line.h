#pragma once

#include <string>
#include <vector>

#include "entrypoint/process.h"

namespace iter8::entrypoint {

/// Runs the command that the arguments (without the program's name) ask for, and returns the exit code.
/// Prints errors; throws nothing.
int run_command_line(const std::vector<std::string>& arguments, Process& process);

}  // namespace iter8::entrypoint
