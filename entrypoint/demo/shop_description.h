#pragma once

#include <string>
#include <string_view>

namespace iter8::demo {

/// What the demo's gRPC services are, for clients that ask: the answer to one message of the reflection
/// service (a ServerReflectionRequest of v1 or v1alpha, which are the same bytes), serialised. The services
/// are demo.Shop, as examples/grpc-slo/shop.proto describes it, and grpc.health.v1.Health.
std::string reflection_response(std::string_view request);

}  // namespace iter8::demo
