#include "experiment/run/resume.h"

#include <catch2/catch.hpp>

#include "base/error.h"
#include "tests/unit/experiment/scene.h"

using namespace iter8;
using namespace iter8::experiment;
using experiment::test::FakeTask;
using experiment::test::Scene;
using Notes = std::vector<std::string>;

namespace {

/// setup, two tasks in two iterations, finally.
void furnish(Scene& scene) {
  scene.experiment.loop.iterations = 2;
  scene.add(Section::setup, "before");
  scene.add(Section::tasks, "one");
  scene.add(Section::tasks, "two");
  scene.add(Section::finally, "last");
}

/// What was on disk when a run of such a scene was killed after `count` tasks.
Result killed_after(std::size_t count) {
  Scene scene;
  furnish(scene);
  scene.run();
  for (auto saved = scene.saved.rbegin(); saved != scene.saved.rend(); ++saved)
    if (saved->executions.size() == count && !saved->end) return *saved;
  FAIL("no such moment");
  return {};
}

}  // namespace

TEST_CASE("A run that was cut off goes on where it was, at every task") {
  const Notes all{"before", "one", "two", "one", "two", "last"};
  for (std::size_t done = 0; done <= all.size(); ++done) {
    Scene scene;
    furnish(scene);
    const Result result = scene.run(killed_after(done));
    CAPTURE(done);
    CHECK(scene.notes == Notes(all.begin() + static_cast<std::ptrdiff_t>(done), all.end()));
    CHECK(result.executions.size() == all.size());
    CHECK(result.completed());
    CHECK(result.num_loops == 2);
    CHECK(is_finished(result));
  }
}

TEST_CASE("A failed task is repeated, and so is finally") {
  Scene first;
  first.add(Section::tasks, "one");
  first.add(Section::tasks, first.failing("two"));
  first.add(Section::finally, "last");
  const Result failed = first.run();
  CHECK_FALSE(is_finished(failed));

  Scene second;
  second.add(Section::tasks, "one");
  second.add(Section::tasks, "two");
  second.add(Section::finally, "last");
  const Result result = second.run(failed);
  CHECK(second.notes == Notes{"two", "last"});
  CHECK(test::statuses(result) == "completed completed completed");
  CHECK(is_finished(result));
}

TEST_CASE("A tolerated failure is not repeated, an interrupted task is") {
  Scene first;
  first.add(Section::tasks, first.failing("one")).continue_on_error = true;
  first.add(Section::tasks, [&first](const Context&) {
    first.stop.request_stop();
    return Outcome{};
  });
  const Result stopped = first.run();
  CHECK(stopped.interrupted == "SIGINT");

  Scene second;
  second.add(Section::tasks, "one").continue_on_error = true;
  second.add(Section::tasks, "two");
  const Result result = second.run(stopped);
  CHECK(second.notes == Notes{"two"});
  CHECK(result.interrupted.empty());
}

TEST_CASE("A loop that until had ended is not gone on with") {
  const auto furnish_loop = [](Scene& scene) {
    scene.experiment.loop.iterations = 10;
    scene.experiment.loop.until = test::condition("Result.NumLoops >= 2");
    scene.add(Section::tasks, "one");
    scene.add(Section::finally, "last");
  };
  Scene first;
  furnish_loop(first);
  first.run();
  Result before_finally;
  for (const Result& saved : first.saved)
    if (saved.num_loops == 2 && saved.executions.size() == 2) before_finally = saved;

  Scene second;
  furnish_loop(second);
  second.run(before_finally);
  CHECK(second.notes == Notes{"last"});
}

TEST_CASE("A result of another file cannot be gone on with") {
  Result other = killed_after(1);
  other.digest = "sha256:1";
  Scene scene;
  furnish(scene);
  CHECK_THROWS_AS(scene.run(other), base::UsageError);
  CHECK(scene.notes.empty());
}

TEST_CASE("What a task reads before the first one is kept until it has run, also for a resumed run") {
  const auto furnish_reading = [](Scene& scene, const FakeTask::Behaviour& behaviour) {
    scene.add(Section::tasks, "load");
    Step& step = scene.add(Section::tasks, behaviour);
    dynamic_cast<FakeTask&>(*step.task).reads_first([&scene](const Context& context) {
      scene.notes.push_back("reading");
      return "reading of " + std::to_string(context.iteration);
    });
  };
  std::vector<std::string> seen;
  const auto compare = [&seen](const Context& context) {
    seen.push_back(context.first_reading != nullptr ? context.first_reading->text : "none");
    return Outcome{};
  };

  Scene whole;
  whole.experiment.loop.iterations = 2;
  furnish_reading(whole, compare);
  const Result result = whole.run();
  CHECK(whole.notes == Notes{"reading", "load", "reading", "load"});
  CHECK(seen == Notes{"reading of 1", "reading of 2"});
  CHECK(result.first_readings.empty());

  Scene first;
  furnish_reading(first, first.failing("compare"));
  const Result failed = first.run();
  REQUIRE(failed.first_readings.size() == 1);
  CHECK(failed.first_readings[0].index == 1);
  CHECK(failed.first_readings[0].iteration == 1);

  seen.clear();
  Scene second;
  furnish_reading(second, compare);
  CHECK(second.run(failed).first_readings.empty());
  CHECK(second.notes.empty());
  CHECK(seen == Notes{"reading of 1"});
}

TEST_CASE("A task of finally reads before the first task, and one that cannot read runs nevertheless") {
  Scene scene;
  scene.experiment.loop.iterations = 2;
  scene.add(Section::tasks, "load");
  std::vector<std::string> seen;
  for (const bool can_read : {true, false}) {
    Step& step = scene.add(Section::finally, [&seen](const Context& context) {
      seen.push_back(context.first_reading != nullptr ? context.first_reading->text : "none");
      return Outcome{};
    });
    dynamic_cast<FakeTask&>(*step.task).reads_first([&scene, can_read](const Context&) -> std::string {
      if (!can_read) throw base::Error("no answer");
      scene.notes.push_back("reading");
      return "text";
    });
  }
  CHECK(scene.run().completed());
  CHECK(scene.notes == Notes{"reading", "load", "load"});
  CHECK(seen == Notes{"text", "none"});
  CHECK_THAT(scene.log_lines.at(0), Catch::Contains("first reading: no answer"));
}
