#pragma once

#include <stop_token>
#include <string>
#include <vector>

#include <sys/socket.h>

#include "base/clock.h"
#include "base/host_policy.h"
#include "net/url.h"

namespace iter8::net {

/// Where a socket can connect to: IPv4, IPv6 or unix.
struct Address {
  sockaddr_storage storage{};
  socklen_t size = 0;

  int family() const { return storage.ss_family; }
  /// "127.0.0.1:80", "[::1]:80" or the socket's path.
  std::string to_text() const;
};

/// What a host name led to: the addresses in the order to try them, or none and the reason.
struct Resolution {
  std::vector<Address> addresses;
  std::string problem;
  bool is_refused = false;  // there are addresses, but none that may be connected to
};

/// Looks up the host of `url` (a numeric address or a unix socket needs no look-up). Blocks for at most
/// `limit`, and ends soon after `stop` is requested, although getaddrinfo knows neither: it runs on a thread
/// of its own, which is left behind when it is late.
Resolution resolve(const Url& url, base::Duration limit, const std::stop_token& stop);

/// Only those addresses that the policy allows for the sake of the URL's host. When it allows none of
/// them, the problem says so.
Resolution permitted(Resolution resolution, const Url& url, const base::HostPolicy& hosts);

}  // namespace iter8::net
