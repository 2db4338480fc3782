#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "load/grpc_status.h"
#include "load/protocol/grpc_message_reader.h"

namespace iter8::load {

/// What the fields of a response, or its trailers, say about a call of gRPC.
struct GrpcFields {
  bool is_grpc = false;  // by its content-type
  GrpcEncoding encoding = GrpcEncoding::identity;
  std::optional<GrpcStatus> status;
  /// What grpc-status is, in words, where gRPC has no such status; else empty.
  std::string odd_status;

  /// Notes a field, which may belong to gRPC.
  void note(std::string_view name, std::string_view value);
};

}  // namespace iter8::load
