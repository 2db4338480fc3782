#include "entrypoint/demo/http2_connection.h"

#include <algorithm>
#include <array>
#include <utility>

#include "entrypoint/demo/shop_description.h"
#include "entrypoint/demo/wire_format.h"

namespace iter8::demo {
namespace {

constexpr std::size_t kLongestContent = 1024 * 1024;

Http2Connection& connection_of(void* self) {
  return *static_cast<Http2Connection*>(self);
}

nghttp2_nv field(std::string_view name, std::string_view value) {
  const auto bytes = [](std::string_view text) {
    return reinterpret_cast<std::uint8_t*>(const_cast<char*>(text.data()));
  };
  return {.name = bytes(name),
          .value = bytes(value),
          .namelen = name.size(),
          .valuelen = value.size(),
          .flags = NGHTTP2_NV_FLAG_NONE};
}

bool is_reflection(std::string_view path) {
  return path == "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo" ||
         path == "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo";
}

}  // namespace

Http2Connection::Http2Connection(const Handler& handler) : handler_(handler) {
  nghttp2_session_callbacks* callbacks = nullptr;
  nghttp2_session_callbacks_new(&callbacks);
  const std::unique_ptr<nghttp2_session_callbacks, decltype(&nghttp2_session_callbacks_del)> owner(
      callbacks, nghttp2_session_callbacks_del);
  nghttp2_session_callbacks_set_on_begin_headers_callback(callbacks, on_begin);
  nghttp2_session_callbacks_set_on_header_callback(callbacks, on_field);
  nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks, on_data);
  nghttp2_session_callbacks_set_on_frame_recv_callback(callbacks, on_frame);
  nghttp2_session_callbacks_set_on_stream_close_callback(callbacks, on_close);
  nghttp2_session* session = nullptr;
  nghttp2_session_server_new(&session, callbacks, this);
  session_.reset(session);
  const nghttp2_settings_entry streams{.settings_id = NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, .value = 1000};
  nghttp2_submit_settings(session, NGHTTP2_FLAG_NONE, &streams, 1);
}

