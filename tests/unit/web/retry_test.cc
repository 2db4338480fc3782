#include "web/retry.h"

#include <atomic>

#include <catch2/catch.hpp>

#include "base/error.h"
#include "tests/unit/web/servers.h"
#include "web/client.h"

using namespace iter8;
using namespace std::chrono_literals;
using web::test::JumpingClock;
using web::test::Server;
using web::test::SilentServer;

namespace {

web::Response saying(std::string retry_after) {
  return {.status = 429, .headers = {{"retry-after", std::move(retry_after)}}, .body = {}};
}

/// A server whose /flaky fails with `status` so many times, then answers; a client with a clock that jumps.
struct Scene {
  Scene(int status, int failures, const std::string& retry_after = {}) {
    const auto answer = [=, this](const httplib::Request&, httplib::Response& response) {
      if (++requests > failures) return response.set_content("well", "text/plain");
      response.status = status;
      if (!retry_after.empty()) response.set_header("Retry-After", retry_after);
      response.set_content("not now", "text/plain");
    };
    server.routes.Get("/flaky", answer);
    server.routes.Post("/flaky", answer);
    server.start();
  }

  web::Response send(web::Request request, const web::RetryPolicy& policy = {}) {
    request.url = server.url("/flaky");
    return web::Client(secrets, clock, {.retry = policy, .seed = 1}).send(request, {});
  }

  std::atomic<int> requests = 0;
  Server server;
  base::Secrets secrets;
  JumpingClock clock;
};

}  // namespace

TEST_CASE("the waits double, with jitter, up to the longest") {
  web::Backoff backoff({.first_delay = 1s, .longest_delay = 5s}, 7);
  for (const auto& [attempt, most] : {std::pair{2, 1s}, {3, 2s}, {4, 4s}, {5, 5s}, {1000, 5s}}) {
    const base::Duration wait = backoff.before(attempt);
    CHECK(wait >= most / 2);
    CHECK(wait <= most);
  }
}

TEST_CASE("Retry-After is seconds or a date") {
  const base::WallTime now{std::chrono::seconds(1767225600)};  // Thu, 01 Jan 2026 00:00:00 GMT
  CHECK(web::retry_after(saying("7"), now) == 7s);
  CHECK(web::retry_after(saying("Thu, 01 Jan 2026 00:01:30 GMT"), now) == 90s);
  CHECK(web::retry_after(saying("Wed, 31 Dec 2025 23:00:00 GMT"), now) == 0s);
  CHECK(web::retry_after(saying("-1"), now) == std::nullopt);
  CHECK(web::retry_after(saying("soon"), now) == std::nullopt);
  CHECK(web::retry_after({.status = 503}, now) == std::nullopt);
}

TEST_CASE("a Retry-After beyond all time is a year, not an overflow") {
  const base::WallTime now{std::chrono::seconds(1767225600)};
  const base::Duration longest = web::kLongestStatedWait;
  CHECK(web::retry_after(saying("9223372036854775807"), now) == longest);
  CHECK(web::retry_after(saying("Fri, 31 Dec 9999 23:59:59 GMT"), now) == longest);
  CHECK(web::retry_after(saying("99999999999999999999999"), now) == std::nullopt);
  CHECK(web::retry_after(saying("1e9"), now) == std::nullopt);
  CHECK(web::wait_until_date(std::numeric_limits<std::int64_t>::max(), now) == longest);
  CHECK(web::wait_until_date(std::numeric_limits<std::int64_t>::min(), now) == 0s);
  CHECK(web::wait_until_date(-1, now) == 0s);
}

TEST_CASE("a server that asks for no wait gets the usual one") {
  Scene scene(429, 2, "0");
  CHECK(scene.send({}).status == 200);
  CHECK(scene.clock.waited >= 375ms);
}

TEST_CASE("a server that is better the next time is asked again") {
  Scene scene(503, 2);
  CHECK(scene.send({}).body == "well");
  CHECK(scene.requests == 3);
  CHECK(scene.clock.waited >= 375ms);
  CHECK(scene.clock.waited <= 750ms);
}

TEST_CASE("the wait that the server asks for is the wait") {
  Scene scene(429, 1, "4");
  CHECK(scene.send({.method = "POST", .body = "x"}).status == 200);
  CHECK(scene.clock.waited == 4s);
}

TEST_CASE("a wait beyond the budget is not begun") {
  Scene scene(429, 1, "31");
  CHECK(scene.send({}).status == 429);
  CHECK(scene.clock.waited == 0s);
}

TEST_CASE("attempts end with the policy, and the last response is the result") {
  Scene scene(500, 9);
  CHECK(scene.send({}, {.attempts = 2}).status == 500);
  CHECK(scene.requests == 2);
}

TEST_CASE("what may have been done is not done twice unless the caller allows it") {
  Scene scene(502, 1);
  CHECK(scene.send({.method = "POST"}).status == 502);
  CHECK(scene.requests == 1);

  Scene query(502, 1);
  CHECK(query.send({.method = "POST", .repeat = web::Repeat::always}).status == 200);
  CHECK(query.requests == 2);

  Scene never(502, 1);
  CHECK(never.send({.repeat = web::Repeat::never}).status == 502);
}

TEST_CASE("statuses that will not change are not asked for again") {
  for (const int status : {400, 401, 403, 404, 422}) {
    Scene scene(status, 1);
    CHECK(scene.send({}).status == status);
    CHECK(scene.requests == 1);
  }
}

TEST_CASE("a request that never arrived is sent again whatever its method") {
  JumpingClock clock;
  const base::Secrets secrets;
  web::Client client(secrets, clock, {.seed = 1});
  CHECK_THROWS_WITH(
      client.send({.method = "POST", .url = "http://127.0.0.1:1/", .repeat = web::Repeat::never}, {}),
      Catch::Contains("POST http://127.0.0.1:1/") && Catch::Contains("(3 attempts)"));
}

TEST_CASE("a request without an answer is sent again only where that does no harm") {
  const SilentServer server;
  const std::string url = "http://127.0.0.1:" + std::to_string(server.port) + "/";
  JumpingClock clock;
  const base::Secrets secrets;
  web::Client client(secrets, clock, {.seed = 1});
  CHECK_THROWS_WITH(client.send({.url = url, .timeout = 20ms}, {}), Catch::Contains("(3 attempts)"));
  CHECK_THROWS_WITH(client.send({.method = "POST", .url = url, .timeout = 20ms}, {}),
                    !Catch::Contains("attempts"));
}

TEST_CASE("a stop ends the waiting for another attempt") {
  Scene scene(503, 1);
  std::stop_source stop;
  scene.server.routes.Get(
      "/stop", [&](const httplib::Request&, httplib::Response& response) { response.status = 503; });
  base::Secrets secrets;
  base::Logger log(base::LogLevel::info, secrets,
                   [&](base::LogLevel, std::string_view) { stop.request_stop(); });
  web::Client client(secrets, scene.clock, {.log = &log, .seed = 1});
  CHECK_THROWS_WITH(client.send({.url = scene.server.url("/stop")}, stop.get_token()),
                    Catch::Contains("stopped"));
}
