#include "tasks/http/options.h"

#include <algorithm>

namespace iter8::tasks::http {

namespace {

using config::Check;
using config::Fields;
using config::Node;
using config::Problems;

constexpr std::array kUsualPercentiles = {50.0, 75.0, 90.0, 95.0, 99.0, 99.9};
constexpr double kHighestRate = 10e6;
constexpr std::int64_t kMostConnections = 100'000;
constexpr std::int64_t kMostStreams = 10'000;
constexpr std::int64_t kMostRequests = 1'000'000'000'000;
constexpr std::int64_t kMostWorkers = 1024;
constexpr base::Duration kLongestTimeout = std::chrono::hours(1);  // what the histogram holds

Check<std::optional<double>> valid_rate() {
  return [](const std::optional<double>& rate) -> std::optional<std::string> {
    if (!rate || (*rate > 0 && *rate <= kHighestRate)) return std::nullopt;
    if (*rate > kHighestRate) return "must be at most 10000000";
    return "must be more than 0 (as fast as the connections allow is arrival: closed)";
  };
}

Check<std::vector<double>> valid_percentiles() {
  return [](const std::vector<double>& percentiles) -> std::optional<std::string> {
    for (const double p : percentiles)
      if (!(p >= 0 && p <= 100)) return "must be numbers from 0 to 100";
    return std::nullopt;
  };
}

Check<base::Duration> valid_timeout() {
  return [](const base::Duration& timeout) -> std::optional<std::string> {
    if (timeout > base::Duration{0} && timeout <= kLongestTimeout) return std::nullopt;
    return "must be longer than 0 and at most 1h";
  };
}

Check<base::Duration> not_negative() {
  return [](const base::Duration& duration) -> std::optional<std::string> {
    if (duration >= base::Duration{0}) return std::nullopt;
    return "must not be negative";
  };
}

void check_range(const ErrorRange& range, const Node& node, Problems& problems) {
  if (!range.lower && !range.upper)
    problems.error(node.position, "error range without lower and upper; expected one of them at least");
  if (range.lower && range.upper && *range.lower > *range.upper)
    problems.error(node.position, "error range whose lower end is above its upper end");
}

void check_tls(const TlsOptions& tls, const Node& node, Problems& problems) {
  if (tls.cert.empty() != tls.key.empty())
    problems.error(node.position, "tls: a client certificate needs both cert and key");
}

void check_together(const HttpOptions& options, const Node& node, Problems& problems) {
  const auto position_of = [&](const char* key) {
    const Node* value = node.find(key);
    return value ? value->position : node.position;
  };
  if (options.url && !options.version_info.empty())
    problems.error(position_of("versionInfo"), "both url and versionInfo; expected one of them");
  if (options.arrival == load::Arrival::closed && options.rate)
    problems.warning(position_of("qps"), "qps has no meaning with arrival: closed");
  if (options.latency_cap && *options.latency_cap > options.timeout)
    problems.error(position_of("latencyCap"),
                   "latencyCap is longer than the timeout, beyond which no latency is known");
  check_pace(
      options.pace,
      {.arrival = options.arrival, .connections = options.connections, .has_rate = options.rate.has_value()},
      node, problems);
  const int payloads =
      options.payload_text.has_value() + options.payload_url.has_value() + options.payload_file.has_value();
  if (options.streams > 1 && options.http == load::HttpVersion::one)
    problems.error(position_of("streams"), "streams are a matter of HTTP/2; expected http: 2 or http: auto");
  if (payloads > 1)
    problems.warning(position_of("payloadStr"),
                     "several payloads; payloadFile wins over payloadURL, and that over payloadStr");
}

/// The table is long and nothing but a table: three parts, in the order in which `iter8 tasks http` lists it.
void add_target_fields(Fields<HttpOptions>& fields) {
  fields
      .optional("url", &HttpOptions::url,
                "Where requests go; a template ({{ .version.url }}) is rendered for each version")
      .shown_default("the url of each version")
      .optional("path", &HttpOptions::path,
                "With a leading /: replaces the URL's path and query; else appended to it")
      .optional(
          "versionInfo", &HttpOptions::version_info,
          "Older form of versions: a list of {url, headers}; null counts a version but does not load it")
      .optional("method", &HttpOptions::method, "HTTP method", config::if_given(method_name()))
      .shown_default("GET; POST when there is a payload or contentType")
      .optional("headers", &HttpOptions::headers, "Request headers; values may be templates")
      .optional("payloadStr", &HttpOptions::payload_text, "Body of each request, sent as it is")
      .optional("payloadURL", &HttpOptions::payload_url,
                "Where the body is fetched when the task starts; wins over payloadStr")
      .optional(
          "payloadFile", &HttpOptions::payload_file,
          "File with the body, relative to the experiment's directory; wins over payloadURL and payloadStr")
      .optional("contentType", &HttpOptions::content_type, "Content-Type of the body")
      .shown_default("application/octet-stream")
      .optional("tls", &HttpOptions::tls, "How https connections are secured")
      .optional("connectTo", &HttpOptions::connect_to,
                "Host and port to connect to instead of the URL's; Host and SNI stay")
      .optional("addresses", &HttpOptions::addresses,
                "Which of the host's addresses connections go to: the first that accepts, or all in turn")
      .optional("resolveEvery", &HttpOptions::resolve_every,
                "Look the host up again this often while the load runs; 0 = never", not_negative())
      .optional("proxy", &HttpOptions::proxy, "HTTP proxy to go through, http://host:port")
      .shown_default("none; no environment variable is read");
}

void add_request_fields(Fields<HttpOptions>& fields) {
  fields
      .optional(
          "targets", &HttpOptions::targets,
          "Several kinds of requests and how often each is sent; what one does not set is as in the task")
      .optional("rows", &HttpOptions::rows,
                "CSV file whose columns {{row.COLUMN}} names in path, headers and payload; relative to the "
                "experiment's directory")
      .optional("rowOrder", &HttpOptions::row_order, "Which row a request gets")
      .optional("expect", &HttpOptions::expect,
                "What responses have to look like; others count as errors of class expect")
      .optional("auth", &HttpOptions::auth, "Credentials of every request")
      .optional("cookies", &HttpOptions::cookies,
                "Each connection sends back the cookies that the server sets on it")
      .optional("compression", &HttpOptions::compression,
                "Accept gzip; bodies are decompressed only where expect looks into them");
}

void add_load_fields(Fields<HttpOptions>& fields) {
  fields
      .optional("numRequests", &HttpOptions::requests, "Requests to send to each version",
                config::if_given(config::within(1, kMostRequests)))
      .shown_default("100 when duration is not set")
      .optional("duration", &HttpOptions::duration,
                "How long to send; with numRequests, whichever ends first",
                config::if_given(config::longer_than_zero()))
      .optional("qps", &HttpOptions::rate, "Requests per second and version", valid_rate())
      .alias("rps")
      .shown_default("8")
      .optional("http", &HttpOptions::http,
                "Version of HTTP; auto lets TLS agree on 2 where the server has it, 2 needs no TLS (prior "
                "knowledge)")
      .optional("streams", &HttpOptions::streams, "Requests at a time on one connection of HTTP/2",
                config::within(1, kMostStreams))
      .optional("connections", &HttpOptions::connections, "Connections to each version (see maxConnections)",
                config::within(1, kMostConnections))
      .optional(
          "arrival", &HttpOptions::arrival,
          "constant or poisson send on a schedule; closed sends the next request when the response to the "
          "last one is complete")
      .optional("timeout", &HttpOptions::timeout, "Time for one request, from when it was due",
                valid_timeout())
      .optional("keepAlive", &HttpOptions::keep_alive,
                "Whether connections are used for more than one request")
      .optional("sequential", &HttpOptions::sequential,
                "Load one version after another instead of all in one window")
      .optional("seed", &HttpOptions::seed, "Seed of poisson gaps, of the order of versions and of pauses",
                config::at_least(0))
      .optional("shard", &HttpOptions::shard_text,
                "This process's part of a load that several generate: 2/4, or auto for the CI system's own "
                "numbers")
      .optional("workers", &HttpOptions::workers, "Threads; 0 = as many as the load and the cores warrant",
                config::within(0, kMostWorkers))
      .part(&HttpOptions::pace, config::fields_of<PaceOptions>());
}

void add_measuring_fields(Fields<HttpOptions>& fields) {
  fields
      .optional("errorRanges", &HttpOptions::error_ranges,
                "Statuses that are errors, a list of {lower, upper}, both included; [] = none")
      .shown_default("[{lower: 400}]")
      .optional("percentiles", &HttpOptions::percentiles,
                "Latency percentiles to report beside the usual ones", valid_percentiles())
      .shown_default("[50, 75, 90, 95, 99, 99.9]")
      .optional("latencyCap", &HttpOptions::latency_cap,
                "Also record latency-mean-capped, where no request counts as slower than this, and "
                "latency-above-cap, the share of those that were",
                config::if_given(valid_timeout()))
      .shown_default("none")
      .optional("warmup", &HttpOptions::warmup, "Send the load but record no metrics")
      .optional("warmupDuration", &HttpOptions::warmup_duration, "Time of load before measuring begins",
                not_negative())
      .optional("allowInitialErrors", &HttpOptions::allow_initial_errors,
                "Whether errors of a warm-up are accepted")
      .optional("allowAllFailed", &HttpOptions::allow_all_failed,
                "Whether a load in which no request got an answer is accepted; else it fails the task")
      .optional("endpoints", &HttpOptions::endpoints,
                "Several loads, name: {the same fields}; each inherits what it does not set and reports as "
                "http-<name>")
      .rule(check_together);
}

bool gives_any(const Node& node, std::initializer_list<const char*> keys) {
  return std::any_of(keys.begin(), keys.end(), [&](const char* key) { return node.find(key) != nullptr; });
}

}  // namespace

const Fields<VersionTarget>& fields_of(const VersionTarget*) {
  static const auto fields =
      Fields<VersionTarget>{}
          .required("url", &VersionTarget::url, "Where requests to the version go")
          .optional("headers", &VersionTarget::headers, "Request headers for the version");
  return fields;
}

const Fields<ErrorRange>& fields_of(const ErrorRange*) {
  const auto status = config::if_given(config::within(0, 999));
  static const auto fields =
      Fields<ErrorRange>{}
          .optional("lower", &ErrorRange::lower, "First status that is an error", status)
          .optional("upper", &ErrorRange::upper, "Last status that is an error", status)
          .rule(check_range);
  return fields;
}

const Fields<TlsOptions>& fields_of(const TlsOptions*) {
  static const auto fields =
      Fields<TlsOptions>{}
          .optional("ca", &TlsOptions::ca, "PEM file of certificates to trust instead of the system's")
          .optional("cert", &TlsOptions::cert, "PEM file of the client certificate")
          .optional("key", &TlsOptions::key, "PEM file of its key")
          .optional("serverName", &TlsOptions::server_name, "Name for SNI and the certificate check")
          .shown_default("the host of the URL")
          .optional("insecure", &TlsOptions::insecure,
                    "Do not verify the server's certificate; recorded in the result")
          .rule(check_tls);
  return fields;
}

const Fields<HttpOptions>& fields_of(const HttpOptions*) {
  static const auto fields = [] {
    Fields<HttpOptions> table;
    add_target_fields(table);
    add_request_fields(table);
    add_load_fields(table);
    add_measuring_fields(table);
    return table;
  }();
  return fields;
}

bool read_endpoint(const HttpOptions& base, const Node& node, Problems& problems, HttpOptions& endpoint) {
  endpoint = base;
  endpoint.endpoints.clear();
  if (gives_any(node, {"payloadStr", "payloadURL", "payloadFile"})) {
    endpoint.payload_text.reset();
    endpoint.payload_url.reset();
    endpoint.payload_file.reset();
  }
  if (gives_any(node, {"path", "method", "payloadStr"})) endpoint.targets.clear();
  if (gives_any(node, {"url"})) endpoint.version_info.clear();
  if (gives_any(node, {"versionInfo"})) endpoint.url.reset();

  if (!fields_of(&endpoint).read(node, problems, endpoint)) return false;
  if (endpoint.endpoints.empty()) return true;
  problems.error(node.position, "an endpoint cannot have endpoints of its own");
  return false;
}

std::vector<double> percentiles_of(const HttpOptions& options) {
  std::vector<double> percentiles;
  const auto add = [&](double p) {
    if (std::find(percentiles.begin(), percentiles.end(), p) == percentiles.end()) percentiles.push_back(p);
  };
  std::for_each(options.percentiles.begin(), options.percentiles.end(), add);
  std::for_each(kUsualPercentiles.begin(), kUsualPercentiles.end(), add);
  return percentiles;
}

}  // namespace iter8::tasks::http

namespace iter8::config {

bool Codec<tasks::http::VersionEntry>::read(const Node& node, Problems& problems,
                                            tasks::http::VersionEntry& entry) {
  if (node.kind == Node::Kind::null) return true;
  return Codec<std::optional<tasks::http::VersionTarget>>::read(node, problems, entry.target);
}

}  // namespace iter8::config
