#include "tests/unit/experiment/scene.h"

#include <catch2/catch.hpp>

#include "base/error.h"
#include "base/text.h"
#include "experiment/run/condition.h"

namespace iter8::experiment::test {

base::MonotonicTime JumpingClock::now() const {
  const std::lock_guard lock(mutex_);
  return base::MonotonicTime(std::chrono::hours(1) + elapsed_);
}

base::WallTime JumpingClock::wall() const {
  const std::lock_guard lock(mutex_);
  return base::WallTime(std::chrono::seconds(1767225600) + elapsed_);  // 2026-01-01T00:00:00Z
}

bool JumpingClock::wait_until(base::MonotonicTime deadline, const std::stop_token& stop) {
  if (stop.stop_requested()) return false;
  const base::Duration missing = deadline - now();
  if (missing.count() > 0) advance(missing);
  return true;
}

void JumpingClock::advance(base::Duration by) {
  const std::lock_guard lock(mutex_);
  elapsed_ += by;
}

Scene::Scene()
    : log_(base::LogLevel::trace, secrets_,
           [this](base::LogLevel, std::string_view line) { log_lines.emplace_back(line); }) {
  experiment.name = "scene";
  experiment.file = "experiment.yaml";
  experiment.digest = "sha256:0";
  experiment.versions = {{.name = "stable", .values = {}}, {.name = "candidate", .values = {}}};
}

Step& Scene::add(Section section, FakeTask::Behaviour behaviour) {
  auto& steps = section == Section::setup   ? experiment.setup
                : section == Section::tasks ? experiment.tasks
                                            : experiment.finally;
  Step step;
  step.section = section;
  step.index = steps.size();
  step.kind = "fake";
  step.task = std::make_unique<FakeTask>(std::move(behaviour));
  return steps.emplace_back(std::move(step));
}

FakeTask::Behaviour Scene::noting(const std::string& name) {
  return [this, name](const Context&) {
    notes.push_back(name);
    return Outcome{};
  };
}

FakeTask::Behaviour Scene::failing(const std::string& name) {
  return [this, name](const Context&) -> Outcome {
    notes.push_back(name);
    throw base::Error(name + " broke");
  };
}

RunContext Scene::context() {
  return {.clock = clock,
          .log = log_,
          .progress = progress,
          .environment = environment_,
          .secrets = secrets_,
          .stop = stop.get_token(),
          .stop_reason = [] { return std::string("SIGINT"); },
          .result_file = "result.yaml",
          .save =
              [this](const Result& result) {
                before_save(result);
                saved.push_back(result);
              },
          .iter8_version = "1.2.3"};
}

Result Scene::run(std::optional<Result> earlier) {
  return run_experiment(experiment, context(), std::move(earlier));
}

Result Scene::finish(const Crash& crash, std::optional<Result> found) {
  return finish_crashed_run(experiment, context(), crash, std::move(found));
}

config::Expression condition(const std::string& text) {
  config::Problems problems("test");
  std::optional<config::Expression> parsed =
      config::Expression::parse(text, {1, 1}, condition_vocabulary(), problems);
  INFO(text << ": " << problems.to_text());
  REQUIRE(parsed);
  return std::move(*parsed);
}

Observation gauge(const std::string& name, std::size_t version, double value) {
  return {.metric = {.name = name, .kind = MetricKind::gauge, .unit = "", .description = ""},
          .version = version,
          .data = value};
}

std::string statuses(const Result& result) {
  std::vector<std::string> words;
  for (const Execution& execution : result.executions) words.emplace_back(to_text(execution.status));
  return base::join(words, " ");
}

}  // namespace iter8::experiment::test
