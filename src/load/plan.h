#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/host_policy.h"
#include "load/data_rows.h"
#include "load/expectation.h"
#include "load/grpc_call.h"
#include "load/stream/response_stream.h"
#include "load/websocket_call.h"
#include "net/tls.h"
#include "net/url.h"

namespace iter8::load {

/// constant and poisson are open loops: requests fall due on a schedule that does not wait for responses.
/// closed is a closed loop: a connection sends its next request when the response to the last one is
/// complete.
enum class Arrival { constant, poisson, closed };

enum class KeepAlive { on, off };

/// automatic: over TLS what server and client agree on (ALPN), HTTP/1.1 in the clear. two: HTTP/2, in the
/// clear with prior knowledge.
enum class HttpVersion { automatic, one, two };

/// Whether a load looks at the parts of its responses (see Part).
enum class ResponseParts { ignored, recorded };

/// high spins through the last moment before a request is due (see WakeupMargin), which costs a core, and is
/// normal where there is no core to spare.
enum class Precision { normal, high };

/// What happens to requests in flight when the sending ends by itself: drain waits for their responses, cut
/// aborts them. A stop from outside always cuts.
enum class Drain { drain, cut };

/// One stage of a load whose rate changes: it goes in a straight line from the rate at the end of the stage
/// before to `rate`. A duration of 0 is a step.
struct Stage {
  base::Duration duration{0};
  double rate = 0;  // requests per second and target at its end
};

/// From `at` after the beginning of the measurement, a closed loop has at most so many requests of each
/// target in flight.
struct ConcurrencyStep {
  base::Duration at{0};
  int limit = 0;
};

/// This process's part of a load that several processes generate together: of every target's slots (see
/// Pacer) number `index` and every `count`-th after it. 0 <= index < count.
struct Shard {
  int index = 0;
  int count = 1;
};

/// Names and values of header fields.
using Headers = std::vector<std::pair<std::string, std::string>>;

/// One of several kinds of requests to a target, and how often it is sent relative to the others.
struct RequestShape {
  double weight = 1;       // > 0; its share is weight / sum of all weights
  std::string path = "/";  // with the query
  std::string method = "GET";
  Headers headers;
  std::string body;
  Expectation expect;
};

enum class RowOrder { sequential, random };

/// How connections reach the host of a URL.
struct Route {
  std::optional<net::Url> connect_to;  // connect to this host and port instead; Host and SNI stay
  std::optional<net::Url> proxy;       // an HTTP proxy; asked to CONNECT where TLS or HTTP/2 is spoken
  bool spread = false;                 // over all addresses of the host, not just the first that accepts
  base::Duration resolve_every{0};     // resolve the host again while the load runs; 0 = never
};

/// Where one stream of requests goes: a version, or an endpoint of a version. Its requests are all the same
/// except for the placeholders {{uuid}}, {{seq}} and {{row.COLUMN}} in path, header values and body (see
/// RequestTemplate).
struct Target {
  net::Url url;
  std::string method = "GET";
  Headers headers;  // a Host header here replaces the one made from the URL
  std::string body;
  net::TlsSettings tls;
  std::vector<StatusRange> error_statuses = {{.lower = 400, .upper = 999}};  // of HTTP; of gRPC all but ok
  /// Latency limits of objectives (any order, a handful): requests slower than each are counted exactly, in
  /// Tally::above, where a histogram's buckets would blur them.
  std::vector<base::Duration> limits;
  /// Latencies are also summed up as if none were longer than this, in Tally::slices.
  std::optional<base::Duration> latency_cap;
  Expectation expect;
  std::vector<RequestShape> mix;  // if not empty, replaces the URL's path, method, headers, body and expect
  const Rows* rows = nullptr;     // outlives the load
  RowOrder row_order = RowOrder::sequential;
  std::optional<ResponseStream> stream;  // responses are taken apart into events
  bool cookies = false;                  // each connection has a cookie jar (see CookieJar)
  Route route;
  std::optional<GrpcCall> grpc;            // requests are calls of gRPC; needs HttpVersion::two
  std::optional<WebSocketCall> websocket;  // requests are messages over WebSocket; needs HttpVersion::one
};

/// A load to generate: a plain value, complete before the load starts and not changed while it runs (see
/// check_plan() for what is valid). Rates, counts and connections are for each target; all targets are loaded
/// at the same time, their arrivals interleaved on one schedule (see Pacer).
struct Plan {
  std::vector<Target> targets;
  Arrival arrival = Arrival::constant;
  double rate = 8;  // requests per second, at the start of `stages`; unused when closed or with a trace
  std::vector<Stage> stages;          // open loop only; their durations bound the load like `duration`
  std::vector<base::Duration> trace;  // open loop: when requests fall due, ascending, instead of a rate
  HttpVersion http = HttpVersion::one;
  int connections = 4;      // open at the same time
  int max_connections = 0;  // open loop: more are opened up to here while the queue is full; 0 = none
  int streams = 1;          // concurrent requests on one connection; HTTP/2, or WebSocket with a match
  /// Open loop: how many requests may wait for a connection. When more do, connections are opened up to
  /// max_connections, and beyond that the request that has waited longest fails (overflow). nullopt = any
  /// number, until they time out.
  std::optional<std::int64_t> queue;
  std::optional<std::int64_t> requests;    // exact total, of all shards together
  std::optional<base::Duration> duration;  // of sending; with `requests` as well, whichever ends first
  base::Duration timeout = std::chrono::seconds(5);  // of one request; in an open loop from its intended time
  std::optional<base::Duration> connect_timeout;     // of opening a connection; within `timeout`
  KeepAlive keep_alive = KeepAlive::on;
  Precision precision = Precision::normal;
  Drain drain = Drain::drain;  // at the end of the duration or profile, not after the last of `requests`
  /// Closed loop, think time: how long a connection pauses after a response, uniform between the two.
  base::Duration think_min{0};
  base::Duration think_max{0};
  /// Closed loop: how many requests may be in flight, in ascending order of time; without steps as many as
  /// the connections carry.
  std::vector<ConcurrencyStep> concurrency;
  /// So many requests to each target are sent first and counted like those of the warm-up.
  std::int64_t skip_first = 0;
  std::optional<std::int64_t> error_budget;  // of all targets: one more failed request ends the sending
  base::Duration warmup{0};                  // the same load before the measurement, counted separately
  base::WallTime wall_time;                  // of the call of run(): the grid of Tally::slices
  std::uint64_t seed = 1;                    // of poisson gaps, of the order of targets, and of pauses
  int workers = 0;                           // threads; 0 = chosen from load and cores
  base::HostPolicy hosts;                    // where connections may go
  Shard shard;  // rates and requests are those of all shards, connections those of this process
};

}  // namespace iter8::load
