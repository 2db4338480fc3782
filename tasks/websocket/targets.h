#pragma once

#include <optional>
#include <string>

#include "load/plan.h"
#include "tasks/load/target_context.h"
#include "tasks/websocket/options.h"

namespace iter8::tasks::websocket {

/// Where the requests of one version go, and what they are; nothing for a version that is not loaded (`url:
/// null`). Throws base::Error, naming the version, when the URL or the handshake cannot be sent, or the file
/// of the message cannot be read.
std::optional<load::Target> target_of(const WebSocketOptions& options, const TargetContext& context,
                                      std::size_t version);

/// Throws base::Error when a message that is to be matched by a value of its own has none, in any of the
/// rows.
void check_match(const load::Target& target);

/// The load that the options ask for, but for apply_pace() and the targets.
load::Plan plan_of(const WebSocketOptions& options);

/// "wss://shop.example/chat".
std::string url_text(const net::Url& url);

}  // namespace iter8::tasks::websocket
