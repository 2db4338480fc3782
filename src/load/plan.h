#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "net/tls.h"
#include "net/url.h"

namespace iter8::load {

/// constant and poisson are open loops: requests fall due on a schedule that does not wait for answers.
/// closed sends the next request of a connection when the last one was answered.
enum class Arrival { constant, poisson, closed };

enum class KeepAlive { on, off };

/// automatic: over TLS what server and client agree on (ALPN), HTTP/1.1 in the clear. two: HTTP/2, in the
/// clear with prior knowledge.
enum class HttpVersion { automatic, one, two };

/// Status codes from lower to upper, both included.
struct StatusRange {
  int lower = 0;
  int upper = 999;
};

/// Where one stream of requests goes: one version, or one endpoint of one. Every request of it is the same.
struct Target {
  net::Url url;
  std::string method = "GET";
  std::vector<std::pair<std::string, std::string>> headers;  // a Host among them replaces the URL's
  std::string body;
  net::TlsSettings tls;
  std::vector<StatusRange> error_statuses = {{.lower = 400, .upper = 999}};
};

/// A load to generate. Rates, counts and connections are for each target; targets are loaded in one window,
/// their arrivals interleaved on one schedule.
struct Plan {
  std::vector<Target> targets;
  Arrival arrival = Arrival::constant;
  double rate = 8;  // requests per second; unused when closed
  HttpVersion http = HttpVersion::one;
  int connections = 4;                               // at most, open at the same time
  int streams = 1;                                   // requests at a time on one connection; HTTP/2 only
  std::optional<std::int64_t> requests;              // exact total
  std::optional<base::Duration> duration;            // of sending; with `requests` too, whichever ends first
  base::Duration timeout = std::chrono::seconds(5);  // of one request, from its intended time in an open loop
  KeepAlive keep_alive = KeepAlive::on;
  base::Duration warmup{0};  // the same load before the measurement, counted apart
  std::uint64_t seed = 1;    // of poisson
  int workers = 0;           // threads; 0 = as many as the load and the cores warrant
};

}  // namespace iter8::load
