#pragma once

#include <string>
#include <vector>

#include "entrypoint/load_document.h"
#include "entrypoint/log_options.h"
#include "entrypoint/process.h"

namespace CLI {
class App;
}

namespace iter8::entrypoint {

/// Options of `iter8 load`.
struct LoadOptions {
  LoadRequest request;
  LogOptions log;
  std::string save;    // where the experiment file goes that the command stands for; empty = nowhere
  std::string result;  // empty = the result is not kept
  std::string format;  // of the report on standard output; empty = the summary
  std::vector<std::string> reports;
  bool dry_run = false;
};

CLI::App* add_command(CLI::App& program, LoadOptions& options);

/// Composes an experiment, runs it, prints what came of it, and returns the exit code: kFailed when no
/// request to a version got an answer, else that of the objectives if there are any. Writes nothing but what
/// it is asked for.
int run(const LoadOptions& options, Process& process);

/// What somebody who knows other load generators may have meant by a flag that this one does not have: "-z"
/// is "-d". Empty if nothing is known.
std::string_view meaning_of_foreign_flag(std::string_view flag);

}  // namespace iter8::entrypoint