bool Http2Connection::receive(std::string_view bytes, base::MonotonicTime now) {
  now_ = now;
  const ssize_t taken = nghttp2_session_mem_recv(
      session_.get(), reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
  advance(now);
  return taken >= 0;
}

std::optional<base::MonotonicTime> Http2Connection::next_due() const {
  if (due_.empty()) return std::nullopt;
  return due_.begin()->first;
}

void Http2Connection::advance(base::MonotonicTime now) {
  while (!due_.empty() && due_.begin()->first <= now) {
    const std::int32_t id = due_.begin()->second;
    due_.erase(due_.begin());
    const auto found = streams_.find(id);
    if (found != streams_.end()) send_part(id, found->second);
  }
}

std::string Http2Connection::take_output() {
  std::string output;
  const std::uint8_t* data = nullptr;
  for (ssize_t size = 0; (size = nghttp2_session_mem_send(session_.get(), &data)) > 0;)
    output.append(reinterpret_cast<const char*>(data), static_cast<std::size_t>(size));
  return output;
}

bool Http2Connection::is_over() const {
  return nghttp2_session_want_read(session_.get()) == 0 && nghttp2_session_want_write(session_.get()) == 0;
}

int Http2Connection::on_begin(nghttp2_session*, const nghttp2_frame* frame, void* self) {
  if (frame->headers.cat == NGHTTP2_HCAT_REQUEST)
    connection_of(self).streams_[frame->hd.stream_id].arrived = connection_of(self).now_;
  return 0;
}

int Http2Connection::on_field(nghttp2_session*, const nghttp2_frame* frame, const std::uint8_t* name,
                              std::size_t name_size, const std::uint8_t* value, std::size_t value_size,
                              std::uint8_t, void* self) {
  const auto found = connection_of(self).streams_.find(frame->hd.stream_id);
  if (found == connection_of(self).streams_.end()) return 0;
  const std::string_view key(reinterpret_cast<const char*>(name), name_size);
  const std::string_view text(reinterpret_cast<const char*>(value), value_size);
  if (key == ":method") found->second.method = text;
  if (key == ":path") found->second.path = text.substr(0, text.find('?'));
  if (key == "content-type") found->second.content_type = text;
  found->second.reflects = is_reflection(found->second.path);
  return 0;
}

int Http2Connection::on_data(nghttp2_session*, std::uint8_t, std::int32_t id, const std::uint8_t* data,
                             std::size_t size, void* self) {
  const auto found = connection_of(self).streams_.find(id);
  if (found == connection_of(self).streams_.end()) return 0;
  Stream& stream = found->second;
  if (stream.content.size() + size <= kLongestContent)
    stream.content.append(reinterpret_cast<const char*>(data), size);
  if (stream.reflects) connection_of(self).reflect(id, stream);
  return 0;
}

int Http2Connection::on_frame(nghttp2_session*, const nghttp2_frame* frame, void* self) {
  const bool is_request_part = frame->hd.type == NGHTTP2_HEADERS || frame->hd.type == NGHTTP2_DATA;
  if (!is_request_part || (frame->hd.flags & NGHTTP2_FLAG_END_STREAM) == 0) return 0;
  const auto found = connection_of(self).streams_.find(frame->hd.stream_id);
  if (found == connection_of(self).streams_.end() || found->second.has_ended) return 0;
  found->second.has_ended = true;
  connection_of(self).answer(frame->hd.stream_id, found->second);
  return 0;
}

int Http2Connection::on_close(nghttp2_session*, std::int32_t id, std::uint32_t, void* self) {
  connection_of(self).streams_.erase(id);
  return 0;
}

void Http2Connection::answer(std::int32_t id, Stream& stream) {
  if (stream.reflects) return reflect(id, stream);
  stream.head = {.state = RequestHead::State::complete,
                 .method = stream.method,
                 .path = stream.path,
                 .content_type = stream.content_type,
                 .content = stream.content};
  stream.response = handler_(stream.head);
  stream.answered = true;
  if (stream.response.parts.empty())
    stream.response.parts.push_back(
        {.delay = stream.response.delay, .text = std::move(stream.response.body)});
  schedule(id, stream);
}

/// Answers what has arrived of the questions to the reflection service, which a client may ask one after the
/// other on one stream.
void Http2Connection::reflect(std::int32_t id, Stream& stream) {
  while (const std::optional<std::string> question = take_grpc_message(stream.content))
    stream.pending += grpc_frame(reflection_response(*question));
  stream.response.content_type = "application/grpc";
  stream.response.trailers = {{"grpc-status", "0"}};
  stream.answered = stream.has_ended;
  submit(id, stream);
}

void Http2Connection::schedule(std::int32_t id, const Stream& stream) {
  due_.emplace(stream.arrived + stream.response.parts[stream.next_part].delay, id);
}

void Http2Connection::send_part(std::int32_t id, Stream& stream) {
  const bool has_body = stream.method != "HEAD";
  if (has_body) stream.pending += stream.response.parts[stream.next_part].text;
  ++stream.next_part;
  if (!is_complete(stream)) schedule(id, stream);
  submit(id, stream);
}

bool Http2Connection::is_complete(const Stream& stream) const {
  return stream.answered && stream.next_part == stream.response.parts.size();
}

/// Sends the head, or tells that there is more of the body.
void Http2Connection::submit(std::int32_t id, Stream& stream) {
  if (std::exchange(stream.submitted, true)) {
    nghttp2_session_resume_data(session_.get(), id);
    return;
  }
  const std::string status = std::to_string(stream.response.status);
  const std::array fields = {field(":status", status), field("content-type", stream.response.content_type)};
  nghttp2_data_provider body{.source = {}, .read_callback = read_body};
  nghttp2_submit_response(session_.get(), id, fields.data(), fields.size(), &body);
}

ssize_t Http2Connection::read_body(nghttp2_session* session, std::int32_t id, std::uint8_t* buffer,
                                   std::size_t size, std::uint32_t* flags, nghttp2_data_source*, void* self) {
  const auto found = connection_of(self).streams_.find(id);
  if (found == connection_of(self).streams_.end()) return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;
  Stream& stream = found->second;
  const bool is_last = connection_of(self).is_complete(stream) && stream.pending.size() <= size;
  if (stream.pending.empty() && !is_last) return NGHTTP2_ERR_DEFERRED;
  const std::size_t count = std::min(size, stream.pending.size());
  std::copy_n(stream.pending.begin(), count, buffer);
  stream.pending.erase(0, count);
  if (!is_last) return static_cast<ssize_t>(count);
  *flags |= NGHTTP2_DATA_FLAG_EOF;
  if (!stream.response.trailers.empty()) {
    *flags |= NGHTTP2_DATA_FLAG_NO_END_STREAM;
    std::vector<nghttp2_nv> trailers;
    for (const auto& [name, value] : stream.response.trailers) trailers.push_back(field(name, value));
    nghttp2_submit_trailer(session, id, trailers.data(), trailers.size());
  }
  return static_cast<ssize_t>(count);
}

}  // namespace iter8::demo
