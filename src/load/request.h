#pragma once

#include <string>

#include "load/plan.h"

namespace iter8::load {

/// The HTTP/1.1 request for the target as it goes on the wire: the target's own header fields in their order,
/// after Host, User-Agent, Authorization (of the URL's user info), Content-Length and Connection where the
/// target does not set them itself. Throws base::Error when the method or a header field cannot be sent as
/// HTTP (a line break, a space in a name), or when a field would contradict the body's framing.
std::string http1_request(const Target& target, KeepAlive keep_alive);

}  // namespace iter8::load
