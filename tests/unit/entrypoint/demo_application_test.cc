#include <atomic>
#include <chrono>
#include <latch>
#include <thread>
#include <vector>

#include <catch2/catch.hpp>
#include <httplib.h>

#include "base/error.h"
#include "entrypoint/demo/application.h"

using namespace std::chrono_literals;
using iter8::demo::Application;

namespace {

httplib::Client client_of(const Application& application) {
  httplib::Client client("127.0.0.1", application.port());
  client.set_keep_alive(true);
  client.set_tcp_nodelay(true);
  return client;
}

}  // namespace

TEST_CASE("the demo serves its version, its health and its metrics") {
  const Application application({.name = "stable", .latency = 0ms, .conversion = 1}, "127.0.0.1", 0, 1);
  httplib::Client client = client_of(application);

  CHECK(client.Get("/")->body == "{\"version\":\"stable\"}\n");
  CHECK(client.Post("/order", "{}", "application/json")->body ==
        "{\"version\":\"stable\",\"converted\":true}\n");
  CHECK(client.Get("/healthz")->status == 200);
  CHECK(client.Get("/nowhere")->status == 404);

  const std::string page = client.Get("/metrics")->body;
  CHECK_THAT(page, Catch::Contains("requests_total{version=\"stable\"} 2\n"));
  CHECK_THAT(page, Catch::Contains("orders_total{version=\"stable\"} 1\n"));
  CHECK_THAT(page, Catch::Contains("request_duration_seconds_bucket{version=\"stable\",le=\"+Inf\"} 2\n"));
}

TEST_CASE("a completion is streamed: its role at once, its tokens at their pace, their number and the end") {
  const Application application({.name = "stable", .latency = 20ms, .tokens = 5, .gap = 10ms}, "127.0.0.1", 0,
                                1);
  httplib::Client client = client_of(application);
  std::vector<std::chrono::steady_clock::time_point> times;
  std::string text;

  httplib::Request request;
  request.method = "POST";
  request.path = "/v1/chat/completions";
  request.content_receiver = [&](const char* data, std::size_t size, std::uint64_t, std::uint64_t) {
    times.push_back(std::chrono::steady_clock::now());
    text.append(data, size);
    return true;
  };
  for (int i = 0; i < 2; ++i) {  // the second one on the same connection
    times.clear();
    const auto begin = std::chrono::steady_clock::now();
    text.clear();
    const httplib::Result result = client.send(request);
    REQUIRE(result);
    CHECK(result->get_header_value("Content-Type") == "text/event-stream");
    CHECK(times.back() - begin >= 60ms);  // to the fifth token
    CHECK(times.size() >= 4);             // far from all at once, on however busy a machine
    CHECK_THAT(text, Catch::StartsWith(
                         "data: {\"id\":\"demo\",\"object\":\"chat.completion.chunk\",\"model\":\"stable\","
                         "\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"\"},"
                         "\"finish_reason\":null}]}\n\ndata: "));
    CHECK_THAT(text,
               Catch::EndsWith("\"delta\":{},\"finish_reason\":\"stop\"}],\"usage\":{\"prompt_tokens\":1,"
                               "\"completion_tokens\":5,\"total_tokens\":6}}\n\ndata: [DONE]\n\n"));
  }
  CHECK(client.Get("/v1/chat/completions")->status == 405);
  CHECK(client.Get("/healthz")->body == "ok\n");
}

TEST_CASE("errors are answered with 500 and counted") {
  const Application application({.name = "canary", .latency = 0ms, .errors = 0.25}, "127.0.0.1", 0, 1);
  httplib::Client client = client_of(application);

  int errors = 0;
  for (int i = 0; i < 100; ++i) errors += client.Get("/")->status == 500 ? 1 : 0;

  CHECK(errors == Approx(25).margin(2));
  CHECK_THAT(client.Get("/metrics")->body,
             Catch::Contains("errors_total{version=\"canary\"} " + std::to_string(errors) + "\n"));
}

TEST_CASE("many connections that are kept alive are served at the same time") {
  constexpr int kConnections = 100;
  const Application application({.name = "stable", .latency = 1ms}, "127.0.0.1", 0, 1);

  // Each client holds its connection until all have been served: a pool smaller than that would never get
  // there.
  std::latch served(kConnections);
  std::atomic<int> good = 0;
  std::vector<std::jthread> threads;
  for (int i = 0; i < kConnections; ++i) {
    threads.emplace_back([&] {
      httplib::Client client = client_of(application);
      const httplib::Result answer = client.Get("/");
      if (answer && answer->status == 200) good += 1;
      served.arrive_and_wait();
    });
  }
  threads.clear();

  CHECK(good == kConnections);
}

TEST_CASE("the demo ends at once though clients stay connected and requests are under way") {
  auto application =
      std::make_unique<Application>(iter8::demo::Behavior{.name = "slow", .latency = 1h}, "127.0.0.1", 0, 1);
  httplib::Client idle = client_of(*application);
  REQUIRE(idle.Get("/healthz")->status == 200);
  std::jthread busy([port = application->port()] { httplib::Client("127.0.0.1", port).Get("/"); });

  const auto start = std::chrono::steady_clock::now();
  application.reset();

  CHECK(std::chrono::steady_clock::now() - start < 2s);
}

TEST_CASE("a port in use is an error that names it") {
  const Application first({.name = "stable"}, "127.0.0.1", 0, 1);

  CHECK_THROWS_AS(Application({.name = "candidate"}, "127.0.0.1", first.port(), 1), iter8::base::Error);
}

TEST_CASE("an answer takes the time that it should") {
  const Application application({.name = "stable", .latency = 20ms}, "127.0.0.1", 0, 1);
  httplib::Client client = client_of(application);
  client.Get("/healthz");

  const auto start = std::chrono::steady_clock::now();
  client.Get("/");

  CHECK(std::chrono::steady_clock::now() - start >= 20ms);
}
