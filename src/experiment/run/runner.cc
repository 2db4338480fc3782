#include "experiment/run/runner.h"

#include <algorithm>
#include <chrono>

#include <fmt/format.h>

#include "base/error.h"
#include "experiment/run/attempt.h"
#include "experiment/run/condition.h"
#include "experiment/run/record.h"
#include "experiment/run/resume.h"
#include "experiment/step.h"

namespace iter8::experiment {

namespace {

/// The result before the first task.
Result blank_result(const Experiment& experiment, const RunContext& run_context) {
  Result result;
  result.iter8_version = run_context.iter8_version;
  result.id = run_context.run_id;
  result.start = std::chrono::floor<std::chrono::seconds>(run_context.clock.wall());
  result.experiment_name = experiment.name;
  result.digest = experiment.digest;
  result.spelling = experiment.spelling;
  result.file = experiment.file.string();
  result.walls = experiment.walls;
  result.num_tasks = experiment.num_tasks();
  for (const Version& version : experiment.versions) result.versions.push_back(version.name);
  result.traffic = initial_traffic(experiment.versions);
  for (const Section section : {Section::setup, Section::tasks, Section::finally})
    for (const Step& step : steps_of(experiment, section))
      result.declared_objectives += step.task->objectives();
  return result;
}

/// One run of an experiment: owns the result while it grows.
class Run {
 public:
  Run(Experiment& experiment, const RunContext& run_context, Result result)
      : experiment_(experiment), run_context_(run_context), result_(std::move(result)) {}

  Result run();
  /// What is left to do after a crash.
  Result run_rest();

 private:
  enum class Flow { next, stop };

  Flow run_setup();
  Flow run_loop();
  Flow run_iteration(int iteration);
  void run_finally();
  Flow run_step(Step& step, const RunPosition& position);
  void read_first(std::vector<Step>& steps, int iteration);
  void forget_first_reading(const Execution& done);
  Flow wait_for_next_iteration(base::MonotonicTime iteration_start);
  /// Whether `until` ends the loop. Fails the run if it cannot be evaluated.
  bool loop_is_over(int iteration);
  bool has_begun(int iteration) const;

  const Execution* earlier_execution(const Step& step, int iteration) const;
  Flow flow_after(const Execution& execution);
  void note_interruption();
  void count_tasks();
  void note_begin(const Step& step, const RunPosition& position);
  void save();
  Result end();

  TaskLabel label_of(const Step& step, const RunPosition& position) const;
  RunPosition position(int iteration) const {
    return {iteration, experiment_.loop.iterations, run_context_.stop};
  }

