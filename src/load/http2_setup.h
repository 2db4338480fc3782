#pragma once

#include <cstdint>
#include <string>

#include <nghttp2/nghttp2.h>

namespace iter8::load {

/// Requests at a time that a server takes until it says otherwise; RFC 9113, section 6.5.2, advises no less.
inline constexpr std::size_t kFirstStreamLimit = 100;

/// What is the same for all HTTP/2 sessions, whose user data is their Http2Exchange. Made once and never
/// freed: sessions of all threads use it.
struct Http2Setup {
  static const Http2Setup& get();

  nghttp2_session_callbacks* callbacks = nullptr;
  nghttp2_option* options = nullptr;
  nghttp2_data_provider body;  // sends the body of the stream's request

 private:
  Http2Setup();
};

/// "CANCEL (8)"
std::string http2_error_name(std::uint32_t code);

}  // namespace iter8::load
