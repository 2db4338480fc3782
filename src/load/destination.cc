#include "load/destination.h"

#include <algorithm>

#include "load/http1_exchange.h"
#include "load/request.h"

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

}  // namespace

std::unique_ptr<Exchange> Destination::make_exchange() const {
  return std::make_unique<Http1Exchange>(Http1Exchange::Settings{
      .request = request,
      .body = answers_have_body ? Http1Parser::Body::by_fields : Http1Parser::Body::none,
      .keep_alive = keep_alive});
}

Destination prepare(const Target& target, KeepAlive keep_alive, base::Duration limit,
                    const std::stop_token& stop) {
  Destination destination;
  destination.request = http1_request(target, keep_alive);
  destination.answers_have_body = target.method != "HEAD";
  destination.keep_alive = keep_alive;
  if (target.url.secure) destination.tls = net::make_tls_context(target.tls, target.url.host);
  destination.resolution = net::resolve(target.url, limit, stop);
  destination.error_statuses = status_set(target.error_statuses);
  return destination;
}

}  // namespace iter8::load