  Experiment& experiment_;
  const RunContext& run_context_;
  Result result_;
  int iteration_ = 0;       // the latest that was started
  std::string save_error_;  // the first one; it ends the run like a failed task
};

Result Run::run() {
  run_context_.save(result_);  // finds out that the path cannot be written before anything is sent

  if (run_setup() == Flow::next) run_loop();
  run_finally();
  if (run_context_.stop.stop_requested()) note_interruption();  // even if nothing was left to stop
  return end();
}

Result Run::run_rest() {
  for (const Execution& execution : result_.executions)
    iteration_ = std::max(iteration_, execution.iteration);
  count_tasks();
  save();
  run_finally();
  return end();
}

Result Run::end() {
  result_.end = std::chrono::floor<std::chrono::seconds>(run_context_.clock.wall());
  save();
  if (!save_error_.empty()) throw base::Error(save_error_);
  return std::move(result_);
}

Run::Flow Run::run_setup() {
  read_first(experiment_.setup, 0);
  for (Step& step : experiment_.setup)
    if (run_step(step, position(0)) == Flow::stop) return Flow::stop;
  return Flow::next;
}

Run::Flow Run::run_loop() {
  iteration_ = result_.num_loops;
  if (iteration_ > 0 && !has_begun(iteration_ + 1) && loop_is_over(iteration_)) return Flow::next;

  while (iteration_ < experiment_.loop.iterations && !result_.failure) {
    const base::MonotonicTime start = run_context_.clock.now();
    if (run_iteration(iteration_ + 1) == Flow::stop) return Flow::stop;
    result_.num_loops = iteration_;
    if (experiment_.loop.interval > base::Duration::zero()) save();  // before the wait
    if (!save_error_.empty() || loop_is_over(iteration_)) break;
    if (iteration_ < experiment_.loop.iterations && wait_for_next_iteration(start) == Flow::stop)
      return Flow::stop;
  }
  return Flow::next;
}

Run::Flow Run::run_iteration(int iteration) {
  iteration_ = iteration;
  read_first(experiment_.tasks, iteration);
  read_first(experiment_.finally, 0);
  for (Step& step : experiment_.tasks)
    if (run_step(step, position(iteration)) == Flow::stop) return Flow::stop;
  return Flow::next;
}

/// With a stop token of its own, because what stopped the run must not stop the clean-up. A step that fails
/// does not keep the next one from running.
void Run::run_finally() {
  const RunPosition position{0, experiment_.loop.iterations, std::stop_token{}};
  for (Step& step : experiment_.finally) run_step(step, position);
}

Run::Flow Run::run_step(Step& step, const RunPosition& position) {
  if (earlier_execution(step, position.iteration)) return Flow::next;
  if (position.stop.stop_requested()) {
    note_interruption();
    return Flow::stop;
  }

  note_begin(step, position);
  if (!save_error_.empty() && step.section != Section::finally) return Flow::stop;
  const TaskLabel label = label_of(step, position);
  run_context_.progress.task_started(label);
  Attempt attempt = execute_step(step, experiment_, result_, position, run_context_);
  result_.running.reset();
  try {
    record(attempt.execution, std::move(attempt.outcome), result_);
  } catch (const base::Error& error) {
    attempt.execution.status = ExecutionStatus::failed;
    attempt.execution.message = error.what();
    record(attempt.execution, {}, result_);
  }

  const Execution recorded = result_.executions.back();
  forget_first_reading(recorded);
  const Flow flow = flow_after(recorded);
  count_tasks();
  run_context_.progress.task_finished(label, recorded);
  // The last one as well: what was cleaned up must not look cut off after a crash.
  if (step.section == Section::finally && step.index + 1 == experiment_.finally.size()) save();
  return flow;
}

/// Lets the tasks that have not run read where they begin; see Task::read_first().
void Run::read_first(std::vector<Step>& steps, int iteration) {
  for (Step& step : steps) {
    const RunPosition at = position(iteration);
    if (at.stop.stop_requested() || earlier_execution(step, iteration) != nullptr) continue;
    if (auto reading = experiment::read_first(step, experiment_, result_, at, run_context_))
      result_.first_readings.push_back(std::move(*reading));
  }
}

/// A task that failed may be run again in a resumed run, and needs its reading then.
void Run::forget_first_reading(const Execution& done) {
  if (done.status == ExecutionStatus::failed || done.status == ExecutionStatus::interrupted) return;
  std::erase_if(result_.first_readings, [&done](const FirstReading& reading) {
    return reading.section == done.section && reading.index == done.index &&
           reading.iteration == done.iteration;
  });
}

/// Saves what the steps before this one recorded, too: one write between two steps.
void Run::note_begin(const Step& step, const RunPosition& position) {
  result_.running = RunningStep{.section = step.section,
                                .index = step.index,
                                .iteration = position.iteration,
                                .start = std::chrono::floor<std::chrono::seconds>(run_context_.clock.wall())};
  save();
}

Run::Flow Run::flow_after(const Execution& execution) {
  if (execution.status == ExecutionStatus::interrupted) {
    note_interruption();
    return Flow::stop;
  }
  if (execution.status != ExecutionStatus::failed || is_tolerated(experiment_, execution)) return Flow::next;
  result_.failure = true;
  return Flow::stop;
}

Run::Flow Run::wait_for_next_iteration(base::MonotonicTime iteration_start) {
  const base::MonotonicTime next = iteration_start + experiment_.loop.interval;
  if (run_context_.clock.wait_until(next, run_context_.stop)) return Flow::next;
  note_interruption();
  save();
  return Flow::stop;
}

bool Run::loop_is_over(int iteration) {
  if (!experiment_.loop.until) return false;
  const config::Expression& until = *experiment_.loop.until;
  try {
    return until.holds(ResultScope(result_, iteration));
  } catch (const base::Error& error) {
    const std::string message = fmt::format("until: {}: {}", until.text(), error.what());
    run_context_.log.error(message);
    result_.failure = true;
    if (!result_.executions.empty()) result_.executions.back().warnings.push_back({"until", message});
    return true;
  }
}

bool Run::has_begun(int iteration) const {
  return std::any_of(result_.executions.begin(), result_.executions.end(),
                     [iteration](const Execution& execution) { return execution.iteration == iteration; });
}

const Execution* Run::earlier_execution(const Step& step, int iteration) const {
  const auto found =
      std::find_if(result_.executions.begin(), result_.executions.end(), [&](const Execution& one) {
        return one.section == step.section && one.index == step.index && one.iteration == iteration;
      });
  return found == result_.executions.end() ? nullptr : &*found;
}

void Run::note_interruption() {
  result_.interrupted = run_context_.stop_reason ? run_context_.stop_reason() : "stopped";
}

void Run::count_tasks() {
  result_.num_completed_tasks = count_completed(result_, iteration_, [this](const Execution& execution) {
    return is_tolerated(experiment_, execution);
  });
}

void Run::save() {
  try {
    run_context_.save(result_);
  } catch (const base::Error& error) {
    if (!save_error_.empty()) return;
    save_error_ = error.what();
    result_.failure = true;
    run_context_.log.error(save_error_);
  }
}

TaskLabel Run::label_of(const Step& step, const RunPosition& position) const {
  return {.section = step.section,
          .number = number_of(experiment_, step),
          .total = static_cast<std::size_t>(experiment_.num_tasks()),
          .iteration = position.iteration,
          .iterations = position.iterations,
          .title = step.title()};
}

}  // namespace

Result run_experiment(Experiment& experiment, const RunContext& run_context, std::optional<Result> earlier) {
  Result result =
      earlier ? result_to_resume(std::move(*earlier), experiment) : blank_result(experiment, run_context);
  return Run(experiment, run_context, std::move(result)).run();
}

Result finish_crashed_run(Experiment& experiment, const RunContext& run_context, const Crash& crash,
                          std::optional<Result> found) {
  Result result = found ? std::move(*found) : blank_result(experiment, run_context);
  result = result_after_crash(std::move(result), experiment, crash, run_context.clock.wall());
  return Run(experiment, run_context, std::move(result)).run_rest();
}

}  // namespace iter8::experiment
