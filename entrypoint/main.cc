#include <csignal>
#include <iostream>
#include <optional>
#include <string_view>

#include "entrypoint/command_line.h"
#include "entrypoint/supervisor.h"
#include "web/jq_server.h"

namespace {

/// Whether the command line runs an experiment, whose `finally` must run whatever happens.
bool runs_experiment(int argc, char** argv) {
  const std::string_view command = argc > 1 ? argv[1] : "";
  return command == "run" || command == "ci";
}

}  // namespace

/// Runs the command line in the environment of the process and exits with its code.
int main(int argc, char** argv) {
  if (const std::optional<int> code = iter8::web::serve_jq_if_asked(argc, argv)) return *code;
  // Writing to a closed pipe or beyond the file size limit returns an error instead of ending the program.
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);
  const auto run = [argc, argv](iter8::entrypoint::Worker* worker) {
    const iter8::base::Environment environment = iter8::base::Environment::of_process();
    iter8::base::Secrets secrets;
    iter8::base::add_secrets_of(environment, secrets);
    iter8::entrypoint::Process process{environment, secrets, std::cout, std::cerr, worker};
    return iter8::entrypoint::run_command_line({argv + 1, argv + argc}, process);
  };
  return runs_experiment(argc, argv) ? iter8::entrypoint::supervise(run) : run(nullptr);
}
