#include "tasks/metrics/access/sql_address.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/text.h"
#include "net/address.h"

namespace iter8::tasks::metrics::sql {

namespace {

/// Parameters of a URL that change neither where it leads nor which files are read.
constexpr std::array<std::string_view, 6> kHarmless = {
    "sslmode", "connect_timeout", "application_name", "client_encoding", "channel_binding", "options"};

/// Those that say where it leads, of which libpq has the last word.
constexpr std::array<std::string_view, 5> kPlaces = {"host", "hostaddr", "port", "service", "servicefile"};

/// Where "host:port" of postgresql://user:password@host:port/database?x=y begins, and its length.
std::pair<std::size_t, std::size_t> place_in(std::string_view url) {
  const std::size_t begin = url.find("://") + 3;
  const std::size_t end = std::min(url.find_first_of("/?", begin), url.size());
  const std::size_t at = url.substr(0, end).rfind('@');
  const std::size_t host = at == std::string_view::npos || at < begin ? begin : at + 1;
  return {host, end - host};
}

std::vector<std::string> parameters_of(std::string_view url) {
  const std::size_t mark = url.find('?');
  std::vector<std::string> names;
  if (mark == std::string_view::npos) return names;
  for (const std::string& parameter : base::split(url.substr(mark + 1), '&'))
    names.push_back(parameter.substr(0, parameter.find('=')));
  return names;
}

void check_parameters(std::string_view url) {
  for (const std::string& name : parameters_of(url))
    if (std::ranges::find(kHarmless, name) == kHarmless.end())
      throw base::Error("url: with ITER8_ALLOW_HOSTS the parameter '" + base::printable(name) +
                        "' is not allowed");
}

/// Nothing when the URL does not name one host, and nothing but it.
std::optional<net::Url> server_of(std::string_view url) {
  const auto [begin, length] = place_in(url);
  const std::string place(url.substr(begin, length));
  if (place.empty() || place.find_first_of(",%") != std::string::npos) return std::nullopt;
  for (const std::string& name : parameters_of(url))
    if (std::ranges::find(kPlaces, name) != kPlaces.end()) return std::nullopt;
  std::string problem;
  auto server = net::parse_url("http://" + place, problem);
  if (!server || !server->socket_path.empty()) return std::nullopt;
  constexpr int usual_port = 5432;
  if (server->default_port) server->port = usual_port;
  return server;
}

}  // namespace

std::string with_addresses(const std::string& url, const base::HostPolicy& hosts, base::Duration limit,
                           const std::stop_token& stop) {
  if (!hosts.is_open()) check_parameters(url);
  const std::optional<net::Url> server = server_of(url);
  if (!server && hosts.is_open()) return url;
  if (!server)
    throw base::Error(
        "url: with ITER8_ALLOW_HOSTS, expected one host, as in postgresql://host:5432/database");
  if (!hosts.may_allow(server->host, server->port))
    throw base::Error(base::HostPolicy::refusal(server->host, server->port));
  const net::Resolution found = net::permitted(net::resolve(*server, limit, stop), *server, hosts);
  if (found.addresses.empty()) throw base::Error(found.problem);

  // libpq tries them in this order, and wants the host, whose certificate is verified, beside each.
  const auto [begin, length] = place_in(url);
  std::string places;
  std::string addresses;
  for (const net::Address& address : found.addresses) {
    const std::string separator = addresses.empty() ? "" : ",";
    places += separator + url.substr(begin, length);
    addresses += separator + base::address_text(reinterpret_cast<const sockaddr&>(address.storage));
  }
  std::string resolved = url;
  resolved.replace(begin, length, places);
  return resolved + (url.find('?') == std::string::npos ? "?" : "&") + "hostaddr=" + addresses;
}

}  // namespace iter8::tasks::metrics::sql
