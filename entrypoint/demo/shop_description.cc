#include "entrypoint/demo/shop_description.h"

#include <cstdint>
#include <optional>
#include <vector>

#include "entrypoint/demo/wire_format.h"

namespace iter8::demo {
namespace {

constexpr std::uint64_t kNoSuchSymbol = 5;  // a status of gRPC

/// Kinds of fields, FieldDescriptorProto.Type.
enum class FieldKind : std::uint8_t { int32 = 5, boolean = 8, text = 9, enumeration = 14 };

struct Field {
  std::string_view name;
  std::uint64_t number = 0;
  FieldKind kind = FieldKind::text;
  std::string_view type_name = {};
};

/// FieldDescriptorProto: name 1, number 3, label 4 (1 = optional), type 5, type_name 6.
std::string field(const Field& field) {
  MessageWriter writer;
  writer.text(1, field.name)
      .number(3, field.number)
      .number(4, 1)
      .number(5, static_cast<std::uint64_t>(field.kind));
  if (!field.type_name.empty()) writer.text(6, field.type_name);
  return writer.bytes();
}

/// DescriptorProto: name 1, field 2, enum_type 4.
std::string message(std::string_view name, const std::vector<Field>& fields,
                    std::string_view enumeration = {}) {
  MessageWriter writer;
  writer.text(1, name);
  for (const Field& each : fields) writer.text(2, field(each));
  if (!enumeration.empty()) writer.text(4, enumeration);
  return writer.bytes();
}

/// EnumDescriptorProto: name 1, value 2; EnumValueDescriptorProto: name 1, number 2.
std::string enumeration(std::string_view name, const std::vector<std::string_view>& values) {
  MessageWriter writer;
  writer.text(1, name);
  for (std::uint64_t i = 0; i < values.size(); ++i)
    writer.text(2, MessageWriter().text(1, values[i]).number(2, i).bytes());
  return writer.bytes();
}

/// MethodDescriptorProto: name 1, input_type 2, output_type 3, server_streaming 6.
std::string method(std::string_view name, std::string_view input, std::string_view output, bool streams) {
  MessageWriter writer;
  writer.text(1, name).text(2, input).text(3, output);
  if (streams) writer.number(6, 1);
  return writer.bytes();
}

/// FileDescriptorProto: name 1, package 2, message_type 4, service 6, syntax 12; ServiceDescriptorProto: name
/// 1, method 2.
std::string shop_file() {
  return MessageWriter()
      .text(1, "shop.proto")
      .text(2, "demo")
      .text(4, message("OrderRequest", {{"item", 1}, {"count", 2, FieldKind::int32}}))
      .text(4, message("OrderReply", {{"version", 1}, {"converted", 2, FieldKind::boolean}}))
      .text(4, message("WatchRequest", {{"count", 1, FieldKind::int32}}))
      .text(4, message("WatchReply", {{"version", 1}, {"number", 2, FieldKind::int32}}))
      .text(6, MessageWriter()
                   .text(1, "Shop")
                   .text(2, method("Order", ".demo.OrderRequest", ".demo.OrderReply", false))
                   .text(2, method("Watch", ".demo.WatchRequest", ".demo.WatchReply", true))
                   .bytes())
      .text(12, "proto3")
      .bytes();
}

std::string health_file() {
  constexpr std::string_view kStatus = ".grpc.health.v1.HealthCheckResponse.ServingStatus";
  return MessageWriter()
      .text(1, "grpc/health/v1/health.proto")
      .text(2, "grpc.health.v1")
      .text(4, message("HealthCheckRequest", {{"service", 1}}))
      .text(4,
            message("HealthCheckResponse", {{"status", 1, FieldKind::enumeration, kStatus}},
                    enumeration("ServingStatus", {"UNKNOWN", "SERVING", "NOT_SERVING", "SERVICE_UNKNOWN"})))
      .text(6, MessageWriter()
                   .text(1, "Health")
                   .text(2, method("Check", ".grpc.health.v1.HealthCheckRequest",
                                   ".grpc.health.v1.HealthCheckResponse", false))
                   .bytes())
      .text(12, "proto3")
      .bytes();
}

/// The file that has this name, or describes this symbol: a service, one of its methods, or a message.
std::optional<std::string> file_of(std::string_view asked) {
  for (const std::string_view name :
       {"shop.proto", "demo.Shop", "demo.Shop.Order", "demo.Shop.Watch", "demo.OrderRequest",
        "demo.OrderReply", "demo.WatchRequest", "demo.WatchReply"})
    if (asked == name) return shop_file();
  for (const std::string_view name :
       {"grpc/health/v1/health.proto", "grpc.health.v1.Health", "grpc.health.v1.Health.Check",
        "grpc.health.v1.HealthCheckRequest", "grpc.health.v1.HealthCheckResponse"})
    if (asked == name) return health_file();
  return std::nullopt;
}

}  // namespace

std::string reflection_response(std::string_view request) {
  // ServerReflectionRequest: file_by_filename 3, file_containing_symbol 4, list_services 7. The response:
  // original_request 2, file_descriptor_response 4, list_services_response 6, error_response 7.
  const std::optional<MessageReader> question = MessageReader::read(request);
  MessageWriter response;
  response.text(2, request);
  if (question && question->has(7)) {
    MessageWriter list;
    for (const std::string_view name :
         {"demo.Shop", "grpc.health.v1.Health", "grpc.reflection.v1.ServerReflection",
          "grpc.reflection.v1alpha.ServerReflection"})
      list.text(1, MessageWriter().text(1, name).bytes());
    return response.text(6, list.bytes()).bytes();
  }
  const std::string_view asked = !question          ? std::string_view()
                                 : question->has(3) ? question->text(3)
                                                    : question->text(4);
  if (const std::optional<std::string> file = file_of(asked))
    return response.text(4, MessageWriter().text(1, *file).bytes()).bytes();
  return response
      .text(7, MessageWriter().number(1, kNoSuchSymbol).text(2, "there is no such file or symbol").bytes())
      .bytes();
}

}  // namespace iter8::demo
