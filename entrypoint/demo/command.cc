#include "entrypoint/demo/command.h"

#include <memory>
#include <ostream>
#include <set>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <signal.h>
#include <time.h>

#include "base/duration.h"
#include "base/error.h"
#include "base/file.h"
#include "entrypoint/demo/application.h"

namespace iter8::demo {
namespace {

std::vector<Behavior> behaviors_of(const Options& options) {
  if (options.versions.empty()) return standard_behaviors(options.count);
  std::vector<Behavior> behaviors;
  std::set<std::string> names;
  for (const std::string& text : options.versions) {
    behaviors.push_back(parse_behavior(text));
    if (!names.insert(behaviors.back().name).second) {
      throw base::UsageError(fmt::format("--version: found two versions named '{}', expected unique names",
                                         behaviors.back().name));
    }
  }
  return behaviors;
}

std::optional<base::Duration> duration_of(const Options& options) {
  if (options.duration.empty()) return std::nullopt;
  const std::optional<base::Duration> duration = base::parse_duration(options.duration);
  if (duration && *duration > base::Duration::zero()) return duration;
  throw base::UsageError(
      fmt::format("--duration: found '{}', expected a positive duration such as 30s", options.duration));
}

/// One version a line, so that shell scripts can read it with sed.
std::string ready_document(const Options& options, const Applications& applications) {
  std::string document;
  for (const auto& application : applications) {
    document += fmt::format("{}\"{}\": \"{}\"", document.empty() ? "{\n  " : ",\n  ", application->name(),
                            url_of(options, *application));
  }
  return document + "\n}\n";
}

void wait_for_end(const sigset_t& signals, const std::optional<base::Duration>& duration) {
  if (!duration) {
    int signal = 0;
    ::sigwait(&signals, &signal);
    return;
  }
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(*duration);
  const timespec limit = {seconds.count(), (*duration - seconds).count()};
  ::sigtimedwait(&signals, nullptr, &limit);
}

}  // namespace

CLI::App* add_command(CLI::App& program, Options& options) {
  CLI::App* command = program.add_subcommand(
      "demo", "Serve the demo application: versions with known latency, errors and conversion");
  command->add_option("--host", options.host, "Address to listen on")->capture_default_str();
  command
      ->add_option("--port", options.port,
                   "Port of the first version, the others use the following ones; 0 picks free ports")
      ->capture_default_str()
      ->check(CLI::Range(0, 65535));
  command->add_option("--version", options.versions,
                      "A version, repeatable: "
                      "name=N,latency=10ms,jitter=3ms,errors=0.001,conversion=0.05,tokens=20,gap=10ms");
  command
      ->add_option("--versions", options.count, "Without --version: how many of stable, candidate and canary")
      ->capture_default_str();
  command->add_option("--seed", options.seed, "The same seed gives the same latencies")
      ->capture_default_str();
  command->add_option("--ready-file", options.ready_file,
                      "Write the URLs of the versions to this file, as JSON, once they listen");
  command->add_option("--duration", options.duration,
                      "Stop after this time, such as 30s (default: on SIGINT, SIGTERM)");
  command
      ->add_flag(
          "--try", options.tries,
          std::string("Serve on free ports, load and judge the versions, write ") + kTryReport + ", and end")
      ->excludes("--port")
      ->excludes("--ready-file")
      ->excludes("--duration");
  return command;
}

std::string url_of(const Options& options, const Application& application) {
  const bool v6 = options.host.find(':') != std::string::npos;
  return fmt::format("http://{}:{}", v6 ? "[" + options.host + "]" : options.host, application.port());
}

Applications start_applications(const Options& options) {
  const std::vector<Behavior> behaviors = behaviors_of(options);
  if (options.port != 0 && options.port + static_cast<int>(behaviors.size()) - 1 > 65535) {
    throw base::UsageError(
        fmt::format("--port: {} leaves no ports for {} versions", options.port, behaviors.size()));
  }
  Applications applications;
  for (const Behavior& behavior : behaviors) {
    const int number = static_cast<int>(applications.size());
    applications.push_back(std::make_unique<Application>(behavior, options.host,
                                                         options.port == 0 ? 0 : options.port + number,
                                                         options.seed + static_cast<std::uint64_t>(number)));
  }
  return applications;
}

int run(const Options& options, std::ostream& out) {
  const std::optional<base::Duration> duration = duration_of(options);
  sigset_t signals;
  ::sigemptyset(&signals);
  ::sigaddset(&signals, SIGINT);
  ::sigaddset(&signals, SIGTERM);
  ::pthread_sigmask(SIG_BLOCK, &signals, nullptr);

  const Applications applications = start_applications(options);
  for (const auto& application : applications) {
    const Behavior& behavior = application->behavior();
    out << fmt::format("{} listening on {}: latency {}, jitter {}, errors {}, conversion {}\n", behavior.name,
                       url_of(options, *application), base::to_text(behavior.latency),
                       base::to_text(behavior.jitter), behavior.errors, behavior.conversion)
        << std::flush;
  }
  if (!options.ready_file.empty())
    base::write_file_atomically(options.ready_file, ready_document(options, applications));
  wait_for_end(signals, duration);
  return 0;
}

}  // namespace iter8::demo
