#pragma once

#include <mutex>
#include <string>
#include <thread>

#include <catch2/catch.hpp>
#include <httplib.h>

#include "base/clock.h"
#include "base/duration.h"
#include "forge/client.h"

namespace iter8::forge::test {

/// Time that jumps: waiting for a moment makes it come at once, unless a stop was requested.
class JumpingClock final : public base::Clock {
 public:
  base::MonotonicTime now() const override { return base::MonotonicTime{} + elapsed; }
  base::WallTime wall() const override { return base::WallTime{std::chrono::hours(24 * 365 * 50)} + elapsed; }
  bool wait_until(base::MonotonicTime deadline, const std::stop_token& stop) override {
    if (stop.stop_requested()) return false;
    elapsed = std::max(elapsed, deadline - base::MonotonicTime{});
    return true;
  }
  double seconds() const { return base::to_seconds(elapsed); }

  base::Duration elapsed{0};
};

/// A server of the test, and a client of its API with what surrounds it. Set the routes, then call client().
class Bench {
 public:
  Bench() {
    routes.set_tcp_nodelay(true);
    port_ = routes.bind_to_any_port("127.0.0.1");
  }
  ~Bench() {
    routes.stop();
    if (thread_.joinable()) thread_.join();
  }
  Bench(const Bench&) = delete;
  Bench& operator=(const Bench&) = delete;

  std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }
  Account account(Vendor vendor = Vendor::github) const {
    return {.vendor = vendor,
            .api_url = url(),
            .graphql_url = url() + "/graphql",
            .token = "token-12345",
            .token_origin = "GITHUB_TOKEN"};
  }
  Client client(Vendor vendor = Vendor::github) {
    if (!thread_.joinable()) {
      thread_ = std::thread([this] { routes.listen_after_bind(); });
      while (!routes.is_running()) std::this_thread::yield();
    }
    secrets.add("token-12345");
    return {account(vendor), {.secrets = secrets, .clock = clock, .log = log, .stop = stop.get_token()}};
  }

  httplib::Server routes;
  base::Secrets secrets;
  JumpingClock clock;
  std::string logged;
  base::Logger log{base::LogLevel::debug, secrets,
                   [this](base::LogLevel, std::string_view line) { logged += std::string(line) + "\n"; }};
  std::stop_source stop;

 private:
  int port_ = 0;
  std::thread thread_;
};

inline void answer(httplib::Response& response, int status, const std::string& json) {
  response.status = status;
  response.set_content(json, "application/json");
}

}  // namespace iter8::forge::test
