#include "load/http2_setup.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"
#include "load/http2_exchange.h"

namespace iter8::load {
namespace {

/// Of one answer, as for HTTP/1.1.
constexpr std::size_t kFieldsLimit = 64 * 1024;
/// Of one request.
constexpr std::size_t kRequestFieldsLimit = 1024 * 1024;

std::string_view text_of(const std::uint8_t* bytes, std::size_t size) {
  return {reinterpret_cast<const char*>(bytes), size};
}

}  // namespace

/// What nghttp2 calls while it reads and writes. Each finds the exchange in `user_data` and its stream by
/// identifier; a stream that nobody waits for any more has none.
struct Http2Events {
  static Http2Exchange& exchange(void* user_data) { return *static_cast<Http2Exchange*>(user_data); }
  static Http2Exchange::Stream* stream(nghttp2_session* session, std::int32_t id) {
    return static_cast<Http2Exchange::Stream*>(nghttp2_session_get_stream_user_data(session, id));
  }

  static int begin_frame(nghttp2_session* session, const nghttp2_frame_hd* head, void* /*user_data*/) {
    if (head->type != NGHTTP2_RST_STREAM) [[likely]]
      return 0;
    Http2Exchange::Stream* stream = Http2Events::stream(session, head->stream_id);
    if (stream == nullptr) return 0;
    // After the answer a server may reset what is left of the request (RFC 9113, section 8.1).
    stream->complete = nghttp2_session_get_stream_remote_close(session, head->stream_id) == 1;
    stream->reset = !stream->complete;
    return 0;
  }

  static int begin_headers(nghttp2_session* /*session*/, const nghttp2_frame* /*frame*/, void* user_data) {
    exchange(user_data).answer_fields_ = 0;
    return 0;
  }

  static int header(nghttp2_session* session, const nghttp2_frame* frame, const std::uint8_t* name,
                    std::size_t name_size, const std::uint8_t* value, std::size_t value_size,
                    std::uint8_t /*flags*/, void* user_data) {
    Http2Exchange& self = exchange(user_data);
    self.answer_fields_ += name_size + value_size;
    if (self.answer_fields_ > kFieldsLimit) {
      self.complaint_ = "the fields are longer than 64 KiB";
      return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;
    }
    const bool is_status = name_size == 7 && name[0] == ':';  // an answer has no other pseudo field
    if (!is_status && !self.looks_into_answers_) [[likely]]
      return 0;
    Http2Exchange::Stream* stream = Http2Events::stream(session, frame->hd.stream_id);
    if (stream == nullptr) return 0;
    if (is_status) {
      // nghttp2 lets only three digits through.
      stream->status = (value[0] - '0') * 100 + (value[1] - '0') * 10 + (value[2] - '0');
    } else if (stream->reader && stream->status >= 200 && !stream->has_fields) {
      stream->reader->field(text_of(name, name_size), text_of(value, value_size));
    }
    return 0;
  }

  static int data(nghttp2_session* session, std::uint8_t /*flags*/, std::int32_t id,
                  const std::uint8_t* bytes, std::size_t size, void* user_data) {
    if (!exchange(user_data).looks_into_answers_) [[likely]]
      return 0;
    const Http2Exchange::Stream* stream = Http2Events::stream(session, id);
    if (stream != nullptr && stream->reader) stream->reader->body(text_of(bytes, size));
    return 0;
  }

  static int frame_received(nghttp2_session* session, const nghttp2_frame* frame, void* user_data) {
    Http2Exchange& self = exchange(user_data);
    if (frame->hd.type == NGHTTP2_HEADERS && self.looks_into_answers_) {
      Http2Exchange::Stream* stream = Http2Events::stream(session, frame->hd.stream_id);
      if (stream != nullptr) stream->has_fields = stream->status >= 200;
    } else if (frame->hd.type == NGHTTP2_GOAWAY) {
      self.draining_ = true;
    } else if (frame->hd.type == NGHTTP2_SETTINGS && (frame->hd.flags & NGHTTP2_FLAG_ACK) == 0) {
      self.limit_ = nghttp2_session_get_remote_settings(session, NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS);
    }
    return 0;
  }

