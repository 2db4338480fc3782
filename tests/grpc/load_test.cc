// The load engine against a real server of gRPC, message for message: what it claims to have sent is what the
// server got, and what the server sent is what it saw.
#include <algorithm>
#include <chrono>
#include <map>
#include <mutex>
#include <set>
#include <stop_token>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "echo.pb.h"
#include "load/engine.h"
#include "load/grpc_status.h"
#include "net/url.h"
#include "tests/grpc/echo_server.h"

namespace {

using namespace iter8;
using iter8::test::Reply;
using iter8::test::Request;
using std::chrono::milliseconds;
using std::chrono::seconds;

std::string bytes_of(const Request& request) {
  return request.SerializeAsString();
}

Request asking(const std::string& text) {
  Request request;
  request.set_text(text);
  return request;
}

/// Lines and replies, as they come from several threads.
template <typename T>
class Heard {
 public:
  void add(T value) {
    const std::lock_guard lock(mutex_);
    all_.push_back(std::move(value));
  }
  std::vector<T> all() const {
    const std::lock_guard lock(mutex_);
    return all_;
  }

 private:
  mutable std::mutex mutex_;
  std::vector<T> all_;
};

/// A server, a load on it, and what both of them heard.
class Scene {
 public:
  Scene() : server({.note = [this](const std::string& line) { lines.add(line); }}) {}

  load::Plan plan(const std::string& method, std::vector<std::string> messages, std::int64_t calls) {
    std::string problem;
    load::Target target;
    target.url = *net::parse_url(
        "http://127.0.0.1:" + std::to_string(server.port()) + "/iter8.test.Echo/" + method, problem);
    target.grpc.emplace();
    target.grpc->messages = std::move(messages);
    target.grpc->client_streams = method == "Collect" || method == "Chat";
    target.grpc->server_streams = method == "Expand" || method == "Chat";
    target.grpc->observer = [this](std::string_view message) {
      Reply reply;
      if (!reply.ParseFromArray(message.data(), static_cast<int>(message.size())))
        reply.set_text("unreadable");
      replies.add(reply);
    };
    load::Plan result;
    result.targets.push_back(std::move(target));
    result.http = load::HttpVersion::two;
    result.arrival = load::Arrival::closed;
    result.connections = 2;
    result.streams = 8;
    result.requests = calls;
    result.timeout = seconds(20);
    return result;
  }

  load::Tally run(const load::Plan& plan) { return load::run(plan, {}, {}).targets.at(0); }

  std::vector<std::string> lines_that_begin(const std::string& start) const {
    std::vector<std::string> found;
    for (const std::string& line : lines.all())
      if (line.starts_with(start)) found.push_back(line.substr(start.size()));
    return found;
  }
  std::vector<std::string> texts() const {
    std::vector<std::string> texts;
    for (const Reply& reply : replies.all()) texts.push_back(reply.text());
    return texts;
  }

  Heard<std::string> lines;
  Heard<Reply> replies;
  tests::EchoServer server;
};

std::vector<std::string> sorted(std::vector<std::string> texts) {
  std::sort(texts.begin(), texts.end());
  return texts;
}

void check_all_good(const load::Tally& tally, std::int64_t calls) {
  INFO(tally.first_error);
  CHECK(tally.completed == calls);
  CHECK(tally.error_count() == 0);
  CHECK(tally.statuses == std::vector<std::pair<int, std::int64_t>>{{0, calls}});
}

}  // namespace

TEST_CASE("unary calls, each with a message of its own") {
  Scene scene;
  load::Plan plan = scene.plan("Unary", {"call {{seq}}"}, 200);
  plan.targets[0].grpc->encoder = [](std::string_view text, std::string& out) {
    out += bytes_of(asking(std::string(text)));
  };
  const load::Tally tally = scene.run(plan);
  check_all_good(tally, 200);
  std::vector<std::string> expected;
  for (int i = 0; i < 200; ++i) expected.push_back("call " + std::to_string(i));
  CHECK(sorted(scene.lines_that_begin("in Unary ")) == sorted(expected));
  CHECK(sorted(scene.texts()) == sorted(expected));
  CHECK(tally.messages.sent == 200);
  CHECK(tally.messages.received == 200);
}

