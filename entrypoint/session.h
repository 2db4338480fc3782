#pragma once

#include <filesystem>

#include "entrypoint/log_options.h"
#include "entrypoint/process.h"
#include "entrypoint/running_progress.h"
#include "experiment/model.h"
#include "experiment/result/result.h"

namespace iter8::entrypoint {

/// Whether a run starts anew or continues from the result of an earlier one.
enum class Beginning { fresh, resume };

/// How a run ended.
struct SessionEnd {
  experiment::Result result;  // masked, as in the file
  int signal_code = 0;        // 130 or 143 after a signal, otherwise 0

  /// The exit code of the run alone, whatever its verdict.
  int exit_code() const;
};

/// Where the log of a session goes, and how it is folded there.
struct LogView {
  int descriptor = 2;  // standard error
  LogSections sections;
};

/// Runs an experiment in this process, with signals, progress, log, and the result file, which is written
/// after every task; an empty path writes none. With Beginning::resume, the executions in an earlier result
/// file are not repeated.
/// Throws base::Error if the result cannot be written, whenever possible before anything is sent.
SessionEnd run_session(experiment::Experiment& experiment, Beginning beginning,
                       const std::filesystem::path& result_file, const LogOptions& options, Process& process,
                       LogView view = {});

}  // namespace iter8::entrypoint
