#include "load/grpc_status.h"

#include <array>
#include <charconv>

namespace iter8::load {
namespace {

constexpr std::array<std::string_view, kGrpcStatuses> kStatusNames = {
    "ok",        "cancelled",      "unknown",           "invalid-argument",   "deadline-exceeded",
    "not-found", "already-exists", "permission-denied", "resource-exhausted", "failed-precondition",
    "aborted",   "out-of-range",   "unimplemented",     "internal",           "unavailable",
    "data-loss", "unauthenticated"};

}  // namespace

std::string_view to_text(GrpcStatus status) {
  return kStatusNames[static_cast<std::size_t>(status)];
}

GrpcStatus grpc_status_of(std::string_view field) {
  std::size_t code = 0;
  const auto [end, error] = std::from_chars(field.data(), field.data() + field.size(), code);
  const bool is_known = error == std::errc{} && end == field.data() + field.size() && code < kGrpcStatuses;
  return is_known ? static_cast<GrpcStatus>(code) : GrpcStatus::unknown;
}

GrpcStatus grpc_status_of_http(int http_status) {
  switch (http_status) {
    case 400:
      return GrpcStatus::internal;
    case 401:
      return GrpcStatus::unauthenticated;
    case 403:
      return GrpcStatus::permission_denied;
    case 404:
      return GrpcStatus::unimplemented;
    case 429:
    case 502:
    case 503:
    case 504:
      return GrpcStatus::unavailable;
    default:
      return GrpcStatus::unknown;
  }
}

}  // namespace iter8::load
