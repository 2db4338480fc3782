#include "entrypoint/session.h"

#include <optional>
#include <ostream>

#include <malloc.h>

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
  const Signals signals([&console] { console.abandon_live(); });
  const base::Logger log(
      options.threshold(process.environment), process.secrets,
      [&console](base::LogLevel level, std::string_view line) { console.line(level, line); });

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
      .result_file = std::filesystem::absolute(result_file),
      .save = [&](const experiment::Result& result) { write_result(result_file, result, process.secrets); },
      .iter8_version = ITER8_VERSION};
  const experiment::Result result = run_experiment(experiment, run_context, std::move(earlier));
  return {
      .result = experiment::from_document(experiment::mask_document(to_document(result), process.secrets)),
      .signal_code = result.interrupted.empty() ? 0 : signals.exit_code()};  // a later signal had no effect
}

}  // namespace iter8::entrypoint
