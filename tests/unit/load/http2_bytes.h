#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "load/protocol/http2_frame.h"

namespace iter8::load {

/// A frame of HTTP/2 as a server sends it.
inline std::string frame(FrameType type, std::uint8_t flags, std::uint32_t stream,
                         std::string_view payload = {}) {
  std::string bytes;
  append_frame_head(bytes, type, flags, stream, payload.size());
  return bytes + std::string(payload);
}

}  // namespace iter8::load
