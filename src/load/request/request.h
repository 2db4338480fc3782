#pragma once

#include <string>

#include "load/plan.h"
#include "load/request/request_builder.h"

namespace iter8::load {

/// The target's requests, made ready to be sent: its own header fields in their order, after Host,
/// User-Agent, Authorization (of the URL's user info), Content-Length and Connection where the target does
/// not set them itself. Throws base::Error when a method or a header field cannot be sent as HTTP (a line
/// break, a space in a name), when a field would contradict the body's framing, or when a place names a
/// column that is not there.
Requests make_requests(const Target& target, KeepAlive keep_alive, std::uint64_t seed);

/// The target's first request as it goes on the wire in HTTP/1.1, its places left as they are. Throws like
/// make_requests().
std::string http1_request(const Target& target, KeepAlive keep_alive);

/// A proxy's own credentials as a header field's value; empty without any.
std::string basic_credentials(const net::Url& url);

}  // namespace iter8::load
