#include "entrypoint/commands/assert.h"

#include <filesystem>
#include <optional>
#include <ostream>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "base/clock.h"
#include "base/duration.h"
#include "base/error.h"
#include "base/text.h"
#include "entrypoint/assertion.h"
#include "entrypoint/signals.h"
#include "experiment/result/result_document.h"

namespace iter8::entrypoint {

namespace {

constexpr base::Duration kPause = std::chrono::milliseconds(250);

base::Duration timeout_of(const AssertOptions& options) {
  const std::optional<base::Duration> timeout = base::parse_duration(options.timeout);
  if (!timeout || timeout->count() < 0)
    throw base::UsageError(fmt::format("--timeout: found '{}', expected a duration such as 5s",
                                       base::printable(options.timeout)));
  return *timeout;
}

/// The current result; nothing if there is none yet and there is still time to wait for it.
std::optional<experiment::Result> read_current(const std::filesystem::path& file, bool is_last_attempt) {
  if (!is_last_attempt && !std::filesystem::exists(file)) return std::nullopt;
  return experiment::read_result(file);
}

}  // namespace

CLI::App* add_command(CLI::App& program, AssertOptions& options) {
  CLI::App* command = program.add_subcommand("assert", "Check conditions on a result");
  command
      ->add_option(
          "-c,--condition", options.conditions,
          "completed, nofailure, verdict, verdict=VERDICT, slos, slosby=VERSION, winner, winner=VERSION or "
          "conclusive; repeatable")
      ->type_name("CONDITION")
      ->allow_extra_args(false);
  command->add_option("-t,--timeout", options.timeout, "How long to wait for all conditions to hold")
      ->type_name("DURATION")
      ->capture_default_str();
  declare(*command, options.result);
  return command;
}

int run(const AssertOptions& options, Process& process) {
  const std::vector<Condition> conditions = parse_conditions(options.conditions);
  const std::filesystem::path file = options.result.path();
  base::SystemClock clock;
  const base::MonotonicTime deadline = clock.now() + timeout_of(options);
  const Signals signals;

  std::vector<Finding> findings;
  while (true) {
    const bool is_last_attempt = clock.now() >= deadline;
    const std::optional<experiment::Result> result = read_current(file, is_last_attempt);
    if (result) findings = evaluate(conditions, *result);
    if (is_last_attempt || (result && (result->end || all_hold(findings)))) break;
    if (!clock.wait_until(std::min(clock.now() + kPause, deadline), signals.token()))
      return signals.exit_code();
  }

  for (const Finding& finding : findings) process.out << base::log_line(finding.line) << "\n";
  return exit_code_of(findings);
}

}  // namespace iter8::entrypoint
