#include <chrono>
#include <stop_token>
#include <string>

#include <catch2/catch.hpp>

#include "base/clock.h"
#include "base/error.h"
#include "base/secrets.h"
#include "entrypoint/demo/application.h"
#include "entrypoint/demo/wire_format.h"
#include "net/url.h"
#include "tasks/grpc/description/reflection.h"
#include "web/client.h"

using namespace std::chrono_literals;
using namespace iter8;
using demo::Application;
using demo::MessageReader;
using tasks::grpc::Description;
using tasks::grpc::Streaming;

namespace {

Description described_by(const std::string& url, const std::string& call) {
  std::string problem;
  load::Target target;
  target.url = *net::parse_url(url, problem);
  return tasks::grpc::describe_by_reflection({.target = target}, call, {});
}

/// Talks to one version by libcurl, whose HTTP/2 is that of another library's client.
class Caller {
 public:
  explicit Caller(const Application& application)
      : url_("http://127.0.0.1:" + std::to_string(application.port())) {}

  Description describe(const std::string& call) { return described_by(url_, call); }
  web::Response post(const std::string& path, const std::string& body) {
    return client_.send({.method = "POST",
                         .url = url_ + path,
                         .headers = {{"content-type", "application/grpc"}, {"te", "trailers"}},
                         .body = body,
                         .repeat = web::Repeat::never,
                         .http = web::HttpVersion::two},
                        {});
  }
  web::Response get(const std::string& path) {
    return client_.send({.url = url_ + path, .http = web::HttpVersion::two}, {});
  }

 private:
  std::string url_;
  base::Secrets secrets_;
  base::SystemClock clock_;
  web::Client client_{secrets_, clock_};
};

std::string message_at(std::string body, int index) {
  std::optional<std::string> message = demo::take_grpc_message(body);
  for (; index > 0 && message; --index) message = demo::take_grpc_message(body);
  return message.value_or("none");
}

}  // namespace

TEST_CASE("the demo describes its gRPC services by reflection, and calls of them are answered") {
  const Application application({.name = "stable", .latency = 1ms, .conversion = 1, .tokens = 3, .gap = 1ms},
                                "127.0.0.1", 0, 1);
  Caller caller(application);

  const Description shop = caller.describe("demo.Shop/Order");
  const auto order = shop.method("demo.Shop/Order");
  CHECK(order.streaming() == Streaming::none);
  CHECK(shop.method("demo.Shop/Watch").streaming() == Streaming::server);
  const web::Response ordered =
      caller.post(order.path(), demo::grpc_frame(order.encode(R"({"item":"cup","count":2})")));
  CHECK(ordered.header("grpc-status") == "0");
  CHECK(order.decode_response(message_at(ordered.body, 0)) == R"({"version":"stable","converted":true})");

  const auto watch = shop.method("demo.Shop/Watch");
  const web::Response watched = caller.post(watch.path(), demo::grpc_frame(watch.encode("{}")));
  CHECK(watch.decode_response(message_at(watched.body, 2)) == R"({"version":"stable","number":3})");
  CHECK(message_at(watched.body, 3) == "none");

  const Description health = caller.describe("grpc.health.v1.Health/Check");
  const auto check = health.method("grpc.health.v1.Health/Check");
  const web::Response healthy = caller.post(check.path(), demo::grpc_frame(""));
  CHECK(check.decode_response(message_at(healthy.body, 0)) == R"({"status":"SERVING"})");
}

TEST_CASE("calls that the demo does not know, and those that fail, have a status of gRPC") {
  const Application application({.name = "canary", .latency = 0ms, .errors = 1}, "127.0.0.1", 0, 1);
  Caller caller(application);

  CHECK(caller.post("/demo.Shop/Order", demo::grpc_frame("")).header("grpc-status") == "14");
  CHECK(caller.post("/demo.Shop/Nothing", demo::grpc_frame("")).header("grpc-status") == "12");
  CHECK(caller.post("/grpc.health.v1.Health/Check", demo::grpc_frame("\x0a\x01x")).header("grpc-status") ==
        "5");
  CHECK_THROWS_WITH(caller.describe("demo.Shp/Order"),
                    Catch::Contains("the server has no service 'demo.Shp'; did you mean 'demo.Shop'?"));
}

TEST_CASE("the demo's pages are served over HTTP/2 as well") {
  const Application application({.name = "stable", .latency = 2ms, .tokens = 2, .gap = 1ms}, "127.0.0.1", 0,
                                1);
  Caller caller(application);

  CHECK(caller.get("/").body == "{\"version\":\"stable\"}\n");
  CHECK(caller.get("/healthz").body == "ok\n");
  CHECK(caller.get("/nowhere").status == 404);
}

TEST_CASE("a server without HTTP/2 is named as one when it is asked for its services") {
  CHECK_THROWS_WITH(described_by("http://127.0.0.1:1", "a.B/C"),
                    Catch::StartsWith("reflection of http://127.0.0.1:1: "));
}

TEST_CASE("messages are written and read in the wire format") {
  const std::string bytes = demo::MessageWriter().text(1, "ab").number(2, 300).bytes();

  CHECK(bytes == std::string("\x0a\x02"
                             "ab"
                             "\x10\xac\x02"));
  const auto read = MessageReader::read(bytes);
  REQUIRE(read);
  CHECK(read->text(1) == "ab");
  CHECK(read->number(2) == 300);
  CHECK_FALSE(read->has(3));
  CHECK_FALSE(
      MessageReader::read("\x0a\x7f"
                          "x"));
  CHECK_FALSE(MessageReader::read("\xff"));
}
