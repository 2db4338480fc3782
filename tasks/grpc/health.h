#pragma once

#include <string>
#include <string_view>

namespace iter8::tasks::grpc {

/// The service that every server of gRPC may have under this name ("GRPC Health Checking Protocol"),
/// known without a description. Its Check is a unary call, its Watch a stream of the server.
inline constexpr std::string_view kHealthService = "grpc.health.v1.Health";

/// The HealthCheckRequest that a JSON text stands for: {"service": NAME}, or {} for the server as a whole.
/// Throws base::Error for anything else. Thread-safe.
std::string encode_health_request(std::string_view json);

}  // namespace iter8::tasks::grpc
