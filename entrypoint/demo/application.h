#pragma once

#include <atomic>
#include <cstdint>
#include <string>
#include <thread>

#include <httplib.h>

#include "base/descriptor.h"
#include "entrypoint/demo/behavior.h"
#include "entrypoint/demo/counters.h"

namespace iter8::demo {

/// One version of the demo application, served on a port of its own from construction to destruction:
///   GET, POST /        answers after a while, sometimes with status 500
///   GET, POST /order   the same, and says whether the order converted
///   GET /healthz       always 200, at once
///   GET /metrics       Counters::page
/// Requests are served on the application's own threads.
class Application final : private httplib::Server {
 public:
  /// Port 0 picks a free one. Throws base::Error when it cannot listen.
  Application(const Behavior& behavior, const std::string& host, int port, std::uint64_t seed);
  /// Ends open connections; a request under way is answered without further delay.
  ~Application() override;
  Application(const Application&) = delete;
  Application& operator=(const Application&) = delete;

  const std::string& name() const { return behavior_.name; }
  int port() const { return port_; }

 private:
  bool process_and_close_socket(socket_t socket) override;

  void bind(const std::string& host, int port);
  void add_routes();
  /// Lets the time of one request pass. False when the request is one that fails, and is answered so.
  bool admit(httplib::Response& response);
  std::string take_order();
  void wait(base::Duration time) const;

  Behavior behavior_;
  Share errors_;
  Share conversions_;
  Latencies latencies_;
  Counters counters_;
  base::Descriptor stop_;  // an eventfd that becomes readable for good when the application ends
  int port_ = 0;
  std::atomic<bool> ended_ = false;
  std::jthread acceptor_;
};

}  // namespace iter8::demo
