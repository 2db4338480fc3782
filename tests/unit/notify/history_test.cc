#include "tasks/notify/history.h"

#include <catch2/catch.hpp>

#include "base/error.h"
#include "stories.h"

using namespace iter8;
using namespace iter8::tasks;
using namespace iter8::tasks::notify;
using namespace iter8::tests;
using experiment::Verdict;

namespace {

Event event_at(int hour, Verdict verdict, int iteration = 1) {
  Event event = tests::event_of(story(verdict));
  event.start += std::chrono::hours(hour);
  event.iteration = iteration;
  return event;
}

}  // namespace

TEST_CASE("an outcome that differs from the run before is a change") {
  History history;
  history.add(event_at(0, Verdict::pass));
  CHECK(is_change(history, event_at(1, Verdict::fail)));
  CHECK_FALSE(is_change(history, event_at(1, Verdict::pass)));
  history.add(event_at(1, Verdict::fail));
  CHECK_FALSE(is_change(history, event_at(2, Verdict::fail)));
  CHECK(is_change(history, event_at(2, Verdict::pass)));
}

TEST_CASE("with nothing known before, everything but a success is a change") {
  CHECK_FALSE(is_change({}, event_at(0, Verdict::pass)));
  CHECK(is_change({}, event_at(0, Verdict::fail)));
  CHECK(is_change({}, event_at(0, Verdict::inconclusive)));
}

TEST_CASE("several tasks of one run all compare with the run before, iterations with the iteration before") {
  History history;
  history.add(event_at(0, Verdict::pass));
  history.add(event_at(1, Verdict::fail));
  CHECK(is_change(history, event_at(1, Verdict::fail)));  // a second notify task of the same run
  history.add(event_at(1, Verdict::fail));
  CHECK_FALSE(is_change(history, event_at(1, Verdict::fail, 2)));
}

TEST_CASE("experiments do not disturb each other, and a history stays short") {
  History history;
  Event other = event_at(0, Verdict::fail);
  other.experiment = "search";
  history.add(other);
  CHECK_FALSE(history.before(event_at(1, Verdict::pass)));
  for (int hour = 0; hour < 100; ++hour) history.add(event_at(hour, Verdict::pass));
  const std::string text = history.to_text();
  std::size_t count = 0;
  for (std::size_t at = text.find("\"run\""); at != std::string::npos; at = text.find("\"run\"", at + 1))
    ++count;
  CHECK(count == History::kKept + 1);
}

TEST_CASE("a history reads back as it was written, and a broken one is an error and not a first run") {
  History history;
  history.add(event_at(0, Verdict::inconclusive));
  const History again = History::parse(history.to_text());
  CHECK(again.before(event_at(1, Verdict::pass)) == RunStatus::inconclusive);
  CHECK(again.to_text() == history.to_text());
  for (const char* text :
       {"", "[]", "{}", "{\"schema\": 1}", R"({"schema": "iter8/history/v1", "experiments": []})"}) {
    INFO(text);
    CHECK_THROWS_AS(History::parse(text), base::Error);
  }
  CHECK_NOTHROW(
      History::parse(R"({"schema": "iter8/history/v1", "experiments": {"a": [1, {"run": 2}], "b": 3}})"));

  const tests::ScratchDirectory scratch;
  CHECK_FALSE(History::read(scratch.path() / "none.json").before(event_at(1, Verdict::pass)));
  history.write(scratch.path() / "history.json");
  CHECK(History::read(scratch.path() / "history.json").to_text() == history.to_text());
}
