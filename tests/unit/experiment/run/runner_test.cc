#include "experiment/run/runner.h"

#include <catch2/catch.hpp>

#include "base/error.h"
#include "tests/unit/experiment/scene.h"

using namespace iter8;
using namespace iter8::experiment;
using namespace std::chrono_literals;
using experiment::test::Scene;
using Notes = std::vector<std::string>;

TEST_CASE("Setup, tasks and finally run once each, in this order") {
  Scene scene;
  scene.add(Section::finally, "last");
  scene.add(Section::tasks, "first task");
  scene.add(Section::tasks, "second task");
  scene.add(Section::setup, "before");

  const Result result = scene.run();
  CHECK(scene.notes == Notes{"before", "first task", "second task", "last"});
  CHECK(result.num_tasks == 4);
  CHECK(result.num_completed_tasks == 4);
  CHECK(result.num_loops == 1);
  CHECK(result.completed());
  CHECK_FALSE(result.failure);
  CHECK(result.end.has_value());
  CHECK(result.iter8_version == "1.2.3");
}

TEST_CASE(
    "The result is saved before each task, with what was done until then and what begins, and at the end") {
  Scene scene;
  scene.add(Section::tasks, "one");
  scene.add(Section::tasks, "two");

  scene.run();
  REQUIRE(scene.saved.size() == 4);
  CHECK(scene.saved[0].executions.empty());
  CHECK_FALSE(scene.saved[0].running);
  for (const std::size_t index : {0U, 1U}) {
    const Result& saved = scene.saved[1 + index];
    CHECK(saved.num_completed_tasks == static_cast<int>(index));
    REQUIRE(saved.running);
    CHECK(saved.running->section == Section::tasks);
    CHECK(saved.running->index == index);
    CHECK(saved.running->iteration == 1);
    CHECK_FALSE(saved.end);
  }
  CHECK(scene.saved.back().num_completed_tasks == 2);
  CHECK_FALSE(scene.saved.back().running);
  CHECK(scene.saved.back().end.has_value());
}

TEST_CASE("A task does not begin when it cannot be saved that it does, but finally does") {
  Scene scene;
  scene.add(Section::tasks, "one");
  scene.add(Section::finally, "last");
  scene.before_save = [](const Result& result) {
    if (result.running) throw base::Error("disk full");
  };

  CHECK_THROWS_WITH(scene.run(), "disk full");
  CHECK(scene.notes == Notes{"last"});
}

TEST_CASE("Nothing runs when the result cannot be saved at the start") {
  Scene scene;
  scene.add(Section::tasks, "one");
  scene.add(Section::finally, "last");
  scene.before_save = [](const Result&) { throw base::Error("disk full"); };

  CHECK_THROWS_WITH(scene.run(), "disk full");
  CHECK(scene.notes.empty());
}

TEST_CASE("When the result cannot be saved any more the run ends, but not before finally ran") {
  Scene scene;
  scene.add(Section::tasks, "one");
  scene.add(Section::tasks, "two");
  scene.add(Section::finally, "last");
  scene.before_save = [&scene](const Result&) {
    if (!scene.notes.empty()) throw base::Error("disk full");
  };

  CHECK_THROWS_WITH(scene.run(), "disk full");
  CHECK(scene.notes == Notes{"one", "last"});
}

TEST_CASE("A failed task ends the run; finally sees the failure") {
  Scene scene;
  scene.add(Section::tasks, scene.failing("one"));
  scene.add(Section::tasks, "two");
  scene.add(Section::finally, [&scene](const Context& context) {
    scene.notes.push_back(context.result.failure ? "saw it" : "missed it");
    return Outcome{};
  });

  const Result result = scene.run();
  CHECK(scene.notes == Notes{"one", "saw it"});
  CHECK(result.failure);
  CHECK(result.executions[0].message == "one broke");
  CHECK(result.num_completed_tasks == 1);
  CHECK(result.num_loops == 0);
  CHECK_FALSE(result.completed());
}

