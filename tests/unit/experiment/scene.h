#pragma once

#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "experiment/catalog.h"
#include "experiment/run/runner.h"

namespace iter8::experiment::test {

/// Time that jumps: waiting for a moment makes it come at once, unless a stop was requested.
class JumpingClock final : public base::Clock {
 public:
  base::MonotonicTime now() const override;
  base::WallTime wall() const override;
  bool wait_until(base::MonotonicTime deadline, const std::stop_token& stop) override;

  void advance(base::Duration by);

 private:
  mutable std::mutex mutex_;
  base::Duration elapsed_{0};
};

/// A task whose behaviour is a function of the test.
class FakeTask final : public Task {
 public:
  using Behaviour = std::function<Outcome(const Context&)>;
  explicit FakeTask(Behaviour behaviour) : behaviour_(std::move(behaviour)) {}

  Outcome run(const Context& context) override { return behaviour_(context); }
  std::optional<std::string> read_first(const Context& context) override {
    return read_first_ ? std::optional(read_first_(context)) : std::nullopt;
  }
  std::vector<std::string> plan(const std::vector<Version>&) const override { return {"does nothing"}; }
  int objectives() const override { return objectives_; }
  void reads_first(std::function<std::string(const Context&)> read) { read_first_ = std::move(read); }
  void declare_objectives(int count) { objectives_ = count; }

 private:
  Behaviour behaviour_;
  std::function<std::string(const Context&)> read_first_;
  int objectives_ = 0;
};

class SilentProgress final : public Progress {
 public:
  void task_started(const TaskLabel& label) override { started.push_back(label); }
  void load(const LiveLoad&) override {}
  void task_finished(const TaskLabel&, const Execution& execution) override { finished.push_back(execution); }

  std::vector<TaskLabel> started;
  std::vector<Execution> finished;
};

/// An experiment that is put together by hand, and the world it runs in.
class Scene {
 public:
  Scene();

  Step& add(Section section, FakeTask::Behaviour behaviour);
  Step& add(Section section, const std::string& name) { return add(section, noting(name)); }

  /// Notes `name` when it runs, and does nothing else.
  FakeTask::Behaviour noting(const std::string& name);
  /// The same, and fails.
  FakeTask::Behaviour failing(const std::string& name);

  Result run(std::optional<Result> earlier = std::nullopt);
  /// What a process does that comes after a crash.
  Result finish(const Crash& crash, std::optional<Result> found);

  Experiment experiment;
  JumpingClock clock;
  SilentProgress progress;
  std::stop_source stop;
  std::vector<std::string> notes;  // names of tasks, in the order in which they ran
  std::vector<std::string> log_lines;
  std::vector<Result> saved;  // what was saved, in order
  std::function<void(const Result&)> before_save = [](const Result&) {};

 private:
  RunContext context();

  base::Secrets secrets_;
  base::Environment environment_;
  base::Logger log_;
};

/// A parsed condition; fails the test when it is wrong.
config::Expression condition(const std::string& text);

Observation gauge(const std::string& name, std::size_t version, double value);

/// "completed failed …" of the result's executions.
std::string statuses(const Result& result);

}  // namespace iter8::experiment::test
