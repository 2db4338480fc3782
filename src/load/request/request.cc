#include "load/request/request.h"

#include <algorithm>
#include <numeric>
#include <string_view>

#include <fmt/format.h>

#include "base/encoding.h"
#include "base/error.h"
#include "base/text.h"

namespace iter8::load {
namespace {

/// Token, RFC 9110 section 5.6.2.
bool is_token(std::string_view text) {
  constexpr std::string_view kBytes =
      "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
  return !text.empty() && text.find_first_not_of(kBytes) == std::string_view::npos;
}

bool is_field_value(std::string_view text) {
  return std::ranges::none_of(text, [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return (byte < 0x20 && c != '\t') || byte == 0x7f;
  });
}

const std::string* find_field(const Headers& headers, std::string_view lower_name) {
  const auto found = std::ranges::find_if(
      headers, [&](const auto& field) { return base::lower(field.first) == lower_name; });
  return found == headers.end() ? nullptr : &found->second;
}

void check_length_field(const RequestShape& shape, const Target& target, std::string_view name,
                        std::string_view value) {
  const bool fixed = RequestTemplate(shape.body, target.rows).is_fixed();
  if (fixed && base::trim(value) == std::to_string(shape.body.size())) return;
  throw base::Error(fmt::format("{}: the header field '{}: {}' contradicts the body of {} bytes",
                                target.url.to_text(), name, value,
                                fixed ? std::to_string(shape.body.size()) : "differing"));
}

/// Values of rows become part of a header field where a placeholder names them.
void check_rows(const Target& target, std::string_view name, const std::string& value) {
  if (target.rows == nullptr || RequestTemplate(value, target.rows).is_fixed()) return;
  if (std::ranges::all_of(target.rows->cells, is_field_value)) return;
  throw base::Error(fmt::format(
      "{}: the header field '{}' takes its value from rows, and one of them holds a control character",
      target.url.to_text(), name));
}

void check(const RequestShape& shape, const Target& target) {
  const std::string where = target.url.to_text();
  if (!is_token(shape.method)) {
    throw base::Error(fmt::format("{}: '{}' is not an HTTP method", where, base::printable(shape.method)));
  }
  for (const auto& [name, value] : shape.headers) {
    if (!is_token(name)) {
      throw base::Error(
          fmt::format("{}: '{}' is not the name of a header field", where, base::printable(name)));
    }
    if (!is_field_value(value)) {
      throw base::Error(fmt::format("{}: the header field '{}' holds a control character", where, name));
    }
    const std::string lower = base::lower(name);
    if (lower == "transfer-encoding") {
      throw base::Error(fmt::format(
          "{}: the header field '{}' cannot be set: bodies are sent with their length", where, name));
    }
    if (lower == "content-length") check_length_field(shape, target, name, value);
    check_rows(target, name, value);
  }
}

bool expects_body(std::string_view method) {
  return method == "POST" || method == "PUT" || method == "PATCH";
}

/// The fields that the target does not set itself come first.
Headers all_headers(const RequestShape& shape, const Target& target) {
  Headers headers;
  const auto add = [&](std::string name, std::string_view value) {
    if (find_field(shape.headers, base::lower(name)) == nullptr) headers.emplace_back(std::move(name), value);
  };
  add("Host", target.url.authority());
  add("User-Agent", "iter8");
  if (!target.url.user_info.empty()) add("Authorization", basic_credentials(target.url));
  const bool fixed = RequestTemplate(shape.body, target.rows).is_fixed();
  if (!shape.body.empty() || expects_body(shape.method))
    add("Content-Length", fixed ? std::to_string(shape.body.size()) : std::string(RequestTemplate::kLength));
  for (const auto& [name, value] : shape.headers) headers.emplace_back(name, base::trim(value));
  return headers;
}

/// A proxy that forwards requests in the clear is sent the whole URL (RFC 9112, section 3.2.2).
bool is_forwarded(const Target& target) {
  return target.route.proxy && !target.url.secure && !target.websocket;
}

std::string http1_path(const RequestShape& shape, const Target& target) {
  return is_forwarded(target) ? "http://" + target.url.authority() + shape.path : shape.path;
}

std::string http1_rest(const RequestShape& shape, const Target& target, KeepAlive keep_alive) {
  std::string text = " HTTP/1.1\r\n";
  const Headers headers = all_headers(shape, target);
  for (const auto& [name, value] : headers) text += fmt::format("{}: {}\r\n", name, value);
  if (keep_alive == KeepAlive::off && find_field(headers, "connection") == nullptr)
    text += "Connection: close\r\n";
  if (is_forwarded(target) && !target.route.proxy->user_info.empty())
    text += fmt::format("Proxy-Authorization: {}\r\n", basic_credentials(*target.route.proxy));
  if (target.cookies) text += RequestTemplate::kCookies;
  return text + "\r\n";
}

/// RFC 9113, section 8.2.2: HTTP/2 has no fields about the connection, and Host becomes :authority.
bool is_for_http2(std::string_view lower_name, std::string_view value) {
  constexpr std::array kNot = {"connection", "host", "keep-alive", "proxy-connection", "upgrade"};
  if (lower_name == "te") return value == "trailers";
  return std::ranges::find(kNot, lower_name) == kNot.end();
}

std::vector<RequestVariant::Field> http2_fields(const RequestShape& shape, const Target& target) {
  const Headers headers = all_headers(shape, target);
  std::vector<RequestVariant::Field> fields;
  const auto add = [&](std::string name, const std::string& value,
                       RequestTemplate::Escape escape = RequestTemplate::Escape::none) {
    fields.push_back({std::move(name), RequestTemplate(value, target.rows, escape)});
  };
  add(":method", shape.method);
  add(":scheme", target.url.secure ? "https" : "http");
  add(":authority", *find_field(headers, "host"));
  add(":path", shape.path, RequestTemplate::Escape::percent);
  for (const auto& [name, value] : headers) {
    if (is_for_http2(base::lower(name), value)) add(base::lower(name), value);
  }
  return fields;
}

RequestVariant variant_of(const RequestShape& shape, const Target& target, KeepAlive keep_alive) {
  check(shape, target);
  return {.line = shape.method + " ",
          .path = RequestTemplate(http1_path(shape, target), target.rows, RequestTemplate::Escape::percent),
          .rest = RequestTemplate(http1_rest(shape, target, keep_alive), target.rows),
          .fields = http2_fields(shape, target),
          .body = RequestTemplate(shape.body, target.rows),
          .response_has_body = shape.method != "HEAD",
          .expected = shape.expect};
}

std::vector<RequestShape> shapes_of(const Target& target) {
  if (!target.mix.empty()) return target.mix;
  return {{.path = target.url.target,
           .method = target.method,
           .headers = target.headers,
           .body = target.body,
           .expect = target.expect}};
}

/// Metadata are header fields: printable ASCII, or any bytes in base64 where the name ends in -bin. Names
/// that begin with grpc- are the protocol's own, and so are those of fields that gRPC sends by itself.
std::string metadata_value(const std::string& name, const std::string& value, const Target& target) {
  constexpr std::array kOwn = {"te", "content-type", "content-length", "connection"};
  const std::string lower = base::lower(name);
  const std::string where = target.url.to_text();
  if (!is_token(name))
    throw base::Error(fmt::format("{}: '{}' is not a name of metadata", where, base::printable(name)));
  if (lower.starts_with("grpc-") || std::ranges::find(kOwn, lower) != kOwn.end())
    throw base::Error(fmt::format("{}: metadata '{}': the name belongs to the protocol", where, name));
  if (lower.ends_with("-bin")) return base::base64(value);
  check_rows(target, name, value);
  std::string written = value;
  for (const std::string_view own : RequestTemplate::kOfCalls)
    written = base::replace_all(std::move(written), own, "");
  const bool is_printable = std::ranges::all_of(written, [](char c) { return c >= ' ' && c <= '~'; });
  if (is_printable) return std::string(base::trim(value));
  throw base::Error(fmt::format(
      "{}: metadata '{}' holds a character that is not printable ASCII; a name that ends in -bin may", where,
      name));
}

/// "gRPC over HTTP2", Requests; but for grpc-timeout, which differs.
std::vector<RequestVariant::Field> grpc_fields(const Target& target) {
  std::vector<RequestVariant::Field> fields;
  const auto add = [&](std::string name, const std::string& value) {
    fields.push_back({std::move(name), RequestTemplate(value, target.rows)});
  };
  const std::string* host = find_field(target.headers, "host");
  add(":method", "POST");
  add(":scheme", target.url.secure ? "https" : "http");
  add(":authority", host != nullptr ? *host : target.url.authority());
  add(":path", target.url.target);
  add("te", "trailers");
  add("content-type", "application/grpc");
  if (find_field(target.headers, "user-agent") == nullptr) add("user-agent", "iter8");
  if (target.grpc->gzip) add("grpc-encoding", "gzip");
  add("grpc-accept-encoding", "identity,deflate,gzip");
  if (!target.url.user_info.empty()) add("authorization", basic_credentials(target.url));
  for (const auto& [name, value] : target.headers)
    if (base::lower(name) != "host") add(base::lower(name), metadata_value(name, value, target));
  return fields;
}

Requests make_calls(const Target& target, std::uint64_t seed) {
  Requests requests{.rows = target.rows, .row_order = target.row_order, .seed = seed};
  requests.grpc = std::make_unique<const GrpcMessages>(*target.grpc, target.rows);
  requests.variants.push_back(
      {.fields = grpc_fields(target), .body = RequestTemplate::literal(requests.grpc->fixed_body())});
  return requests;
}

/// The opening handshake of RFC 6455, section 4.1, but for its key, which differs from connection to
/// connection, and the empty line behind it.
RequestShape handshake_of(const Target& target) {
  RequestShape shape{.path = target.url.target, .headers = target.headers};
  for (const auto& [name, value] : target.headers) {
    const std::string lower = base::lower(name);
    if (lower == "upgrade" || lower == "connection" || lower.starts_with("sec-websocket-"))
      throw base::Error(fmt::format("{}: the header field '{}' belongs to the handshake",
                                    target.url.to_text(), base::printable(name)));
  }
  for (const std::string& subprotocol : target.websocket->subprotocols)
    if (!is_token(subprotocol))
      throw base::Error(fmt::format("{}: '{}' is not the name of a subprotocol", target.url.to_text(),
                                    base::printable(subprotocol)));
  shape.headers.emplace_back("Upgrade", "websocket");
  shape.headers.emplace_back("Connection", "Upgrade");
  shape.headers.emplace_back("Sec-WebSocket-Version", "13");
  if (!target.websocket->subprotocols.empty())
    shape.headers.emplace_back("Sec-WebSocket-Protocol", base::join(target.websocket->subprotocols, ", "));
  return shape;
}

Requests make_messages(const Target& target, std::uint64_t seed) {
  Requests requests{.rows = target.rows, .row_order = target.row_order, .seed = seed};
  const RequestShape handshake = handshake_of(target);
  RequestVariant variant = variant_of(handshake, target, KeepAlive::on);
  std::string rest = http1_rest(handshake, target, KeepAlive::on);
  rest.resize(rest.size() - std::string_view("\r\n").size());
  variant.rest = RequestTemplate(rest, target.rows);
  variant.body = RequestTemplate(target.body, target.rows);
  variant.expected = target.expect;
  requests.variants.push_back(std::move(variant));
  const WebSocketCall& call = *target.websocket;
  const std::string value = call.match ? call.match->value : "";
  requests.websocket = std::make_unique<const WebSocketMessages>(
      WebSocketMessages{.call = call, .match_value = RequestTemplate(value, target.rows)});
  return requests;
}

}  // namespace

Requests make_requests(const Target& target, KeepAlive keep_alive, std::uint64_t seed) {
  if (target.grpc) return make_calls(target, seed);
  if (target.websocket) return make_messages(target, seed);
  Requests requests{
      .cookies = target.cookies, .rows = target.rows, .row_order = target.row_order, .seed = seed};
  const std::vector<RequestShape> shapes = shapes_of(target);
  const double total =
      std::accumulate(shapes.begin(), shapes.end(), 0.0,
                      [](double sum, const RequestShape& shape) { return sum + shape.weight; });
  double sum = 0;
  for (const RequestShape& shape : shapes) {
    sum += shape.weight;
    requests.variants.push_back(variant_of(shape, target, keep_alive));
    requests.variants.back().share = sum / total;
  }
  if (requests.is_fixed()) {
    const RequestVariant& only = requests.variants.front();
    requests.fixed_http1 = only.line + only.path.text() + only.rest.text() + only.body.text();
  }
  return requests;
}

std::string request_text(const Target& target, KeepAlive keep_alive) {
  make_requests(target, keep_alive, 1);
  if (target.websocket) {
    const RequestShape handshake = handshake_of(target);
    return "GET " + http1_path(handshake, target) + http1_rest(handshake, target, keep_alive) + target.body;
  }
  const RequestShape shape = shapes_of(target).front();
  std::string rest = http1_rest(shape, target, keep_alive);
  rest = base::replace_all(std::move(rest), RequestTemplate::kLength, "{{length}}");
  rest = base::replace_all(std::move(rest), RequestTemplate::kCookies, "");
  return shape.method + " " + http1_path(shape, target) + rest + shape.body;
}

std::string basic_credentials(const net::Url& url) {
  return url.user_info.empty() ? "" : "Basic " + base::base64(url.user_info);
}

}  // namespace iter8::load