TEST_CASE("What a task measured before it failed is recorded") {
  Scene scene;
  scene.add(Section::tasks, [](const Context&) {
    return Outcome{.message = "1 of 2 metrics",
                   .failure = "shop/refunds: no data",
                   .observations = {test::gauge("shop/orders", 0, 12)}};
  });

  const Result result = scene.run();
  CHECK(result.failure);
  CHECK(result.executions.at(0).message == "shop/refunds: no data");
  CHECK(latest_value(result, "shop/orders", 0) == 12);
}

TEST_CASE("A failed task in finally does not keep the next from running") {
  Scene scene;
  scene.add(Section::tasks, "one");
  scene.add(Section::finally, scene.failing("first"));
  scene.add(Section::finally, "second");

  const Result result = scene.run();
  CHECK(scene.notes == Notes{"one", "first", "second"});
  CHECK(result.failure);
}

TEST_CASE("With continueOnError a failure is recorded, and the run goes on and counts it as done") {
  Scene scene;
  scene.add(Section::tasks, scene.failing("one")).continue_on_error = true;
  scene.add(Section::tasks, "two");

  const Result result = scene.run();
  CHECK(scene.notes == Notes{"one", "two"});
  CHECK(test::statuses(result) == "failed completed");
  CHECK_FALSE(result.failure);
  CHECK(result.completed());
}

TEST_CASE("Retries repeat a failed task, and each failure is logged") {
  Scene scene;
  int calls = 0;
  scene
      .add(Section::tasks,
           [&calls](const Context&) -> Outcome {
             if (++calls < 3) throw base::Error("not yet");
             return Outcome{.message = "at last"};
           })
      .retries = 3;

  const Result result = scene.run();
  CHECK(calls == 3);
  CHECK(result.executions.size() == 1);
  CHECK(result.executions[0].message == "at last");
  CHECK(scene.log_lines ==
        Notes{"fake: attempt 1 of 4 failed: not yet", "fake: attempt 2 of 4 failed: not yet"});
}

TEST_CASE("What a task throws that is not an error of ours fails it, too") {
  Scene scene;
  scene.add(Section::tasks, [](const Context&) -> Outcome { throw std::bad_alloc(); });
  CHECK(scene.run().failure);
}

TEST_CASE("A task whose time is up is stopped and has failed") {
  Scene scene;
  scene
      .add(Section::tasks,
           [](const Context& context) {
             while (!context.stop.stop_requested()) std::this_thread::yield();
             return Outcome{.message = "partly", .observations = {test::gauge("shop/orders", 0, 1)}};
           })
      .timeout = 10s;

  const Result result = scene.run();
  CHECK(result.executions[0].status == ExecutionStatus::failed);
  CHECK(result.executions[0].message == "timed out after 10s");
  CHECK(latest_value(result, "shop/orders", 0) == 1.0);
}

TEST_CASE("A task whose condition is false is skipped and counts as completed") {
  Scene scene;
  scene.add(Section::tasks, "one").condition = test::condition("Result.NumCompletedTasks > 0");
  scene.add(Section::tasks, "two").condition = test::condition("Result.NumCompletedTasks > 0");

  const Result result = scene.run();
  CHECK(scene.notes == Notes{"two"});
  CHECK(test::statuses(result) == "skipped completed");
  CHECK(result.completed());
}

TEST_CASE("A condition that cannot be evaluated fails its task") {
  Scene scene;
  scene.add(Section::tasks, "one").condition = test::condition("Metric('shop/orders') > 3");

  const Result result = scene.run();
  CHECK(scene.notes.empty());
  CHECK(result.failure);
  CHECK(result.executions[0].message.starts_with("if: Metric('shop/orders') > 3: "));
}

TEST_CASE("The loop runs tasks again and finally once; the interval is from start to start") {
  Scene scene;
  scene.experiment.loop = {.iterations = 3, .interval = 30s, .until = std::nullopt};
  std::vector<base::MonotonicTime> starts;
  scene.add(Section::setup, "before");
  scene.add(Section::tasks, [&](const Context& context) {
    starts.push_back(context.clock.now());
    scene.clock.advance(10s);
    return Outcome{};
  });
  scene.add(Section::finally, "last");

  const Result result = scene.run();
  REQUIRE(starts.size() == 3);
  CHECK(starts[1] - starts[0] == 30s);
  CHECK(starts[2] - starts[1] == 30s);
  CHECK(scene.notes == Notes{"before", "last"});
  CHECK(result.num_loops == 3);
  CHECK(result.num_completed_tasks == 3);
}

