#include "tasks/http/options.h"

#include <algorithm>

namespace iter8::tasks::http {

namespace {

using config::Check;
using config::Fields;
using config::Node;
using config::Problems;

constexpr std::int64_t kMostStreams = 10'000;

void check_range(const ErrorRange& range, const Node& node, Problems& problems) {
  if (!range.lower && !range.upper)
    problems.error(node.position, "error range without lower and upper; expected one of them at least");
  if (range.lower && range.upper && *range.lower > *range.upper)
    problems.error(node.position, "error range whose lower end is above its upper end");
}

void check_together(const HttpOptions& options, const Node& node, Problems& problems) {
  const auto position_of = [&](const char* key) {
    const Node* value = node.find(key);
    return value ? value->position : node.position;
  };
  if (options.url && !options.version_info.empty())
    problems.error(position_of("versionInfo"), "both url and versionInfo; expected one of them");
  const int payloads =
      options.payload_text.has_value() + options.payload_url.has_value() + options.payload_file.has_value();
  if (options.streams > 1 && options.http == load::HttpVersion::one)
    problems.error(position_of("streams"), "streams are a matter of HTTP/2; expected http: 2 or http: auto");
  if (options.stream && options.compression)
    problems.error(position_of("stream"),
                   "events of compressed responses cannot be told apart; expected "
                   "compression: false");
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
      .optional("stream", &HttpOptions::stream,
                "Takes responses apart into events: sse, ndjson, chunks, or a map with the format")
      .optional("auth", &HttpOptions::auth, "Credentials of every request")
      .optional("cookies", &HttpOptions::cookies,
                "Each connection sends back the cookies that the server sets on it")
      .optional("compression", &HttpOptions::compression,
                "Accept gzip; bodies are decompressed only where expect looks into them");
}

void add_load_fields(Fields<HttpOptions>& fields) {
  fields
      .optional("http", &HttpOptions::http,
                "Version of HTTP; auto lets TLS agree on 2 where the server has it, 2 needs no TLS (prior "
                "knowledge)")
      .optional("streams", &HttpOptions::streams, "Requests at a time on one connection of HTTP/2",
                config::within(1, kMostStreams))
      .optional("keepAlive", &HttpOptions::keep_alive,
                "Whether connections are used for more than one request")
      .part(&HttpOptions::load, config::fields_of<LoadOptions>())
      .optional("errorRanges", &HttpOptions::error_ranges,
                "Statuses that are errors, a list of {lower, upper}, both included; [] = none")
      .shown_default("[{lower: 400}]")
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

const Fields<HttpOptions>& fields_of(const HttpOptions*) {
  static const auto fields = [] {
    Fields<HttpOptions> table;
    add_target_fields(table);
    add_request_fields(table);
    add_load_fields(table);
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

}  // namespace iter8::tasks::http

namespace iter8::config {

bool Codec<tasks::http::VersionEntry>::read(const Node& node, Problems& problems,
                                            tasks::http::VersionEntry& entry) {
  if (node.kind == Node::Kind::null) return true;
  return Codec<std::optional<tasks::http::VersionTarget>>::read(node, problems, entry.target);
}

}  // namespace iter8::config
