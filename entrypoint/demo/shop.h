#pragma once

#include <string_view>

#include "base/clock.h"
#include "entrypoint/demo/behavior.h"
#include "entrypoint/demo/message.h"

namespace iter8::demo {

/// Whether a request is a call of gRPC.
bool is_grpc(const RequestHead& request);

/// The call is one of demo.Shop, so that it takes the version's time and may fail.
bool is_shop_call(std::string_view path);

/// What a call of demo.Shop comes to, decided by the application.
struct ShopAnswer {
  base::Duration first{0};  // to the first message
  bool fails = false;       // with status UNAVAILABLE
  bool converted = false;   // of Order
};

/// The response to a call of demo.Shop: Order answers with one message, Watch with `count` (or the version's
/// number of tokens), each the version's gap after the one before.
Response shop_response(const RequestHead& request, const Behavior& behavior, const ShopAnswer& answer);

/// The response to any other call: grpc.health.v1.Health/Check says that the server and demo.Shop serve; what
/// is unknown is not implemented.
Response other_grpc_response(const RequestHead& request);

}  // namespace iter8::demo
