#include "entrypoint/demo/application.h"

#include <fmt/format.h>

#include "entrypoint/demo/completion.h"
#include "entrypoint/demo/shop.h"

namespace iter8::demo {
namespace {

constexpr const char* kJson = "application/json";

}  // namespace

Application::Application(const Behavior& behavior, const std::string& host, int port, std::uint64_t seed)
    : behavior_(behavior),
      errors_(behavior.errors),
      conversions_(behavior.conversion),
      latencies_(behavior, seed),
      server_(host, port, [this](const RequestHead& request) { return respond(request); }) {}

Response Application::respond(const RequestHead& request) {
  if (is_grpc(request)) return is_shop_call(request.path) ? call_shop(request) : other_grpc_response(request);
  const bool order = request.path == "/order";
  const bool slow = order || request.path == "/";
  const bool completion = request.path == "/v1/chat/completions";
  const bool reading = request.method == "GET" || request.method == "HEAD";
  if (slow && (reading || request.method == "POST")) return respond_slowly(order);
  if (completion && request.method == "POST") return stream_completion();
  if (request.path == "/healthz" && reading) return {.body = "ok\n"};
  if (request.path == "/metrics" && reading)
    return {.content_type = "text/plain; version=0.0.4", .body = counters_.page(behavior_.name)};
  const bool known = slow || completion || request.path == "/healthz" || request.path == "/metrics";
  return known ? Response{.status = 405, .body = completion ? "POST\n" : "GET or POST\n"}
               : Response{.status = 404, .body = "no such page\n"};
}

Response Application::fail(base::Duration latency) {
  counters_.count_error();
  return {.status = 500,
          .content_type = kJson,
          .body = "{\"error\":\"this version fails sometimes\"}\n",
          .delay = latency};
}

Response Application::call_shop(const RequestHead& request) {
  const base::Duration latency = latencies_.next();
  counters_.count_request(latency);
  const bool fails = errors_.next();
  if (fails) counters_.count_error();
  const bool is_order = request.path == "/demo.Shop/Order";
  const bool converted = is_order && !fails && conversions_.next();
  if (converted) counters_.count_order();
  return shop_response(request, behavior_, {.first = latency, .fails = fails, .converted = converted});
}

Response Application::stream_completion() {
  const base::Duration first = latencies_.next();
  counters_.count_request(first);
  if (errors_.next()) return fail(first);
  return {.content_type = "text/event-stream", .parts = completion_parts(behavior_, first)};
}

Response Application::respond_slowly(bool order) {
  const base::Duration latency = latencies_.next();
  counters_.count_request(latency);
  if (errors_.next()) return fail(latency);
  std::string body = fmt::format("{{\"version\":\"{}\"}}\n", behavior_.name);
  if (order) {
    const bool converted = conversions_.next();
    if (converted) counters_.count_order();
    body = fmt::format("{{\"version\":\"{}\",\"converted\":{}}}\n", behavior_.name, converted);
  }
  return {.content_type = kJson, .body = std::move(body), .delay = latency};
}

}  // namespace iter8::demo
