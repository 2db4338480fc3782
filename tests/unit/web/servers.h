#pragma once

#include <mutex>
#include <string>
#include <thread>

#include <catch2/catch.hpp>
#include <httplib.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "base/clock.h"
#include "base/descriptor.h"

namespace iter8::web::test {

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

/// Time that jumps to what is waited for.
class JumpingClock final : public base::Clock {
 public:
  base::MonotonicTime now() const override { return base::MonotonicTime(std::chrono::hours(1) + waited); }
  base::WallTime wall() const override {
    return base::WallTime(std::chrono::seconds(1767225600) + waited);  // 2026-01-01T00:00:00Z
  }
  bool wait_until(base::MonotonicTime deadline, const std::stop_token& stop) override {
    if (stop.stop_requested()) return false;
    waited += std::max(deadline - now(), base::Duration{0});
    return true;
  }

  base::Duration waited{0};
};

}  // namespace iter8::web::test
