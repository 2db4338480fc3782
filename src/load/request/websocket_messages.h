#pragma once

#include "load/data_rows.h"
#include "load/request/request_template.h"
#include "load/websocket_call.h"

namespace iter8::load {

/// What the requests of one target over WebSocket have in common, prepared once; immutable and shared by all
/// workers.
struct WebSocketMessages {
  WebSocketCall call;
  RequestTemplate match_value;  // of call.match, where it is a text
};

}  // namespace iter8::load
