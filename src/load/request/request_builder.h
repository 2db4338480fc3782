#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "load/expectation.h"
#include "load/plan.h"
#include "load/request/cookie_jar.h"
#include "load/request/grpc_messages.h"
#include "load/request/request_template.h"
#include "load/request/websocket_messages.h"
#include "load/schedule/random.h"

namespace iter8::load {

/// One kind of request, prepared for both versions of HTTP.
struct RequestVariant {
  struct Field {
    std::string name;  // in lower case
    RequestTemplate value;
  };

  double share = 1;           // cumulative share of all requests: of this kind and those before it
  std::string line;           // HTTP/1.1: the method and a space
  RequestTemplate path;       // HTTP/1.1: request target, to a forwarding proxy the whole URL
  RequestTemplate rest;       // HTTP/1.1: everything between request target and body
  std::vector<Field> fields;  // HTTP/2: pseudo-header fields first, without cookies
  RequestTemplate body;
  bool response_has_body = true;
  Expectation expected;

  bool is_fixed() const;
  bool has_fixed_fields() const;
};

/// All that a target's requests are built from, computed once and immutable, except for the count of started
/// requests. Shared by all workers: request number n is the same whichever of them sends it.
struct Requests {
  std::vector<RequestVariant> variants;
  std::string fixed_http1;  // the bytes of every request for HTTP/1.1 when is_fixed(), else empty
  bool cookies = false;
  const Rows* rows = nullptr;
  RowOrder row_order = RowOrder::sequential;
  std::uint64_t seed = 1;
  std::uint64_t first = 0;   // number of this process's first request
  std::uint64_t stride = 1;  // between its numbers; more than 1 for a shard
  std::unique_ptr<std::atomic<std::uint64_t>> started = std::make_unique<std::atomic<std::uint64_t>>(0);
  std::unique_ptr<std::atomic<std::uint32_t>> builders = std::make_unique<std::atomic<std::uint32_t>>(0);
  std::unique_ptr<const GrpcMessages> grpc;            // where requests are calls of gRPC
  std::unique_ptr<const WebSocketMessages> websocket;  // where they are messages over WebSocket

  /// Whether all requests have the same bytes.
  bool is_fixed() const {
    return has_fixed_fields() && variants.front().is_fixed() && !(grpc && grpc->differ());
  }
  /// Whether all requests for HTTP/2 have the same fields.
  bool has_fixed_fields() const {
    return variants.size() == 1 && !cookies && variants.front().has_fixed_fields();
  }
};

/// Builds the requests of one connection, one after the other, where they differ: chooses the kind, draws the
/// values and fills the templates. Keeps its buffers, so that after the first few requests nothing is
/// allocated. One thread.
class RequestBuilder {
 public:
  explicit RequestBuilder(const Requests& requests);

  /// Chooses the kind and the values of the next request.
  const RequestVariant& next();
  /// The values of that request.
  const Draw& draw() const { return draw_; }
  /// Sets their time.
  void note_time(base::WallTime time) { draw_.time = time; }
  /// The same, but another UUID and time.
  void redraw(base::WallTime time);
  /// Adds the length of its body to them.
  void draw_length() { draw_.length = variant_->body.size(draw_); }
  /// Its bytes for HTTP/1.1; valid until the next call.
  std::string_view http1();

  CookieJar& jar() { return jar_; }
  CookieJar* jar_if_used() { return requests_->cookies ? &jar_ : nullptr; }

 private:
  const Requests* requests_;
  const RequestVariant* variant_ = nullptr;
  SplitMix64 random_;  // for the UUIDs
  Draw draw_;
  CookieJar jar_;
  std::string cookie_line_;
  std::string buffer_;
};

}  // namespace iter8::load
