#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "base/clock.h"
#include "base/log.h"
#include "entrypoint/console.h"
#include "experiment/progress.h"

namespace iter8::entrypoint {

/// How progress is shown: a line that is redrawn, a new line now and then, or not at all.
enum class ProgressStyle { live_line, plain_lines, silent };

/// Make the marks around the lines of one task, for a CI system that folds its log; empty for one that does
/// not.
struct LogSections {
  std::function<std::string(std::size_t number, std::string_view title)> begin;
  std::function<std::string(std::size_t number)> end;
};

/// Shows the progress of a run to people: on a terminal one live line, redrawn five times a second; otherwise
/// a line when a task starts (or the mark of its section) and every ten seconds. Logs the end of each task,
/// as an error if it failed. Owns the thread that redraws, so that even a task which reports no numbers can
/// be seen to be running.
class RunningProgress final : public experiment::Progress {
 public:
  RunningProgress(ProgressStyle style, Console& console, const base::Logger& log, const base::Clock& clock,
                  LogSections sections = {});
  ~RunningProgress() override;
  RunningProgress(const RunningProgress&) = delete;
  RunningProgress& operator=(const RunningProgress&) = delete;

  void task_started(const experiment::TaskLabel& label) override;
  void load(const experiment::LiveLoad& numbers) override;
  void task_finished(const experiment::TaskLabel& label, const experiment::Execution& execution) override;

 private:
  struct Running {
    experiment::TaskLabel label;
    base::MonotonicTime start;
    std::optional<experiment::LiveLoad> load;
  };

  void redraw_until(const std::stop_token& ended);
  void show(const Running& running);
  bool has_sections() const { return sections_.begin && style_ != ProgressStyle::silent; }

  ProgressStyle style_;
  Console& console_;
  const base::Logger& log_;
  const base::Clock& clock_;
  LogSections sections_;
  std::size_t section_ = 0;  // number of the latest one: unique, although loops repeat tasks
  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::optional<Running> running_;
  std::jthread drawer_;
};

}  // namespace iter8::entrypoint
