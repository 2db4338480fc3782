#pragma once

#include <string>
#include <vector>

#include "entrypoint/process.h"

namespace iter8::entrypoint {

/// Does what the arguments (without the program's name) say and returns the exit code. Prints what goes
/// wrong; throws nothing.
int run_command_line(const std::vector<std::string>& arguments, Process& process);

}  // namespace iter8::entrypoint
