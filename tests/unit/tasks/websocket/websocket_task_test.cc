#include <fstream>

#include <catch2/catch.hpp>

#include "tasks/load/message_metrics.h"
#include "tasks/websocket/task.h"
#include "tests/unit/tasks/workbench.h"

using namespace iter8;
using tests::ScratchDirectory;
using tests::Workbench;

namespace {

std::string planned(Workbench& bench, const std::string& yaml) {
  const auto task = bench.build(tasks::websocket::websocket_kind(), yaml);
  INFO(bench.problems());
  REQUIRE(task);
  std::string text;
  for (const std::string& line : task->plan(bench.versions)) text += line + "\n";
  return text;
}

std::string planned(const std::string& yaml) {
  Workbench bench;
  return planned(bench, yaml);
}

std::string refusal(const std::string& yaml, const ScratchDirectory* directory = nullptr) {
  Workbench bench;
  if (directory != nullptr) bench.directory = directory->path();
  CHECK_FALSE(bench.build(tasks::websocket::websocket_kind(), yaml));
  return bench.problems();
}

}  // namespace

TEST_CASE("websocket: the plan shows the handshake and the message of each version") {
  Workbench bench({"stable", "candidate"});
  bench.set(0, "url", "wss://h/chat?x=1");
  bench.set(1, "url", "http://h:2");
  const std::string plan =
      planned(bench, R"({message: '{"id": "{{uuid}}", "to": "{{ .version.name }}"}', match: .id,
      headers: {X-A: "{{seq}}"}, subprotocols: [a, b], streams: 8, path: /news})");
  CHECK_THAT(plan,
             Catch::Contains("websocket stable: wss://h/news: 100 requests at 8/s over 4 connections\n"));
  CHECK_THAT(plan, Catch::Contains("websocket candidate: ws://h:2/news: 100 requests"));
  for (const char* line :
       {"  GET /news HTTP/1.1\n", "  Host: h:2\n", "  Upgrade: websocket\n", "  X-A: {{seq}}\n",
        "  Sec-WebSocket-Protocol: a, b\n", "  {\"id\": \"{{uuid}}\", \"to\": \"candidate\"}\n"})
    CHECK_THAT(plan, Catch::Contains(line));
}

TEST_CASE("websocket: endpoints inherit") {
  const std::string plan = planned(
      "{url: \"ws://h/\", message: a, endpoints: {news: {path: /news}, chat: {message: b, streams: 2, match: "
      "{path: ., value: b}}}}");
  CHECK_THAT(plan, Catch::Contains("websocket-news 0: ws://h/news:") &&
                       Catch::Contains("websocket-chat 0: ws://h/:"));
}

TEST_CASE("websocket: what is wrong is found before anything runs") {
  const std::string url = "url: \"ws://h/\", ";
  CHECK_THAT(refusal("{" + url + "qps: 1}"), Catch::Contains("missing key 'message'"));
  CHECK_THAT(refusal("{message: a}"), Catch::Contains("no url"));
  CHECK_THAT(refusal("{url: \"ftp://h/\", message: a}"), Catch::Contains("url 'ftp://h/'"));
  CHECK_THAT(refusal("{" + url + "message: a, streams: 2}"),
             Catch::Contains("without match the next message"));
  CHECK_THAT(refusal("{" + url + "message: a, match: id}"), Catch::Contains("expected a path of keys"));
  CHECK_THAT(refusal("{" + url + "message: a, match: {sent: .id}}"), Catch::Contains("missing key 'path'"));
  CHECK_THAT(refusal("{" + url + "message: a, match: {path: .a, sent: .b, value: c}}"),
             Catch::Contains("both sent and value"));
  CHECK_THAT(refusal("{" + url + "message: a, match: .id}"), Catch::Contains("the message is not JSON: a"));
  CHECK_THAT(refusal("{" + url + "message: '{\"a\": 1}', match: .id}"),
             Catch::Contains("has nothing at .id"));
  CHECK_THAT(refusal("{" + url + "message: a, expect: {path: .id}}"), Catch::Contains("belong together"));
  CHECK_THAT(refusal("{" + url + "message: a, expect: {}}"), Catch::Contains("nothing is expected"));
  CHECK_THAT(refusal("{" + url + "message: a, headers: {Upgrade: h2c}}"),
             Catch::Contains("belongs to the handshake"));
  CHECK_THAT(refusal("{" + url + "message: a, subprotocols: [a b]}"),
             Catch::Contains("not the name of a subprotocol"));
  CHECK_THAT(refusal("{" + url + "message: '{{row.id}}'}"), Catch::Contains("there are no rows"));
  CHECK_THAT(refusal("{" + url + "message: a, messageFile: b}"),
             Catch::Contains("both message and messageFile"));
}

TEST_CASE("websocket: every row is tried where messages are matched by a value of their own") {
  const ScratchDirectory directory;
  std::ofstream(directory.path() / "rows.csv") << "order\n1\nx\n3\n";
  CHECK_THAT(refusal("{url: \"ws://h/\", rows: rows.csv, match: .id, message: '{\"id\": {{row.order}}}'}",
                     &directory),
             Catch::Contains("the message of row 2 is not JSON"));
}

TEST_CASE("websocket: close codes and messages that nobody waited for") {
  tasks::VersionLoad load;
  load.tally.sent = 3;
  load.tally.close_codes = {{1011, 2}};
  load.tally.messages.unsolicited = 4;
  const auto found =
      tasks::websocket_observations(load, "websocket", {"websocket/close-1013", "websocket/latency"});
  REQUIRE(found.size() == 3);
  CHECK(found[0].metric.name == "websocket/close-1011");
  CHECK(std::get<double>(found[0].data) == 2);
  CHECK(found[1].metric.name == "websocket/close-1013");
  CHECK(std::get<double>(found[1].data) == 0);
  CHECK(found[2].metric.name == "websocket/unsolicited-count");
  CHECK(std::get<double>(found[2].data) == 4);
  CHECK(tasks::websocket_observations({}, "websocket", {"websocket/close-1013"}).empty());
}
