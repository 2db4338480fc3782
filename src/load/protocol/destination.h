#pragma once

#include <memory>
#include <stop_token>
#include <string>

#include "load/expectation.h"
#include "load/plan.h"
#include "load/protocol/exchange.h"
#include "load/protocol/resolver.h"
#include "load/request/request_builder.h"
#include "net/tls_stream.h"

namespace iter8::load {

/// What is spoken on a connection.
enum class Protocol { http1, http2 };

/// A target made ready to be loaded: everything that is the same for all its requests, worked out once. All
/// workers read it; nobody changes it while the load runs, but for the addresses and the count of requests.
struct Destination {
  Requests requests;
  std::string fixed_request;  // its bytes for HTTP/1.1, where all requests are the same
  KeepAlive keep_alive = KeepAlive::on;
  HttpVersion http = HttpVersion::one;
  int streams = 1;
  std::unique_ptr<Resolver> addresses;
  bool spread = false;                   // connections over all addresses
  std::unique_ptr<net::TlsContext> tls;  // none for plain connections
  std::string tunnel_request;            // what asks a proxy for a connection; empty = none needed
  StatusSet error_statuses;

  /// What a new connection speaks unless TLS agrees on something else.
  Protocol first_protocol() const { return http == HttpVersion::two ? Protocol::http2 : Protocol::http1; }
  std::unique_ptr<Exchange> make_exchange(Protocol protocol) const;
};

/// Looks up the host and reads the certificates. Blocks for at most the plan's timeout. Throws base::Error
/// when the request or the certificates cannot be used.
Destination prepare(const Target& target, const Plan& plan, const std::stop_token& stop);

}  // namespace iter8::load
