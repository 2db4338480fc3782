#include "web/client.h"

#include <thread>

#include <catch2/catch.hpp>
#include <httplib.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "base/descriptor.h"
#include "base/error.h"

using namespace iter8;
using namespace std::chrono_literals;

namespace {

/// A server of the test on a port of the system's choice.
class Server {
 public:
  Server() {
    routes.set_tcp_nodelay(true);
    port_ = routes.bind_to_any_port("127.0.0.1");
  }
  ~Server() {
    routes.stop();
    if (thread_.joinable()) thread_.join();
  }
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  /// Call after the routes are set.
  void start() {
    thread_ = std::thread([this] { routes.listen_after_bind(); });
    while (!routes.is_running()) std::this_thread::yield();  // stop() does nothing before that
  }
  std::string url(const std::string& path) const {
    return "http://127.0.0.1:" + std::to_string(port_) + path;
  }

  httplib::Server routes;

 private:
  int port_ = 0;
  std::thread thread_;
};

/// A port that accepts and never answers.
class SilentServer {
 public:
  SilentServer() : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof address;
    REQUIRE(::bind(socket_.get(), reinterpret_cast<sockaddr*>(&address), length) == 0);
    REQUIRE(::listen(socket_.get(), 8) == 0);
    REQUIRE(::getsockname(socket_.get(), reinterpret_cast<sockaddr*>(&address), &length) == 0);
    port = ntohs(address.sin_port);
  }
  int port = 0;

 private:
  base::Descriptor socket_;
};

}  // namespace

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

TEST_CASE("what cannot be reached or is no web address says so") {
  CHECK_THROWS_WITH(web::send({.url = "http://nowhere.invalid/"}, {}, {}), Catch::Contains("resolve"));
  CHECK_THROWS_AS(web::send({.url = "file:///etc/passwd"}, {}, {}), base::Error);
  CHECK_THROWS_WITH(web::send({.url = "http://127.0.0.1:1/", .headers = {{"A", "b\r\nC: d"}}}, {}, {}),
                    Catch::Contains("line break"));
}