TEST_CASE("until ends the loop after the iteration in which it holds") {
  Scene scene;
  scene.experiment.loop.iterations = 10;
  scene.experiment.loop.until = test::condition("Result.NumLoops >= 2");
  scene.add(Section::tasks, "one");
  scene.add(Section::finally, "last");

  const Result result = scene.run();
  CHECK(scene.notes == Notes{"one", "one", "last"});
  CHECK(result.num_loops == 2);
}

TEST_CASE("until that cannot be evaluated fails the run, and says so") {
  Scene scene;
  scene.experiment.loop.iterations = 10;
  scene.experiment.loop.until = test::condition("Metric('shop/orders') > 3");
  scene.add(Section::tasks, "one");

  const Result result = scene.run();
  CHECK(scene.notes == Notes{"one"});
  CHECK(result.failure);
  REQUIRE(result.executions[0].warnings.size() == 1);
  CHECK(result.executions[0].warnings[0].code == "until");
}

TEST_CASE("Conditions of tasks count the iteration that is going on, as older files expect") {
  Scene scene;
  scene.experiment.loop.iterations = 3;
  scene.add(Section::tasks, "third").condition = test::condition("Result.NumLoops == 3");

  CHECK(test::statuses(scene.run()) == "skipped skipped completed");
}

TEST_CASE(
    "A stop interrupts the current task, keeps what it measured, and runs finally with a token of its own") {
  Scene scene;
  scene.add(Section::tasks, [&scene](const Context& context) {
    scene.stop.request_stop();
    CHECK(context.stop.stop_requested());
    return Outcome{.observations = {test::gauge("shop/orders", 0, 1)}};
  });
  scene.add(Section::tasks, "two");
  scene.add(Section::finally, [&scene](const Context& context) {
    CHECK_FALSE(context.stop.stop_requested());
    CHECK_FALSE(context.result.failure);
    scene.notes.push_back(context.result.interrupted);
    return Outcome{};
  });

  const Result result = scene.run();
  CHECK(scene.notes == Notes{"SIGINT"});
  CHECK(test::statuses(result) == "interrupted completed");
  CHECK(latest_value(result, "shop/orders", 0) == 1.0);
  CHECK(result.end.has_value());
}

TEST_CASE("A stop between two iterations ends the run") {
  Scene scene;
  scene.experiment.loop = {.iterations = 3, .interval = 30s, .until = std::nullopt};
  scene.add(Section::tasks, "one");
  scene.before_save = [&scene](const Result& result) {
    if (result.num_loops == 1) scene.stop.request_stop();
  };

  const Result result = scene.run();
  CHECK(scene.notes == Notes{"one"});
  CHECK(result.interrupted == "SIGINT");
}

TEST_CASE("An outcome that does not fit the experiment fails its task") {
  Scene scene;
  scene.add(Section::tasks, [](const Context&) {
    return Outcome{.message = "fine", .observations = {test::gauge("no name", 0, 1)}};
  });

  const Result result = scene.run();
  CHECK(result.failure);
  CHECK(result.executions.size() == 1);
  CHECK(result.executions[0].message == "metric 'no name': expected a name of the form provider/name");
}

TEST_CASE("Labels number the tasks over all sections") {
  Scene scene;
  scene.experiment.loop.iterations = 2;
  scene.add(Section::setup, "before");
  scene.add(Section::tasks, "one").name = "gate";
  scene.add(Section::finally, "last");

  scene.run();
  REQUIRE(scene.progress.started.size() == 4);
  CHECK(scene.progress.started[2].number == 2);
  CHECK(scene.progress.started[2].total == 3);
  CHECK(scene.progress.started[2].iteration == 2);
  CHECK(scene.progress.started[2].iterations == 2);
  CHECK(scene.progress.started[2].title == "fake (gate)");
  CHECK(scene.progress.started[3].number == 3);
}
