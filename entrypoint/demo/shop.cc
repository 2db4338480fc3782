#include "entrypoint/demo/shop.h"

#include <algorithm>
#include <string>

#include "entrypoint/demo/wire_format.h"

namespace iter8::demo {
namespace {

constexpr std::string_view kOrder = "/demo.Shop/Order";
constexpr std::string_view kWatch = "/demo.Shop/Watch";
constexpr std::uint64_t kMostMessages = 10'000;

/// Statuses of gRPC.
constexpr std::string_view kInvalidArgument = "3";
constexpr std::string_view kNotFound = "5";
constexpr std::string_view kUnimplemented = "12";
constexpr std::string_view kUnavailable = "14";

Response grpc_error(std::string_view status, std::string_view message, base::Duration delay = {}) {
  return {.content_type = "application/grpc",
          .delay = delay,
          .trailers = {{"grpc-status", std::string(status)}, {"grpc-message", std::string(message)}}};
}

Response grpc_messages(std::vector<Part> messages) {
  return {
      .content_type = "application/grpc", .parts = std::move(messages), .trailers = {{"grpc-status", "0"}}};
}

}  // namespace

bool is_grpc(const RequestHead& request) {
  return request.content_type.starts_with("application/grpc");
}

bool is_shop_call(std::string_view path) {
  return path == kOrder || path == kWatch;
}

Response shop_response(const RequestHead& request, const Behavior& behavior, const ShopAnswer& answer) {
  if (answer.fails) return grpc_error(kUnavailable, "this version fails sometimes", answer.first);
  std::string content(request.content);
  const std::optional<std::string> message = take_grpc_message(content);
  const std::optional<MessageReader> asked = MessageReader::read(message.value_or(""));
  if (!message || !asked) return grpc_error(kInvalidArgument, "expected one message", answer.first);
  if (request.path == kOrder) {
    MessageWriter reply;
    reply.text(1, behavior.name);
    if (answer.converted) reply.number(2, 1);
    return grpc_messages({{.delay = answer.first, .text = grpc_frame(reply.bytes())}});
  }
  const std::uint64_t count = asked->number(1) == 0 ? static_cast<std::uint64_t>(behavior.tokens)
                                                    : std::min(asked->number(1), kMostMessages);
  std::vector<Part> messages;
  for (std::uint64_t i = 0; i < count; ++i) {
    const std::string reply = MessageWriter().text(1, behavior.name).number(2, i + 1).bytes();
    messages.push_back(
        {.delay = answer.first + static_cast<std::int64_t>(i) * behavior.gap, .text = grpc_frame(reply)});
  }
  return grpc_messages(std::move(messages));
}

Response other_grpc_response(const RequestHead& request) {
  if (request.path != "/grpc.health.v1.Health/Check") return grpc_error(kUnimplemented, "no such method");
  std::string content(request.content);
  const std::optional<std::string> message = take_grpc_message(content);
  const std::optional<MessageReader> asked = MessageReader::read(message.value_or(""));
  if (!message || !asked) return grpc_error(kInvalidArgument, "expected one message");
  const std::string_view service = asked->text(1);
  if (!service.empty() && service != "demo.Shop") return grpc_error(kNotFound, "unknown service");
  constexpr std::uint64_t kServing = 1;
  return grpc_messages({{.text = grpc_frame(MessageWriter().number(1, kServing).bytes())}});
}

}  // namespace iter8::demo
