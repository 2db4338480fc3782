#include "web/client.h"

#include <algorithm>
#include <random>
#include <string_view>

#include <fmt/format.h>

#include "base/duration.h"
#include "base/error.h"
#include "base/text.h"

namespace iter8::web {

namespace {

constexpr int kMostRedirects = 5;

/// One attempt: an exchange, and those that redirects at the same place ask for.
Exchange follow(CurlSession& session, const Request& request, base::Duration time_left,
                const std::stop_token& stop) {
  const auto deadline = std::chrono::steady_clock::now() + time_left;
  const bool may_follow = request.method == "GET" || request.method == "HEAD";
  Exchange result = session.exchange(request, time_left, stop);
  Request current = request;
  for (int redirects = 0; result.response && !result.location.empty(); ++redirects) {
    if (!may_follow || !same_origin(current.url, result.location)) break;
    if (redirects == kMostRedirects)
      return {.failure = fmt::format("more than {} redirects", kMostRedirects), .received = true};
    current.url = result.location;
    result = session.exchange(current, deadline - std::chrono::steady_clock::now(), stop);
  }
  return result;
}

std::string_view status_hint(int status) {
  if (status == 401) return "; the credentials are missing or wrong";
  if (status == 403) return "; the credentials do not permit this";
  if (status == 407) return "; the proxy wants credentials";
  if (status >= 300 && status <= 399) return "; redirects to another place are not followed";
  return "";
}

base::Error failure_of(const Request& request, const std::string& reason, int attempts,
                       const base::Secrets& secrets) {
  const std::string count = attempts > 1 ? fmt::format(" ({} attempts)", attempts) : "";
  // Masked before it is cut, so that a cut cannot leave half of a secret.
  return base::Error(secrets.mask(request_line(request)) + ": " + base::printable(secrets.mask(reason)) +
                     count);
}

Response expect_success(const Request& request, Response response, const base::Secrets& secrets) {
  if (response.status >= 200 && response.status <= 299) return response;
  throw base::Error(describe_failure(request, response, secrets));
}

/// Why another attempt is worth it, or nothing.
std::string reason_to_repeat(const Request& request, const Exchange& exchange) {
  if (exchange.response) {
    const bool again = is_worth_retrying(*exchange.response) && may_repeat(request, &*exchange.response);
    return again ? fmt::format("status {}", exchange.response->status) : "";
  }
  const bool again = exchange.transient && (!exchange.received || may_repeat(request, nullptr));
  return again ? exchange.failure : "";
}

std::uint64_t seed_of(const ClientOptions& options) {
  return options.seed != 0 ? options.seed : std::random_device{}();
}

}  // namespace

Client::Client(const base::Secrets& secrets, base::Clock& clock, const ClientOptions& options)
    : secrets_(secrets),
      clock_(clock),
      options_(options),
      backoff_(options.retry, seed_of(options)),
      session_(options.hosts) {}

Exchange Client::attempt(const Request& request, base::Duration time_left, const std::stop_token& stop) {
  const auto begin = std::chrono::steady_clock::now();
  Exchange exchange = follow(session_, request, std::min(time_left, request.timeout), stop);
  if (options_.log != nullptr && options_.log->enabled(base::LogLevel::debug)) {
    const auto took = std::chrono::round<std::chrono::milliseconds>(std::chrono::steady_clock::now() - begin);
    const std::string came = exchange.response ? fmt::format("status {}, {} bytes", exchange.response->status,
                                                             exchange.response->body.size())
                                               : base::printable(secrets_.mask(exchange.failure));
    options_.log->debug(fmt::format("{}: {} in {}", request_line(request), came, base::to_text(took)));
  }
  return exchange;
}

Response Client::send(const Request& request, const std::stop_token& stop) {
  const base::MonotonicTime deadline = clock_.now() + options_.retry.budget;
  for (int attempts = 1;; ++attempts) {
    Exchange exchange = attempt(request, deadline - clock_.now(), stop);
    const std::string reason = reason_to_repeat(request, exchange);
    base::Duration wait = backoff_.before(attempts + 1);
    // The server may ask for more than the usual wait, never for less: "0" would let it be asked without
    // pause.
    if (exchange.response)
      wait = std::max(wait, retry_after(*exchange.response, clock_.wall()).value_or(wait));
    const base::MonotonicTime next = clock_.now() + std::min(wait, options_.retry.budget);
    const bool ends = reason.empty() || attempts >= options_.retry.attempts || next >= deadline;
    if (ends && exchange.response) return std::move(*exchange.response);
    if (ends) throw failure_of(request, exchange.failure, attempts, secrets_);

    if (options_.log != nullptr)
      options_.log->info(fmt::format("{}: {}; trying again in {}", request_line(request),
                                     base::printable(secrets_.mask(reason)),
                                     base::to_text(std::chrono::round<std::chrono::milliseconds>(wait))));
    if (!clock_.wait_until(next, stop)) throw failure_of(request, "stopped", attempts, secrets_);
  }
}

Response Client::send_expecting_success(const Request& request, const std::stop_token& stop) {
  return expect_success(request, send(request, stop), secrets_);
}

std::string describe_failure(const Request& request, const Response& response, const base::Secrets& secrets) {
  // Masked before it is cut, so that a cut cannot leave half of a secret.
  const std::string preview = base::printable(secrets.mask(base::trim(response.body)));
  return fmt::format("{}: status {}{}{}{}", secrets.mask(request_line(request)), response.status,
                     preview.empty() ? "" : ": ", preview, status_hint(response.status));
}

Response send(const Request& request, const base::Secrets& secrets, const std::stop_token& stop,
              const base::HostPolicy& hosts) {
  CurlSession session(hosts);
  Exchange exchange = follow(session, request, request.timeout, stop);
  if (!exchange.response) throw failure_of(request, exchange.failure, 1, secrets);
  return std::move(*exchange.response);
}

Response send_expecting_success(const Request& request, const base::Secrets& secrets,
                                const std::stop_token& stop, const base::HostPolicy& hosts) {
  return expect_success(request, send(request, secrets, stop, hosts), secrets);
}

}  // namespace iter8::web
