#include <csignal>
#include <iostream>
#include <optional>

#include "entrypoint/command_line.h"
#include "web/jq_server.h"

/// Runs the command line in the environment of the process and exits with its code.
int main(int argc, char** argv) {
  if (const std::optional<int> code = iter8::web::serve_jq_if_asked(argc, argv)) return *code;
  // Writing to a closed pipe or beyond the file size limit returns an error instead of ending the program.
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);
  const iter8::base::Environment environment = iter8::base::Environment::of_process();
  iter8::base::Secrets secrets;
  iter8::base::add_secrets_of(environment, secrets);
  iter8::entrypoint::Process process{environment, secrets, std::cout, std::cerr};
  return iter8::entrypoint::run_command_line({argv + 1, argv + argc}, process);
}
