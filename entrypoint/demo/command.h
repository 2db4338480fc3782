#pragma once

#include <cstdint>
#include <filesystem>
#include <iosfwd>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "entrypoint/demo/application.h"
#include "entrypoint/demo/behavior.h"

namespace CLI {
class App;
}

namespace iter8::demo {

/// Options of `iter8 demo`.
struct Options {
  std::string host = "127.0.0.1";
  int port = 8080;  // of the first version, the others get the following ones; 0 = free ports
  std::vector<std::string> versions;  // texts for parse_behavior; empty = the standard versions
  int count = 2;                      // how many of the standard versions
  std::uint64_t seed = 1;
  std::filesystem::path ready_file;  // receives {"NAME": "URL", …} once every version listens; empty = none
  std::string duration;              // when to stop; empty = run until SIGINT or SIGTERM
  bool tries = false;                // load, judge and report the versions, and stop
};

/// What --try writes into the current folder.
inline constexpr const char* kTryReport = "report.html";

/// Declares the subcommand `demo`; parsing fills `options`.
CLI::App* add_command(CLI::App& program, Options& options);

using Applications = std::vector<std::unique_ptr<Application>>;

/// Starts a server for each version. Throws base::UsageError for wrong options and base::Error if it cannot
/// listen.
Applications start_applications(const Options& options);

/// "http://127.0.0.1:8080".
std::string url_of(const Options& options, const Application& application);

/// Serves until SIGINT, SIGTERM or the end of the duration, then returns exit code 0. Prints one line per
/// version. Blocks the two signals in this thread, so it must be called before other threads exist. Throws
/// base::UsageError for wrong options and base::Error if it cannot listen.
int run(const Options& options, std::ostream& out);

}  // namespace iter8::demo