TEST_CASE("a stream of the client, all at once or bit by bit") {
  for (const auto interval : {milliseconds(0), milliseconds(3)}) {
    Scene scene;
    load::Plan plan =
        scene.plan("Collect", {bytes_of(asking("a")), bytes_of(asking("b")), bytes_of(asking("c"))}, 30);
    plan.targets[0].grpc->stream_interval = interval;
    const load::Tally tally = scene.run(plan);
    check_all_good(tally, 30);
    CHECK(scene.lines_that_begin("in Collect ").size() == 90);
    CHECK(scene.texts() == std::vector<std::string>(30, "a,b,c"));
    for (const Reply& reply : scene.replies.all()) CHECK(reply.number() == 3);
    CHECK(tally.messages.sent == 90);
    CHECK(tally.latency.min() >= std::chrono::nanoseconds(2 * interval).count());
  }
}

TEST_CASE("a stream of the server") {
  Scene scene;
  Request request = asking("more");
  request.set_replies(7);
  request.set_padding(100);
  const load::Tally tally = scene.run(scene.plan("Expand", {bytes_of(request)}, 40));
  check_all_good(tally, 40);
  CHECK(scene.texts() == std::vector<std::string>(280, "more"));
  std::map<int, int> numbers;
  for (const Reply& reply : scene.replies.all()) ++numbers[reply.number()];
  CHECK(numbers == std::map<int, int>{{1, 40}, {2, 40}, {3, 40}, {4, 40}, {5, 40}, {6, 40}, {7, 40}});
  CHECK(tally.messages.received == 280);
  CHECK(tally.parts.count == 280);
  CHECK(tally.parts.first_content.count() == 40);
}

TEST_CASE("streams in both directions") {
  for (const auto interval : {milliseconds(0), milliseconds(2)}) {
    Scene scene;
    load::Plan plan =
        scene.plan("Chat", {bytes_of(asking("x")), bytes_of(asking("y")), bytes_of(asking("z"))}, 25);
    plan.targets[0].grpc->stream_interval = interval;
    plan.targets[0].grpc->stream_count = 4;
    const load::Tally tally = scene.run(plan);
    check_all_good(tally, 25);
    CHECK(sorted(scene.texts()) == sorted(scene.lines_that_begin("in Chat ")));
    std::map<std::string, int> texts;
    for (const std::string& text : scene.texts()) ++texts[text];
    CHECK(texts == std::map<std::string, int>{{"x", 50}, {"y", 25}, {"z", 25}});
  }
}

TEST_CASE("a server's stream that is cancelled after enough messages ends well") {
  Scene scene;
  Request request = asking("endless");
  request.set_replies(1'000'000);
  load::Plan plan = scene.plan("Expand", {bytes_of(request)}, 10);
  plan.targets[0].grpc->stream_count = 20;
  check_all_good(scene.run(plan), 10);
  CHECK(scene.replies.all().size() >= 200);
}

