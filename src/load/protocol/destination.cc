#include "load/protocol/destination.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/error.h"
#include "base/host_policy.h"
#include "load/protocol/http1_exchange.h"
#include "load/protocol/http2_exchange.h"
#include "load/protocol/websocket_exchange.h"
#include "load/request/request.h"

namespace iter8::load {
namespace {

StatusSet status_set(const std::vector<StatusRange>& ranges) {
  StatusSet set;
  for (const StatusRange& range : ranges) {
    const int last = std::min(range.upper, static_cast<int>(kStatuses) - 1);
    for (int status = std::max(range.lower, 0); status <= last; ++status)
      set.set(static_cast<std::size_t>(status));
  }
  return set;
}

/// RFC 9110, section 9.3.6.
std::string tunnel_request(const Target& target) {
  const net::Url& to = target.route.connect_to ? *target.route.connect_to : target.url;
  const std::string bare = to.host.find(':') == std::string::npos ? to.host : fmt::format("[{}]", to.host);
  std::string text = fmt::format("CONNECT {0}:{1} HTTP/1.1\r\nHost: {0}:{1}\r\n", bare, to.port);
  if (!target.route.proxy->user_info.empty())
    text += fmt::format("Proxy-Authorization: {}\r\n", basic_credentials(*target.route.proxy));
  return text + "\r\n";
}

const net::Url& first_hop(const Target& target) {
  if (target.route.proxy) return *target.route.proxy;
  return target.route.connect_to ? *target.route.connect_to : target.url;
}

net::TlsSettings tls_settings(const Target& target, HttpVersion http) {
  net::TlsSettings settings = target.tls;
  if (http == HttpVersion::two) settings.protocols = {"h2"};
  if (http == HttpVersion::automatic) settings.protocols = {"h2", "http/1.1"};
  return settings;
}

void check_route(const Target& target) {
  if (!target.route.proxy) return;
  if (target.route.proxy->secure) throw base::Error("proxy: https is not supported; expected http");
  if (!target.url.socket_path.empty() || !target.route.proxy->socket_path.empty())
    throw base::Error("proxy: a unix socket is reached without a proxy");
}

/// Refuses a target that the plan's policy does not allow. What a proxy connects to is not seen from here:
/// it must be allowed by its name, or written as an address that is.
void check_hosts(const Target& target, const base::HostPolicy& hosts) {
  if (hosts.is_open()) return;
  const net::Url& first = first_hop(target);
  const net::Url& last = target.route.connect_to ? *target.route.connect_to : target.url;
  for (const net::Url* url : {&first, &last})
    if (!url->socket_path.empty())
      throw base::Error("ITER8_ALLOW_HOSTS does not allow unix sockets (" + url->socket_path + ")");
  if (!hosts.may_allow(first.host, first.port))
    throw base::Error(base::HostPolicy::refusal(first.host, first.port));
  if (!target.route.proxy || hosts.allows_name(last.host, last.port)) return;
  const net::Resolution literal = net::permitted(net::resolve(last, base::Duration{0}, {}), last, hosts);
  if (literal.addresses.empty()) throw base::Error(base::HostPolicy::refusal(last.host, last.port));
}

/// Whether more than the status of a response has to be checked.
bool validates_responses(const Requests& requests) {
  return std::ranges::any_of(requests.variants,
                             [](const RequestVariant& variant) { return !variant.expected.is_empty(); });
}

}  // namespace

std::unique_ptr<Exchange> Destination::make_exchange(Protocol protocol) const {
  if (requests.websocket)
    return std::make_unique<WebSocketExchange>(
        WebSocketExchange::Settings{.requests = &requests, .streams = streams, .keep_alive = keep_alive});
  if (protocol == Protocol::http2) {
    return std::make_unique<Http2Exchange>(
        Http2Exchange::Settings{.requests = &requests,
                                .streams = streams,
                                .keep_alive = keep_alive,
                                .http1_required = tls_http1 ? http1_required.get() : nullptr,
                                .stream = stream ? &*stream : nullptr,
                                .error_statuses = &error_statuses});
  }
  const RequestVariant& first = requests.variants.front();
  const bool is_built = !requests.is_fixed() || validates_responses(requests) || stream;
  return std::make_unique<Http1Exchange>(Http1Exchange::Settings{
      .request = requests.fixed_http1,
      .body = first.response_has_body ? Http1Parser::Body::by_fields : Http1Parser::Body::none,
      .keep_alive = keep_alive,
      .requests = is_built ? &requests : nullptr,
      .stream = stream ? &*stream : nullptr,
      .error_statuses = &error_statuses});
}

Destination prepare(const Target& target, const Plan& plan, const std::stop_token& stop) {
  check_route(target);
  check_hosts(target, plan.hosts);
  Destination destination;
  destination.requests = make_requests(target, plan.keep_alive, plan.seed);
  destination.requests.first = static_cast<std::uint64_t>(plan.shard.index);
  destination.requests.stride = static_cast<std::uint64_t>(plan.shard.count);
  destination.keep_alive = plan.keep_alive;
  destination.http = plan.http;
  destination.streams = plan.streams;
  if (target.url.secure)
    destination.tls = net::make_tls_context(tls_settings(target, plan.http), target.url.host);
  if (target.url.secure && plan.http == HttpVersion::automatic)
    destination.tls_http1 = net::make_tls_context(tls_settings(target, HttpVersion::one), target.url.host);
  // Requests in the clear are handed to the proxy itself, but for what it may not speak.
  const bool is_foreign = plan.http == HttpVersion::two || target.websocket;
  if (target.route.proxy && (target.url.secure || is_foreign))
    destination.tunnel_request = tunnel_request(target);
  destination.spread = target.route.spread;
  destination.addresses = std::make_unique<Resolver>(first_hop(target), plan.hosts, plan.timeout,
                                                     target.route.resolve_every, stop);
  if (const auto& found = destination.addresses->current(); found.is_refused)
    throw base::Error(found.problem);
  destination.error_statuses = target.grpc
                                   ? status_set({{.lower = 1, .upper = static_cast<int>(kStatuses) - 1}})
                                   : status_set(target.error_statuses);
  destination.connect_timeout = plan.connect_timeout;
  destination.stream = target.stream;
  if (target.stream || (target.grpc && target.grpc->server_streams))
    destination.parts = ResponseParts::recorded;
  return destination;
}

}  // namespace iter8::load
