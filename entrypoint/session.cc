#include "entrypoint/session.h"

#include <functional>
#include <optional>
#include <ostream>
#include <random>

#include <fmt/format.h>
#include <malloc.h>

#include "base/error.h"
#include "entrypoint/console.h"
#include "entrypoint/signals.h"
#include "experiment/result/result_document.h"
#include "experiment/run/resume.h"
#include "experiment/run/runner.h"

namespace iter8::entrypoint {

namespace {

ProgressStyle choose_style(const Terminal& terminal, const base::Logger& log) {
  if (!log.enabled(base::LogLevel::info)) return ProgressStyle::silent;
  return terminal.has_cursor ? ProgressStyle::live_line : ProgressStyle::plain_lines;
}

void save(const experiment::Result& result, const std::filesystem::path& file, Process& process) {
  Worker* worker = process.worker;
  if (worker != nullptr && result.running && result.running->section == experiment::Section::finally)
    worker->note_finally(result.running->index + 1);
  if (!file.empty()) write_result(file, result, process.secrets);
  if (worker != nullptr) worker->note(WorkerState::Run::begun);
}

/// Calls `run` and tells the supervisor that the run has ended, also when all that failed was to save the
/// result. What else it throws is a fault of ours, after which finally is still to be run.
experiment::Result run_to_end(const std::function<experiment::Result()>& run, Worker* worker) {
  const auto note_end = [worker] {
    if (worker != nullptr) worker->note(WorkerState::Run::ended);
  };
  try {
    experiment::Result result = run();
    note_end();
    return result;
  } catch (const base::Error&) {
    note_end();
    throw;
  }
}

std::string random_id() {
  std::random_device source;
  return fmt::format("{:08x}{:08x}", source(), source());
}

/// The result on disk, as far as it can be read.
std::optional<experiment::Result> find_result(const std::filesystem::path& file, const base::Logger& log) {
  try {
    return experiment::read_result(file);
  } catch (const base::UsageError& error) {
    log.error(error.what());
    return std::nullopt;
  }
}

experiment::Result masked(const experiment::Result& result, const base::Secrets& secrets) {
  return experiment::from_document(experiment::mask_document(to_document(result), secrets));
}

}  // namespace

int SessionEnd::exit_code() const {
  if (signal_code != 0) return signal_code;
  return result.failure ? kFailed : kDone;
}

SessionEnd run_session(experiment::Experiment& experiment, Beginning beginning,
                       const std::filesystem::path& result_file, const LogOptions& options, Process& process,
                       LogView view) {
  ::malloc_trim(0);     // gives back the memory that reading the file took
  process.out.flush();  // the log may go to the same descriptor, bypassing the stream
  Console console(view.descriptor, Terminal::of(view.descriptor, process.environment));
  const Signals signals(process.worker, [&console] { console.abandon_live(); });
  const base::Logger log(
      options.threshold(process.environment), process.secrets,
      [&console](base::LogLevel level, std::string_view line) { console.line(level, line); });

  base::SystemClock clock;
  RunningProgress progress(choose_style(console.terminal(), log), console, log, clock,
                           std::move(view.sections));
  const experiment::RunContext run_context{
      .clock = clock,
      .log = log,
      .progress = progress,
      .environment = process.environment,
      .secrets = process.secrets,
      .stop = signals.token(),
      .stop_reason = [&signals] { return signals.name(); },
      .result_file = result_file.empty() ? result_file : std::filesystem::absolute(result_file),
      .save = [&](const experiment::Result& result) { save(result, result_file, process); },
      .iter8_version = ITER8_VERSION,
      .run_id = random_id()};
  if (process.worker != nullptr && process.worker->crash()) {
    process.worker->note(WorkerState::Run::begun);  // by the worker before
    const auto finish = [&] {
      return finish_crashed_run(experiment, run_context, *process.worker->crash(),
                                find_result(result_file, log));
    };
    return {.result = masked(run_to_end(finish, process.worker), process.secrets)};
  }

  std::optional<experiment::Result> earlier;
  if (beginning == Beginning::resume) {
    if (std::filesystem::exists(result_file))
      earlier = experiment::read_result(result_file);
    else
      log.info("cannot find " + result_file.string() + " to resume from: starting from the beginning");
  }
  if (earlier && earlier->digest == experiment.digest && is_finished(*earlier)) {
    log.info("nothing to resume: the run in " + result_file.string() + " is finished");
    return {.result = std::move(*earlier)};
  }
  const auto run = [&] { return run_experiment(experiment, run_context, std::move(earlier)); };
  const experiment::Result result = run_to_end(run, process.worker);
  return {
      .result = masked(result, process.secrets),
      .signal_code = result.interrupted.empty() ? 0 : signals.exit_code()};  // a later signal had no effect
}

}  // namespace iter8::entrypoint
