#pragma once

#include <cstdint>
#include <string>

#include "entrypoint/demo/behavior.h"
#include "entrypoint/demo/counters.h"
#include "entrypoint/demo/server.h"

namespace iter8::demo {

/// One version of the demo application, served on a port of its own from construction to destruction:
///   GET, POST /        responds after its latency, sometimes with status 500
///   GET, POST /order   the same, and reports whether the order converted
///   POST /v1/chat/completions   streams its tokens as server-sent events (see completion_parts())
///   GET /healthz       always 200, at once
///   GET /metrics       Counters::page
/// and, over HTTP/2 with prior knowledge, the gRPC services demo.Shop (see shop.h), grpc.health.v1.Health and
/// the reflection of both. Requests are served on the application's own thread.
class Application {
 public:
  /// Port 0 picks a free one. Throws base::Error when it cannot listen.
  Application(const Behavior& behavior, const std::string& host, int port, std::uint64_t seed);

  const std::string& name() const { return behavior_.name; }
  const Behavior& behavior() const { return behavior_; }
  int port() const { return server_.port(); }

 private:
  Response respond(const RequestHead& request);
  Response respond_slowly(bool order);
  Response stream_completion();
  Response call_shop(const RequestHead& request);
  Response fail(base::Duration latency);

  Behavior behavior_;
  Share errors_;
  Share conversions_;
  Latencies latencies_;
  Counters counters_;
  Server server_;  // last: its thread uses the others
};

}  // namespace iter8::demo
