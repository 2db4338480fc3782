#pragma once

#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include "base/clock.h"
#include "load/exchange.h"
#include "load/plan.h"
#include "load/recorder.h"
#include "net/address.h"
#include "net/tls_stream.h"

namespace iter8::load {

/// A target made ready to be loaded: everything that is the same for all its requests, worked out once. All
/// workers read it; nobody changes it while the load runs.
struct Destination {
  std::string request;  // its bytes on the wire
  bool answers_have_body = true;
  KeepAlive keep_alive = KeepAlive::on;
  net::Resolution resolution;            // without addresses every request fails for its problem
  std::unique_ptr<net::TlsContext> tls;  // none for plain connections
  StatusSet error_statuses;

  std::unique_ptr<Exchange> make_exchange() const;
};

/// Looks up the host and reads the certificates. Blocks for at most `limit`. Throws base::Error when the
/// request or the certificates cannot be used.
Destination prepare(const Target& target, KeepAlive keep_alive, base::Duration limit,
                    const std::stop_token& stop);

}  // namespace iter8::load
