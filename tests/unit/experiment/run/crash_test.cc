#include "experiment/run/crash.h"

#include <catch2/catch.hpp>

#include "base/error.h"
#include "tests/unit/experiment/scene.h"

using namespace iter8;
using namespace iter8::experiment;
using experiment::test::Scene;
using Notes = std::vector<std::string>;

namespace {

const Crash kKilled{.reason = "SIGKILL"};

/// setup, two tasks, and two steps of finally.
void furnish_with_finally(Scene& scene) {
  scene.add(Section::setup, "before");
  scene.add(Section::tasks, "one");
  scene.add(Section::tasks, "two").name = "gate";
  scene.add(Section::finally, "undo");
  scene.add(Section::finally, "tell");
}

/// Everything that is on disk in the course of such a run.
std::vector<Result> saved_results() {
  Scene scene;
  furnish_with_finally(scene);
  scene.run();
  return scene.saved;
}

}  // namespace

TEST_CASE("After a crash at any moment, finally runs, and each of its steps begins once") {
  for (const Result& found : saved_results()) {
    if (found.end) continue;
    Scene scene;
    furnish_with_finally(scene);
    CAPTURE(found.executions.size(), found.running.has_value());
    const Result result = scene.finish(kKilled, found);

    Notes begun_before;
    for (const Execution& execution : found.executions)
      if (execution.section == Section::finally)
        begun_before.push_back(execution.index == 0 ? "undo" : "tell");
    if (found.running && found.running->section == Section::finally)
      begun_before.push_back(found.running->index == 0 ? "undo" : "tell");
    begun_before.insert(begun_before.end(), scene.notes.begin(), scene.notes.end());
    CHECK(begun_before == Notes{"undo", "tell"});
    CHECK(result.failure);
    CHECK(result.interrupted == "SIGKILL");
    CHECK_FALSE(result.running);
    CHECK(result.end.has_value());
    CHECK(result.executions.size() == found.executions.size() + scene.notes.size() + (found.running ? 1 : 0));
  }
}

TEST_CASE("The task during which it crashed has failed and says why; the next run repeats it") {
  Scene first;
  furnish_with_finally(first);
  const std::vector<Result> saved = saved_results();
  const auto found = std::find_if(saved.begin(), saved.end(), [](const Result& result) {
    return result.running && result.running->section == Section::tasks && result.running->index == 1;
  });
  REQUIRE(found != saved.end());
  const Result result = first.finish({.reason = "SIGSEGV"}, *found);
  REQUIRE(result.executions.size() == 5);
  CHECK(test::statuses(result) == "completed completed failed completed completed");
  CHECK(result.executions[2].name == "gate");
  CHECK(result.executions[2].message == "the process of iter8 ended (SIGSEGV) during this task");
  CHECK(result.num_completed_tasks == 4);

  Scene second;
  furnish_with_finally(second);
  CHECK(second.run(result).completed());
  CHECK(second.notes == Notes{"two", "undo", "tell"});
}

TEST_CASE("Without a result that can be read, finally runs except for what is known to have begun") {
  Scene scene;
  furnish_with_finally(scene);
  const Result result = scene.finish({.reason = "SIGABRT", .finally_begun = 1}, std::nullopt);
  CHECK(scene.notes == Notes{"tell"});
  CHECK(test::statuses(result) == "failed completed");
  CHECK(result.failure);
  CHECK(result.num_tasks == 5);
}

TEST_CASE("finally of another file is not run") {
  Scene scene;
  furnish_with_finally(scene);
  scene.experiment.digest = "sha256:1";
  CHECK_THROWS_WITH(scene.finish(kKilled, saved_results().at(0)),
                    Catch::Contains("experiment.yaml has changed during the run"));
  CHECK(scene.notes.empty());
}

TEST_CASE("When nothing can be saved any more after a crash, finally still runs") {
  Scene scene;
  furnish_with_finally(scene);
  scene.before_save = [](const Result&) { throw base::Error("disk full"); };
  CHECK_THROWS_WITH(scene.finish(kKilled, saved_results().at(0)), "disk full");
  CHECK(scene.notes == Notes{"undo", "tell"});
}

TEST_CASE("A condition sees what happened") {
  Scene scene;
  scene.add(Section::tasks, "one");
  scene.add(Section::finally, "roll back").condition = test::condition("not NoFailure()");
  scene.add(Section::finally, "promote").condition = test::condition("NoFailure()");
  scene.finish(kKilled, std::nullopt);
  CHECK(scene.notes == Notes{"roll back"});
}
