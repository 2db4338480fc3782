#include "entrypoint/running_progress.h"

#include "entrypoint/progress_text.h"

namespace iter8::entrypoint {

using namespace std::chrono_literals;

RunningProgress::RunningProgress(ProgressStyle style, Console& console, const base::Logger& log,
                                 const base::Clock& clock, LogSections sections)
    : style_(style), console_(console), log_(log), clock_(clock), sections_(std::move(sections)) {
  if (style != ProgressStyle::silent)
    drawer_ = std::jthread([this](const std::stop_token& ended) { redraw_until(ended); });
}

RunningProgress::~RunningProgress() {
  drawer_ = {};  // joins the thread before what it draws on is destroyed
  console_.clear_live();
}

void RunningProgress::task_started(const experiment::TaskLabel& label) {
  const std::string mark = has_sections() ? sections_.begin(++section_, title_of(label)) : "";
  if (!mark.empty())
    console_.begin_section(mark);
  else if (style_ == ProgressStyle::plain_lines)
    log_.info(title_of(label) + ": started");
  const std::lock_guard lock(mutex_);
  running_ = Running{.label = label, .start = clock_.now(), .load = std::nullopt};
  if (style_ == ProgressStyle::live_line) show(*running_);
}

void RunningProgress::load(const experiment::LiveLoad& numbers) {
  const std::lock_guard lock(mutex_);
  if (running_) running_->load = numbers;
}

void RunningProgress::task_finished(const experiment::TaskLabel& label,
                                    const experiment::Execution& execution) {
  {
    const std::lock_guard lock(mutex_);
    running_.reset();
  }
  console_.clear_live();
  const bool is_alone = execution.warnings.empty() && !console_.has_section();
  if (is_alone) console_.end_section("");  // one line need not be folded
  const std::string line = finished_line(label, execution);
  if (execution.status == experiment::ExecutionStatus::failed)
    log_.error(line);
  else
    log_.info(line);
  for (const experiment::Warning& warning : execution.warnings)
    log_.warning(title_of(label) + ": " + warning.message);
  if (has_sections()) console_.end_section(sections_.end(section_));
}

void RunningProgress::redraw_until(const std::stop_token& ended) {
  const auto pause = style_ == ProgressStyle::live_line ? std::chrono::milliseconds(200) : 10s;
  std::unique_lock lock(mutex_);
  while (!ended.stop_requested()) {
    changed_.wait_for(lock, ended, pause, [] { return false; });
    const bool is_old_enough = running_ && clock_.now() - running_->start >= pause;
    if (!ended.stop_requested() && is_old_enough) show(*running_);
  }
}

void RunningProgress::show(const Running& running) {
  std::vector<std::string> lines = {running_line(running.label, clock_.now() - running.start, running.load)};
  if (running.load)
    for (std::string& line : version_lines(*running.load)) lines.push_back(std::move(line));
  if (style_ == ProgressStyle::live_line)
    console_.set_live(lines);
  else
    for (const std::string& line : lines) log_.info(line);
}

}  // namespace iter8::entrypoint
