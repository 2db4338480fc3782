#pragma once

#include <cstddef>
#include <string_view>

namespace iter8::load {

/// Status codes of gRPC ("Status codes and their use in gRPC"), in the order of their numbers.
enum class GrpcStatus {
  ok,
  cancelled,
  unknown,
  invalid_argument,
  deadline_exceeded,
  not_found,
  already_exists,
  permission_denied,
  resource_exhausted,
  failed_precondition,
  aborted,
  out_of_range,
  unimplemented,
  internal,
  unavailable,
  data_loss,
  unauthenticated,
};
inline constexpr std::size_t kGrpcStatuses = 17;

/// As in metric names and messages: "deadline-exceeded".
std::string_view to_text(GrpcStatus status);

/// The value of a grpc-status field. A number that the specification does not know is `unknown`, and so is
/// what is not a number.
GrpcStatus grpc_status_of(std::string_view field);

/// What a response of this HTTP status means that has no grpc-status, such as a proxy's error page ("HTTP to
/// gRPC Status Code Mapping").
GrpcStatus grpc_status_of_http(int http_status);

}  // namespace iter8::load
