#pragma once

#include <atomic>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>

#include "load/expectation.h"
#include "load/plan.h"
#include "load/protocol/exchange.h"
#include "load/protocol/resolver.h"
#include "load/request/request_builder.h"
#include "net/tls_stream.h"

namespace iter8::load {

/// The protocol of a connection, once it is known.
enum class Protocol { http1, http2 };

/// A target made ready to be loaded: everything that is the same for all its requests, computed once. Shared
/// by all workers and immutable while the load runs, except for the addresses (see Resolver), the count of
/// started requests and whether HTTP/1.1 is required, which are atomic.
struct Destination {
  Requests requests;
  KeepAlive keep_alive = KeepAlive::on;
  HttpVersion http = HttpVersion::one;
  int streams = 1;
  std::unique_ptr<Resolver> addresses;
  bool spread = false;                   // connections are spread over all addresses
  std::unique_ptr<net::TlsContext> tls;  // none for plain connections
  /// HttpVersion::automatic over TLS: what is offered once a server has asked for HTTP/1.1.
  std::unique_ptr<net::TlsContext> tls_http1;
  std::unique_ptr<std::atomic<bool>> http1_required = std::make_unique<std::atomic<bool>>(false);
  std::string tunnel_request;  // CONNECT request to the proxy; empty = no tunnel
  StatusSet error_statuses;
  ResponseParts parts = ResponseParts::ignored;
  std::optional<base::Duration> connect_timeout;
  std::optional<ResponseStream> stream;  // then `parts` are recorded

  /// Whether its connections need to know the time, or count messages.
  bool is_timed() const {
    return requests.grpc != nullptr || requests.websocket != nullptr || connect_timeout;
  }

  bool is_http1_required() const { return http1_required->load(std::memory_order_relaxed); }
  /// What a new connection speaks unless ALPN negotiates something else.
  Protocol first_protocol() const { return http == HttpVersion::two ? Protocol::http2 : Protocol::http1; }
  /// The exchange borrows from this destination, which must outlive it and stay where it is.
  std::unique_ptr<Exchange> make_exchange(Protocol protocol) const;
};

/// Resolves the host, reads the certificates and builds the requests. Blocks for at most the plan's timeout.
/// A host without addresses is not an error here: its requests fail as `resolve`. Throws base::Error when the
/// request, the route or the certificates cannot be used.
Destination prepare(const Target& target, const Plan& plan, const std::stop_token& stop);

}  // namespace iter8::load
