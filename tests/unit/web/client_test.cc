#include "web/client.h"

#include <set>

#include <catch2/catch.hpp>

#include "base/error.h"
#include "tests/unit/web/servers.h"

using namespace iter8;
using namespace std::chrono_literals;

using web::test::Server;
using web::test::SilentServer;

TEST_CASE("an API call carries method, headers and body, and brings status, headers and body back") {
  Server server;
  server.routes.Put("/echo", [](const httplib::Request& request, httplib::Response& response) {
    response.status = 418;
    response.set_header("X-Seen", request.get_header_value("X-Mine"));
    response.set_content(request.body + "!", "text/plain");
  });
  server.start();

  const web::Response response = web::send(
      {.method = "PUT", .url = server.url("/echo"), .headers = {{"X-Mine", "yes"}}, .body = "hello"}, {}, {});
  CHECK(response.status == 418);
  CHECK(response.header("x-seen") == "yes");
  CHECK(response.body == "hello!");
}

TEST_CASE("a status outside 200 to 299 is an error with a masked preview where success is expected") {
  Server server;
  server.routes.Get("/no", [](const httplib::Request&, httplib::Response& response) {
    response.status = 403;
    response.set_content("token sesame-1234 lacks the permission", "text/plain");
  });
  server.start();
  base::Secrets secrets;
  secrets.add("sesame-1234");

  CHECK_THROWS_WITH(web::send_expecting_success({.url = server.url("/no?key=plain")}, secrets, {}),
                    Catch::Contains("/no: status 403: token *** lacks") && !Catch::Contains("sesame") &&
                        !Catch::Contains("plain"));
}

TEST_CASE("a redirect is followed at the same place only") {
  Server server;
  Server other;
  int foreign = 0;
  other.routes.Get("/there", [&](const httplib::Request&, httplib::Response&) { ++foreign; });
  other.start();
  server.routes.Get("/here", [](const httplib::Request&, httplib::Response& r) { r.set_redirect("/there"); });
  server.routes.Get(
      "/there", [](const httplib::Request&, httplib::Response& r) { r.set_content("found", "text/plain"); });
  server.routes.Get(
      "/away", [&](const httplib::Request&, httplib::Response& r) { r.set_redirect(other.url("/there")); });
  server.routes.Get("/round",
                    [](const httplib::Request&, httplib::Response& r) { r.set_redirect("/round"); });
  server.start();

  CHECK(web::send({.url = server.url("/here")}, {}, {}).body == "found");
  CHECK(web::send({.url = server.url("/away")}, {}, {}).status == 302);
  CHECK(foreign == 0);
  CHECK_THROWS_WITH(web::send({.url = server.url("/round")}, {}, {}),
                    Catch::Contains("more than 5 redirects"));
}

TEST_CASE("an answer over the limit is an error") {
  Server server;
  server.routes.Get("/big", [](const httplib::Request&, httplib::Response& response) {
    response.set_content(std::string(10'000, 'x'), "text/plain");
  });
  server.start();
  CHECK_THROWS_WITH(web::send({.url = server.url("/big"), .response_limit = 9'999}, {}, {}),
                    Catch::Contains("larger than 9999 bytes"));
}

TEST_CASE("a server that never answers is given up after the timeout") {
  const SilentServer server;
  const std::string url = "http://127.0.0.1:" + std::to_string(server.port) + "/";
  CHECK_THROWS_WITH(web::send({.url = url, .timeout = 50ms}, {}, {}),
                    Catch::Contains("GET " + url) && Catch::Contains("timed out"));
}

TEST_CASE("a stop ends a call that waits") {
  const SilentServer server;
  std::stop_source source;
  source.request_stop();
  CHECK_THROWS_WITH(
      web::send({.url = "http://127.0.0.1:" + std::to_string(server.port) + "/"}, {}, source.get_token()),
      Catch::Contains("stopped"));
}

TEST_CASE("what cannot be reached or is not a web address says so") {
  CHECK_THROWS_WITH(web::send({.url = "http://nowhere.invalid/"}, {}, {}), Catch::Contains("resolve"));
  CHECK_THROWS_AS(web::send({.url = "file:///etc/passwd"}, {}, {}), base::Error);
  CHECK_THROWS_WITH(web::send({.url = "http://127.0.0.1:1/", .headers = {{"A", "b\r\nC: d"}}}, {}, {}),
                    Catch::Contains("line break"));
}

TEST_CASE("a client keeps its connection") {
  Server server;
  std::set<int> ports;
  server.routes.Post(
      "/", [&](const httplib::Request& request, httplib::Response&) { ports.insert(request.remote_port); });
  server.start();
  web::test::JumpingClock clock;
  const base::Secrets secrets;
  web::Client client(secrets, clock);
  for (int i = 0; i < 3; ++i)
    CHECK(client.send({.method = "POST", .url = server.url("/")}, {}).status == 200);
  CHECK(ports.size() == 1);
}

TEST_CASE("a body without a type is sent without one, and an empty one has a length") {
  Server server;
  server.routes.Post("/", [](const httplib::Request& request, httplib::Response& response) {
    response.set_content(
        request.get_header_value("Content-Type") + "|" + request.get_header_value("Content-Length"),
        "text/plain");
  });
  server.start();
  CHECK(web::send({.method = "POST", .url = server.url("/"), .body = "abc"}, {}, {}).body == "|3");
  CHECK(web::send({.method = "POST", .url = server.url("/")}, {}, {}).body == "|0");
}

TEST_CASE("attempts are logged at debug level without the query and masked") {
  Server server;
  server.routes.Get("/sesame-1234", [](const httplib::Request&, httplib::Response&) {});
  server.start();
  base::Secrets secrets;
  secrets.add("sesame-1234");
  std::vector<std::string> lines;
  const base::Logger log(base::LogLevel::debug, secrets,
                         [&](base::LogLevel, std::string_view line) { lines.emplace_back(line); });
  web::test::JumpingClock clock;
  web::Client(secrets, clock, {.log = &log}).send({.url = server.url("/sesame-1234?q=plain")}, {});
  REQUIRE(lines.size() == 1);
  CHECK_THAT(lines[0], Catch::Contains("/***: status 200, 0 bytes in "));
}

TEST_CASE("refused credentials are named as such") {
  const auto text = [](int status) {
    return web::describe_failure({.url = "http://h/p"}, {.status = status, .headers = {}, .body = "no"}, {});
  };
  CHECK(text(401) == "GET http://h:80/p: status 401: no; the credentials are missing or wrong");
  CHECK(text(403) == "GET http://h:80/p: status 403: no; the credentials do not permit this");
  CHECK(text(500) == "GET http://h:80/p: status 500: no");
}

TEST_CASE("a plan shows a request line by line, with control characters visible") {
  const std::vector<std::string> lines = web::plan_text(
      {.method = "POST", .url = "http://h/p?q=1", .headers = {{"A", "b"}}, .body = "one\ntwo\x1b"});
  REQUIRE(lines.size() == 4);
  CHECK(lines[0] == "POST http://h/p?q=1");
  CHECK(lines[1] == "  A: b");
  CHECK(lines[2] == "  one");
  CHECK(lines[3].find('\x1b') == std::string::npos);
}

TEST_CASE("headers without an end are refused") {
  Server server;
  server.routes.Get("/", [](const httplib::Request&, httplib::Response& response) {
    for (int i = 0; i < 40; ++i) response.set_header("X-" + std::to_string(i), std::string(8000, 'x'));
  });
  server.start();
  CHECK_THROWS_WITH(web::send({.url = server.url("/")}, {}, {}),
                    Catch::Contains("headers of the response are larger"));
}
