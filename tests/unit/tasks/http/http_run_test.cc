// The http task against ports where nothing listens; tests/integration/nginx has the real server.
#include <algorithm>
#include <fstream>

#include <catch2/catch.hpp>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/descriptor.h"
#include "base/error.h"
#include "tasks/http/task.h"
#include "tests/unit/tasks/workbench.h"

using namespace iter8;
using namespace iter8::experiment;
using tests::ScratchDirectory;
using tests::Workbench;

namespace {

/// A port that is taken but refuses connections.
class RefusedPort {
 public:
  RefusedPort() : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    REQUIRE(::bind(socket_.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
    socklen_t length = sizeof address;
    REQUIRE(::getsockname(socket_.get(), reinterpret_cast<sockaddr*>(&address), &length) == 0);
    port_ = ntohs(address.sin_port);
  }

  std::string url(const std::string& scheme = "http") const {
    return scheme + "://127.0.0.1:" + std::to_string(port_) + "/";
  }

 private:
  base::Descriptor socket_;
  int port_ = 0;
};

const Observation* find(const Outcome& outcome, const std::string& name) {
  const auto found = std::find_if(outcome.observations.begin(), outcome.observations.end(),
                                  [&](const auto& observation) { return observation.metric.name == name; });
  return found == outcome.observations.end() ? nullptr : &*found;
}

std::string quick(const std::string& more) {
  return "{numRequests: 3, qps: 1000, " + more + "}";
}

}  // namespace

TEST_CASE("a dead service fails the task, and is measured") {
  const RefusedPort port;
  Workbench bench;
  const Outcome outcome = bench.run(tasks::http::http_kind(), quick("url: \"" + port.url() + "\""));
  REQUIRE(outcome.failure);
  CHECK_THAT(*outcome.failure, Catch::StartsWith("no answer: 3 of 3 connection refused (connect to ") &&
                                   Catch::EndsWith("; is the service running, and is this its address? "
                                                   "(allowAllFailed: true accepts that nothing answers)"));
  CHECK_FALSE(find(outcome, "http/latency-p95"));
  REQUIRE(find(outcome, "http/error-rate"));
  CHECK(value_of(find(outcome, "http/error-rate")->data) == 1.0);
  CHECK(value_of(find(outcome, "http/errors-connect")->data) == 3.0);
  CHECK_THAT(outcome.message,
             Catch::StartsWith("3 requests, 3 errors (3 connect)") && Catch::Contains("refused"));
  REQUIRE_FALSE(outcome.warnings.empty());
  CHECK(outcome.warnings[0].code == "all-failed");
  CHECK(outcome.warnings[0].message.starts_with("every request to '0' failed"));
}

TEST_CASE("a file may accept that no request gets an answer") {
  const RefusedPort port;
  Workbench bench;
  const Outcome outcome =
      bench.run(tasks::http::http_kind(), quick("allowAllFailed: true, url: \"" + port.url() + "\""));
  CHECK_FALSE(outcome.failure);
  CHECK(value_of(find(outcome, "http/error-rate")->data) == 1.0);
  CHECK_FALSE(find(outcome, "http/latency-p95"));
}

TEST_CASE("a load that fails ends early and says why") {
  const RefusedPort port;
  Workbench bench;
  const std::string load = "duration: 10m, qps: 500, url: \"" + port.url() + "\"";
  const Outcome stopped = bench.run(tasks::http::http_kind(),
                                    "{" + load + ", stopWhen: error-rate > 0.5 and request-count >= 10}");
  CHECK_THAT(stopped.message,
             Catch::Contains("ended after") && Catch::Contains("error-rate > 0.5 (it was 1)"));
  CHECK(std::any_of(stopped.warnings.begin(), stopped.warnings.end(),
                    [](const Warning& warning) { return warning.code == "stopped-early"; }));

  const Outcome exhausted = bench.run(tasks::http::http_kind(), "{" + load + ", errorBudget: 20}");
  REQUIRE(find(exhausted, "http/error-count"));
  // On a busy machine several requests are due at once, and are begun together.
  CHECK(value_of(find(exhausted, "http/error-count")->data) >= 21.0);
  CHECK(value_of(find(exhausted, "http/error-count")->data) < 1000.0);
  CHECK(std::any_of(exhausted.warnings.begin(), exhausted.warnings.end(),
                    [](const Warning& warning) { return warning.code == "error-budget"; }));
}

TEST_CASE("a trace is a file beside the experiment") {
  const RefusedPort port;
  const ScratchDirectory scratch;
  Workbench bench;
  bench.directory = scratch.path();
  std::ofstream(scratch.path() / "trace.csv") << "time\n0\n0.01\n20ms\n";
  const Outcome outcome =
      bench.run(tasks::http::http_kind(), "{url: \"" + port.url() + "\", trace: trace.csv}");
  CHECK(value_of(find(outcome, "http/request-count")->data) == 3.0);
}

TEST_CASE("endpoints are loaded in the order of the file and recorded under their names") {
  const RefusedPort port;
  Workbench bench({"stable", "candidate"});
  bench.set(0, "url", port.url());
  bench.set(1, "url", port.url());
  const Outcome outcome =
      bench.run(tasks::http::http_kind(), quick("path: \"/{{ .version.name }}\", endpoints: {b: {}, a: {}}"));
  CHECK(find(outcome, "http-a/error-rate"));
  CHECK_FALSE(find(outcome, "http/error-rate"));
  const std::size_t first = outcome.message.find("http-b stable: 3 requests");
  const std::size_t last = outcome.message.find("http-a candidate: 3 requests");
  REQUIRE(outcome.failure);
  CHECK_THAT(*outcome.failure, Catch::StartsWith("endpoint 'b': stable: no answer: 3 of 3") &&
                                   Catch::Contains("endpoint 'a': stable: no answer"));
  REQUIRE(first != std::string::npos);
  REQUIRE(last != std::string::npos);
  CHECK(first < last);
}

TEST_CASE("versions may be loaded one after another") {
  const RefusedPort port;
  Workbench bench({"stable", "candidate"});
  bench.set(0, "url", port.url());
  bench.set(1, "url", config::Value());
  const Outcome outcome = bench.run(tasks::http::http_kind(), quick("sequential: true"));
  CHECK(find(outcome, "http/error-rate")->version == 0);
  CHECK_THAT(outcome.message, Catch::StartsWith("stable: 3 requests") && !Catch::Contains("candidate"));
}

TEST_CASE("a warm-up with errors fails the task unless they are allowed") {
  const RefusedPort port;
  Workbench bench;
  const std::string warmup = "warmup: true, url: \"" + port.url() + "\"";
  const auto task = bench.build(tasks::http::http_kind(), quick(warmup));
  CHECK_THROWS_WITH(bench.run(*task), Catch::Contains("warm-up of '0': 3 of 3 requests failed"));

  const Outcome outcome = bench.run(tasks::http::http_kind(), quick(warmup + ", allowInitialErrors: true"));
  CHECK(outcome.observations.empty());
  CHECK_FALSE(outcome.failure);
}

TEST_CASE("certificates that are not verified are recorded") {
  const RefusedPort port;
  Workbench bench;
  const Outcome outcome =
      bench.run(tasks::http::http_kind(), quick("tls: {insecure: true}, url: \"" + port.url("https") + "\""));
  CHECK(outcome.warnings[0].code == "tls-not-verified");
}

TEST_CASE("an endpoint whose load cannot be generated fails the task with its name") {
  const RefusedPort port;
  Workbench bench;
  const auto task = bench.build(tasks::http::http_kind(), quick("endpoints: {a: {url: \"" + port.url() +
                                                                "\", payloadURL: \"" + port.url() + "\"}}"));
  REQUIRE(task);
  CHECK_THROWS_WITH(bench.run(*task), Catch::StartsWith("endpoint 'a': "));
}
