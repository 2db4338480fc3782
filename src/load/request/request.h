#pragma once

#include <string>

#include "load/plan.h"
#include "load/request/request_builder.h"

namespace iter8::load {

/// Builds the target's requests: its own header fields in their order, after Host, User-Agent, Authorization
/// (from the URL's user info), Content-Length and Connection where the target does not set them itself.
/// Throws base::Error when a method or a header field cannot be sent as HTTP (a line break, a space in a
/// name), when a field would contradict the body's framing, or when a placeholder names a column that does
/// not exist.
Requests make_requests(const Target& target, KeepAlive keep_alive, std::uint64_t seed);

/// The bytes of the target's first request in HTTP/1.1, with the placeholders left in place: for --dry-run
/// and for checks. Over WebSocket, the handshake without its key, and the message. Throws like
/// make_requests().
std::string request_text(const Target& target, KeepAlive keep_alive);

/// "Basic …" of the URL's user info (RFC 7617), the value of a header field; empty without user info.
std::string basic_credentials(const net::Url& url);

}  // namespace iter8::load
