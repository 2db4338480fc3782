// What servers do wrong, and how it is counted: each failed request in exactly one class, and never a crash,
// a hang or a silent success.
#include <atomic>

#include <fmt/format.h>

#include "tests/unit/load/cases.h"

namespace iter8::load::testing {
namespace {

using namespace std::chrono_literals;

/// Responds to one request after the other with `response` and closes after each.
ScriptedServer::Script response_and_close(std::string response) {
  return [response = std::move(response)](Conversation& conversation) {
    if (conversation.read_request()) conversation.send(response);
  };
}

Tally run_against(const ScriptedServer::Script& script, std::int64_t requests = 3) {
  const ScriptedServer server(script);
  return run_one(closed_plan(server.url(), requests));
}

void check_all(const Tally& tally, ErrorClass error, std::string_view why) {
  INFO(tally.first_error);
  CHECK(errors_of(tally, error) == tally.sent);
  CHECK(tally.sent == 3);
  CHECK_THAT(tally.first_error, Catch::Contains(std::string(why)));
}

TEST_CASE("a host without an address fails every request as resolve") {
  Plan plan = closed_plan({.host = "no-such-host.invalid", .target = "/"}, 3);
  plan.timeout = 2s;
  check_all(run_one(plan), ErrorClass::resolve, "no address for host 'no-such-host.invalid'");
}

TEST_CASE("a refused connection fails as connect and names the address") {
  const std::uint16_t port = refused_port();
  const Plan plan = closed_plan({.host = "127.0.0.1", .port = port, .target = "/"}, 3);
  check_all(run_one(plan), ErrorClass::connect,
            fmt::format("connect to 127.0.0.1:{}: Connection refused", port));
}

TEST_CASE("a missing unix socket fails as connect and names the path") {
  const Plan plan = closed_plan({.host = "localhost", .socket_path = "/nowhere/x.sock", .target = "/"}, 3);
  check_all(run_one(plan), ErrorClass::connect, "connect to /nowhere/x.sock: No such file or directory");
}

TEST_CASE("a closed loop with a duration does not try a dead target as fast as it can") {
  Plan plan = closed_plan({.host = "127.0.0.1", .port = refused_port(), .target = "/"}, 0);
  plan.requests.reset();
  plan.duration = 300ms;
  plan.connections = 4;
  const Tally tally = run_one(plan);
  CHECK(errors_of(tally, ErrorClass::connect) == tally.sent);
  CHECK(tally.sent >= 4);
  CHECK(tally.sent <= 4 * 12);  // 1, 2, 4 … 100 ms apart, each with up to four connections
}

TEST_CASE("a server that comes up later is found") {
  std::atomic<bool> up = false;
  const auto late = [&](Conversation& conversation) {
    if (!up.exchange(true)) return;  // the first connection is closed at once
    always(response_text())(conversation);
  };
  const ScriptedServer server(late);
  const Tally tally = run_one(closed_plan(server.url(), 5));
  CHECK(tally.completed == 4);
}

TEST_CASE("a server that never responds is a timeout, and at least that long a latency") {
  const ScriptedServer server([](Conversation& conversation) { conversation.wait_for_client(); });
  Plan plan = closed_plan(server.url(), 3);
  plan.timeout = 50ms;
  const Tally tally = run_one(plan);
  check_all(tally, ErrorClass::timeout, "no complete response within the timeout");
  CHECK(base::Duration(tally.latency.min()) >= 50ms);
}

TEST_CASE("a response that stops in the middle is a timeout") {
  const ScriptedServer server([](Conversation& conversation) {
    conversation.read_request();
    conversation.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf");
    conversation.wait_for_client();
  });
  Plan plan = closed_plan(server.url(), 3);
  plan.timeout = 50ms;
  check_all(run_one(plan), ErrorClass::timeout, "no complete response within the timeout");
}

TEST_CASE("an endless response that always goes on is a timeout") {
  const ScriptedServer server([](Conversation& conversation) {
    conversation.read_request();
    conversation.send("HTTP/1.1 200 OK\r\n\r\n");
    while (conversation.send(std::string(1000, 'x'))) {
    }
  });
  Plan plan = closed_plan(server.url(), 3);
  plan.timeout = 50ms;
  check_all(run_one(plan), ErrorClass::timeout, "no complete response within the timeout");
}

TEST_CASE("a reset connection is a reset") {
  check_all(run_against([](Conversation& conversation) {
              conversation.read_request();
              conversation.reset_on_close();
            }),
            ErrorClass::reset, "Connection reset by peer");
}

TEST_CASE("a server that closes without a response, or in the middle of it, is an early close") {
  check_all(run_against(response_and_close("")), ErrorClass::early_close, "without a response");
  check_all(run_against(response_and_close("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf")),
            ErrorClass::early_close, "before the end of the response");
  check_all(run_against(response_and_close("HTTP/1.1 200 OK\r\nServ")), ErrorClass::early_close,
            "before the end of the response");
  check_all(run_against(response_and_close("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel")),
            ErrorClass::early_close, "before the end of the response");
}

TEST_CASE("a server that closes a reused connection instead of answering is an early close too") {
  const Tally tally = run_against(
      [](Conversation& conversation) {
        conversation.read_request();
        conversation.send(response_text());
        conversation.read_request();
      },
      4);
  CHECK(tally.completed == 2);
  CHECK(errors_of(tally, ErrorClass::early_close) == 2);
}

TEST_CASE("what is not HTTP is malformed") {
  check_all(run_against(always("garbage garbage garbage\n")), ErrorClass::malformed, "status line");
  check_all(run_against([](Conversation& conversation) {
              conversation.send("SSH-2.0-OpenSSH_9.2");  // no line end, and it stays open
              conversation.wait_for_client();
            }),
            ErrorClass::malformed, "status line");
  check_all(run_against(always(std::string(70'000, '\0'))), ErrorClass::malformed, "status line");
}

TEST_CASE("an endless header is malformed at its limit") {
  check_all(run_against([](Conversation& conversation) {
              conversation.read_request();
              conversation.send("HTTP/1.1 200 OK\r\n");
              while (conversation.send("X-Again: and again\r\n")) {
              }
            }),
            ErrorClass::malformed, "longer than 64 KiB");
  check_all(run_against([](Conversation& conversation) {
              conversation.read_request();
              conversation.send("HTTP/1.1 200 OK\r\nX: ");
              while (conversation.send("aaaaaaaaaaaaaaaaaaaaaaaaa")) {
              }
            }),
            ErrorClass::malformed, "longer than 64 KiB");
}

TEST_CASE("more bytes than Content-Length says are malformed") {
  check_all(run_against(always("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokay")), ErrorClass::malformed,
            "bytes after the end");
}

TEST_CASE("contradicting lengths and bad chunks are malformed") {
  check_all(run_against(always("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nok")),
            ErrorClass::malformed, "two different Content-Lengths");
  check_all(run_against(always("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n")),
            ErrorClass::malformed, "bad size line");
  check_all(run_against(always("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nokay\r\n")),
            ErrorClass::malformed, "longer than its size");
}

TEST_CASE("a malformed response does not spoil the next request") {
  const ScriptedServer server([](Conversation& conversation) {
    const std::string response = conversation.number() == 1 ? "nonsense\r\n" : response_text();
    always(response)(conversation);
  });
  const Tally tally = run_one(closed_plan(server.url(), 5));
  CHECK(errors_of(tally, ErrorClass::malformed) == 1);
  CHECK(tally.completed == 4);
}

TEST_CASE("a response that dribbles in byte by byte is read") {
  const std::string response =
      "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3;x=y\r\nabc\r\n0\r\nT: v\r\n\r\n";
  const Tally tally = run_against([&](Conversation& conversation) {
    while (conversation.read_request()) {
      for (const char byte : response) conversation.send({&byte, 1});
    }
  });
  CHECK(tally.completed == 3);
  CHECK(tally.connects == 1);
}

TEST_CASE("every kind of good response is read") {
  const auto completes = [](const std::string& method, const std::string& response, int connects) {
    const ScriptedServer server(response_and_close(response));
    const ScriptedServer keeping(always(response));
    Plan plan = closed_plan(connects == 1 ? keeping.url() : server.url(), 3);
    plan.targets[0].method = method;
    const Tally tally = run_one(plan);
    INFO(response << tally.first_error);
    CHECK(tally.completed == 3);
    CHECK(tally.connects == connects);
  };
  completes("HEAD", "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n", 1);
  completes("GET", "HTTP/1.1 204 No Content\r\n\r\n", 1);
  completes("GET", "HTTP/1.1 304 Not Modified\r\nContent-Length: 10\r\n\r\n", 1);
  completes("GET", "HTTP/1.1 100 Continue\r\n\r\n" + response_text(), 1);
  completes("GET", "HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 2\r\n\r\nok", 1);
  completes("GET", "HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok", 3);
  completes("GET", "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok", 3);
  completes("GET", "HTTP/1.1 200 OK\r\n\r\nuntil the end", 3);
  completes("GET", response_text(200, std::string(300'000, 'x')), 1);
  completes("GET", "HTTP/1.1 200 OK\r\nA: " + std::string(60'000, 'a') + "\r\nContent-Length: 0\r\n\r\n", 1);
}

TEST_CASE("which statuses are errors is the target's choice") {
  const ScriptedServer server(always(response_text(404)));
  Plan plan = closed_plan(server.url(), 3);
  plan.targets[0].error_statuses = {{.lower = 500, .upper = 599}};
  CHECK(run_one(plan).error_count() == 0);
  plan.targets[0].error_statuses = {{.lower = 404, .upper = 404}};
  CHECK(errors_of(run_one(plan), ErrorClass::status) == 3);
}

}  // namespace
}  // namespace iter8::load::testing