TEST_CASE("large and compressed messages arrive as they were sent") {
  Scene scene;
  Request request = asking(std::string(3'000'000, 'q'));
  request.set_padding(2'000'000);
  request.set_gzip(true);
  load::Plan plan = scene.plan("Unary", {bytes_of(request)}, 4);
  plan.targets[0].grpc->gzip = true;
  const load::Tally tally = scene.run(plan);
  check_all_good(tally, 4);
  for (const Reply& reply : scene.replies.all()) {
    CHECK(reply.text() == request.text());
    CHECK(reply.padding().size() == 2'000'000);
  }
  CHECK(tally.bytes_received < 4 * 100'000);  // compressed
  CHECK(tally.messages.bytes_received > 4 * 5'000'000);
}

TEST_CASE("a message beyond the limit is malformed, and the connection goes on") {
  Scene scene;
  Request request = asking("big");
  request.set_padding(200'000);
  load::Plan plan = scene.plan("Unary", {bytes_of(request), bytes_of(asking("small"))}, 20);
  plan.targets[0].grpc->message_limit = 100'000;
  const load::Tally tally = scene.run(plan);
  CHECK(tally.errors[static_cast<std::size_t>(load::ErrorClass::malformed)] == 10);
  CHECK(tally.completed == 10);
  CHECK(tally.connects == 2);
  CHECK(tally.first_error.find("is larger than the limit of 100000") != std::string::npos);
}

TEST_CASE("statuses are counted by their number, with the server's words") {
  Scene scene;
  Request unavailable = asking("a");
  unavailable.set_status(14);
  unavailable.set_status_text("maintenance: 50 % – tomorrow");
  Request fine = asking("b");
  const load::Tally tally = scene.run(scene.plan("Unary", {bytes_of(unavailable), bytes_of(fine)}, 20));
  CHECK(tally.statuses == std::vector<std::pair<int, std::int64_t>>{{0, 10}, {14, 10}});
  CHECK(tally.first_error == "unavailable: maintenance: 50 % – tomorrow");
  CHECK(tally.latency.count() == 20);
  const load::Tally unknown = scene.run(scene.plan("NoSuch", {""}, 5));
  CHECK(unknown.statuses == std::vector<std::pair<int, std::int64_t>>{{12, 5}});
}

TEST_CASE("the server learns how much time is left, and a slow call times out") {
  Scene scene;
  Request slow = asking("slow");
  slow.set_delay_ms(10'000);
  load::Plan plan = scene.plan("Unary", {bytes_of(slow)}, 4);
  plan.timeout = milliseconds(150);
  const load::Tally tally = scene.run(plan);
  CHECK(tally.errors[static_cast<std::size_t>(load::ErrorClass::timeout)] +
            tally.errors[static_cast<std::size_t>(load::ErrorClass::status)] ==
        4);
  for (const std::string& call : scene.lines_that_begin("call Unary")) {
    const int left = std::stoi(call.substr(call.find(" left=") + 6));
    CHECK(left <= 160);
    CHECK(left > 0);
  }
}

TEST_CASE("metadata arrive, binary ones as they were given") {
  Scene scene;
  load::Plan plan = scene.plan("Unary", {bytes_of(asking("a"))}, 1);
  plan.targets[0].headers = {{"X-Color", "blue"}, {"key-bin", std::string("\x01\xff", 2)}};
  check_all_good(scene.run(plan), 1);
  const std::string call = scene.lines_that_begin("call Unary").at(0);
  CHECK(call.find(" x-color=blue") != std::string::npos);
  CHECK(call.find(std::string(" key-bin=\x01\xff")) != std::string::npos);
}

TEST_CASE("a server that goes away during the load is counted, and nothing hangs") {
  Scene scene;
  load::Plan plan = scene.plan("Unary", {bytes_of(asking("a"))}, 1);
  plan.requests.reset();
  plan.duration = milliseconds(600);
  plan.timeout = seconds(2);
  bool stopped = false;
  const load::Measurement measurement =
      load::run(plan, {}, {}, [&](const load::Snapshot& snapshot) -> std::optional<std::string> {
        if (!stopped && snapshot.elapsed > milliseconds(200)) scene.server.stop();
        stopped = stopped || snapshot.elapsed > milliseconds(200);
        return std::nullopt;
      });
  const load::Tally& tally = measurement.targets.at(0);
  CHECK(tally.completed > 10);
  CHECK(tally.error_count() > 0);
  CHECK(tally.sent == tally.completed + tally.error_count() -
                          tally.errors[static_cast<std::size_t>(load::ErrorClass::status)] + tally.in_flight);
}
