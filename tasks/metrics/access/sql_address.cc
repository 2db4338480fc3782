#include "tasks/metrics/access/sql_address.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "base/error.h"
#include "base/text.h"
#include "net/address.h"

namespace iter8::tasks::metrics::sql {

namespace {

/// Parameters of a URL that change neither where it leads nor which files are read.
constexpr std::array<std::string_view, 6> kHarmless = {
    "sslmode", "connect_timeout", "application_name", "client_encoding", "channel_binding", "options"};

/// "host:port" of postgresql://user:password@host:port/database?x=y.
std::string_view place_in(std::string_view url) {
  url.remove_prefix(url.find("://") + 3);
  const std::string_view authority = url.substr(0, url.find_first_of("/?"));
  const std::size_t at = authority.rfind('@');
  return at == std::string_view::npos ? authority : authority.substr(at + 1);
}

void check_parameters(std::string_view url) {
  const std::size_t mark = url.find('?');
  if (mark == std::string_view::npos) return;
  for (const std::string& parameter : base::split(url.substr(mark + 1), '&')) {
    const std::string name = parameter.substr(0, parameter.find('='));
    if (std::ranges::find(kHarmless, name) == kHarmless.end())
      throw base::Error("url: with ITER8_ALLOW_HOSTS the parameter '" + base::printable(name) +
                        "' is not allowed");
  }
}

}  // namespace

std::string at_allowed_address(const std::string& url, const base::HostPolicy& hosts, base::Duration limit,
                               const std::stop_token& stop) {
  if (hosts.is_open()) return url;
  check_parameters(url);
  const std::string place(place_in(url));
  std::string problem;
  std::optional<net::Url> server;
  if (!place.empty() && place.find_first_of(",%") == std::string::npos)
    server = net::parse_url("http://" + place, problem);
  if (!server || !server->socket_path.empty())
    throw base::Error(
        "url: with ITER8_ALLOW_HOSTS, expected one host, as in postgresql://host:5432/database");
  constexpr int usual_port = 5432;
  if (server->default_port) server->port = usual_port;
  if (!hosts.may_allow(server->host, server->port))
    throw base::Error(base::HostPolicy::refusal(server->host, server->port));
  const net::Resolution found = net::permitted(net::resolve(*server, limit, stop), *server, hosts);
  if (found.addresses.empty()) throw base::Error(found.problem);
  const auto& address = reinterpret_cast<const sockaddr&>(found.addresses.front().storage);
  return url + (url.find('?') == std::string::npos ? "?" : "&") + "hostaddr=" + base::address_text(address);
}

}  // namespace iter8::tasks::metrics::sql
