#pragma once

#include <filesystem>

#include "entrypoint/log_options.h"
#include "entrypoint/process.h"
#include "entrypoint/running_progress.h"
#include "experiment/model.h"
#include "experiment/result/result.h"

namespace iter8::entrypoint {

enum class Beginning { fresh, resume };

/// How a run ended.
struct SessionEnd {
  experiment::Result result;  // as it stands in the file: masked
  int signal_code = 0;        // 130 or 143 when a signal came, else 0

  /// The exit code of the run alone, without any judgement of its numbers.
  int exit_code() const;
};

/// Where a session's log goes, and how it is folded there.
struct LogView {
  int descriptor = 2;  // standard error
  LogSections sections;
};

/// Runs an experiment in this process: signals, progress, log, and the result file, which is written after
/// every task. With Beginning::resume what an earlier result holds is not repeated. Throws base::Error when
/// the result cannot be written, before anything is sent if that is known then.
SessionEnd run_session(experiment::Experiment& experiment, Beginning beginning,
                       const std::filesystem::path& result_file, const LogOptions& options, Process& process,
                       LogView view = {});

}  // namespace iter8::entrypoint
