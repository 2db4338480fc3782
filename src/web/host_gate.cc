#include "web/host_gate.h"

#include <sys/socket.h>

#include "base/number.h"

namespace iter8::web {

HostGate::HostGate(const base::HostPolicy& hosts, const std::string& url) : hosts_(hosts) {
  if (hosts_.is_open()) return;
  host_ = part_of(url, CURLUPART_HOST);
  port_ = static_cast<int>(base::parse_integer(part_of(url, CURLUPART_PORT)).value_or(0));
  is_closed_ = !hosts_.may_allow(host_, port_);
  if (is_closed_) refusal_ = base::HostPolicy::refusal(host_, port_);
}

void HostGate::install(const CurlLibrary& curl, CURL* easy) {
  if (hosts_.is_open()) return;
  curl.easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, &HostGate::open);
  curl.easy_setopt(easy, CURLOPT_OPENSOCKETDATA, this);
  if (!hosts_.allows_name(host_, port_)) curl.easy_setopt(easy, CURLOPT_PROXY, "");
}

curl_socket_t HostGate::open(void* self, curlsocktype, curl_sockaddr* address) {
  auto& gate = *static_cast<HostGate*>(self);
  if (gate.hosts_.allows(address->addr, gate.host_, gate.port_))
    return ::socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
  gate.refusal_ = base::HostPolicy::refusal(gate.host_, gate.port_, base::address_text(address->addr));
  return CURL_SOCKET_BAD;
}

}  // namespace iter8::web
