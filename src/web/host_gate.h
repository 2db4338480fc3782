#pragma once

#include <string>

#include "base/host_policy.h"
#include "web/curl_library.h"

namespace iter8::web {

/// Stands between one transfer and the network: every address is checked right before it is connected to,
/// whatever name, redirect or proxy led there. Lives as long as the transfer; not thread-safe.
class HostGate {
 public:
  /// Borrows the policy.
  HostGate(const base::HostPolicy& hosts, const std::string& url);
  HostGate(const HostGate&) = delete;
  HostGate& operator=(const HostGate&) = delete;

  /// Sets up the handle. A host that only its address can allow is reached without a proxy, because nobody
  /// sees what address a proxy connects to.
  void install(const CurlLibrary& curl, CURL* easy);

  /// Whether nothing need be tried: the host cannot be allowed.
  bool is_closed() const { return is_closed_; }
  /// Why the last connection was refused, or empty.
  const std::string& refusal() const { return refusal_; }

 private:
  static curl_socket_t open(void* self, curlsocktype purpose, curl_sockaddr* address);

  const base::HostPolicy& hosts_;
  std::string host_;
  int port_ = 0;
  bool is_closed_ = false;
  std::string refusal_;
};

}  // namespace iter8::web