  static int stream_closed(nghttp2_session* session, std::int32_t id, std::uint32_t error, void* user_data) {
    Http2Exchange::Stream* stream = Http2Events::stream(session, id);
    if (stream != nullptr) exchange(user_data).finish(*stream, error);
    return 0;
  }

  /// nghttp2 says goodbye only when the server broke a rule that ends the whole connection.
  static int frame_sent(nghttp2_session* /*session*/, const nghttp2_frame* frame, void* user_data) {
    if (frame->hd.type != NGHTTP2_GOAWAY) [[likely]]
      return 0;
    const std::string_view reason = text_of(frame->goaway.opaque_data, frame->goaway.opaque_data_len);
    exchange(user_data).problem_ = fmt::format(
        "HTTP/2: {}", reason.empty() ? http2_error_name(frame->goaway.error_code) : std::string(reason));
    return 0;
  }

  static int frame_not_sent(nghttp2_session* /*session*/, const nghttp2_frame* frame, int /*error*/,
                            void* user_data) {
    if (frame->hd.type != NGHTTP2_HEADERS) return 0;
    Http2Exchange& self = exchange(user_data);
    Http2Exchange::Stream* stream = self.find(frame->hd.stream_id);
    if (stream != nullptr) self.finish(*stream, NGHTTP2_REFUSED_STREAM);
    return 0;
  }

  static int invalid_frame(nghttp2_session* /*session*/, const nghttp2_frame* /*frame*/, int error,
                           void* user_data) {
    Http2Exchange& self = exchange(user_data);
    if (self.complaint_.empty()) self.complaint_ = nghttp2_strerror(error);
    return 0;
  }

  static int complain(nghttp2_session* /*session*/, int /*error*/, const char* text, std::size_t size,
                      void* user_data) {
    exchange(user_data).complaint_ = base::printable({text, size}, 200);
    return 0;
  }

  static ssize_t read_body(nghttp2_session* session, std::int32_t id, std::uint8_t* room, std::size_t size,
                           std::uint32_t* flags, nghttp2_data_source* /*source*/, void* /*user_data*/) {
    Http2Exchange::Stream* stream = Http2Events::stream(session, id);
    if (stream == nullptr) return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;
    const std::size_t count = std::min(size, stream->body.size() - stream->body_sent);
    stream->body.copy(reinterpret_cast<char*>(room), count, stream->body_sent);
    stream->body_sent += count;
    if (stream->body_sent == stream->body.size()) *flags |= NGHTTP2_DATA_FLAG_EOF;
    return static_cast<ssize_t>(count);
  }
};

std::string http2_error_name(std::uint32_t code) {
  return fmt::format("{} ({})", nghttp2_http2_strerror(code), code);
}

Http2Setup::Http2Setup() : body{.source = {}, .read_callback = Http2Events::read_body} {
  nghttp2_session_callbacks_new(&callbacks);
  nghttp2_session_callbacks_set_on_begin_frame_callback(callbacks, Http2Events::begin_frame);
  nghttp2_session_callbacks_set_on_begin_headers_callback(callbacks, Http2Events::begin_headers);
  nghttp2_session_callbacks_set_on_header_callback(callbacks, Http2Events::header);
  nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks, Http2Events::data);
  nghttp2_session_callbacks_set_on_frame_recv_callback(callbacks, Http2Events::frame_received);
  nghttp2_session_callbacks_set_on_stream_close_callback(callbacks, Http2Events::stream_closed);
  nghttp2_session_callbacks_set_on_frame_send_callback(callbacks, Http2Events::frame_sent);
  nghttp2_session_callbacks_set_on_frame_not_send_callback(callbacks, Http2Events::frame_not_sent);
  nghttp2_session_callbacks_set_on_invalid_frame_recv_callback(callbacks, Http2Events::invalid_frame);
  nghttp2_session_callbacks_set_error_callback2(callbacks, Http2Events::complain);
  nghttp2_option_new(&options);
  nghttp2_option_set_no_closed_streams(options, 1);
  nghttp2_option_set_peer_max_concurrent_streams(options, kFirstStreamLimit);
  nghttp2_option_set_max_send_header_block_length(options, kRequestFieldsLimit);
}

const Http2Setup& Http2Setup::get() {
  static const Http2Setup setup;
  return setup;
}

}  // namespace iter8::load
