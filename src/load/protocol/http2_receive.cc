#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"
#include "load/protocol/http2_exchange.h"

// Processing what the server sends: the other half of Http2Exchange.

namespace iter8::load {
namespace {

/// Bytes after which a window is opened again, in one WINDOW_UPDATE.
constexpr std::size_t kWindowUpdateAt = std::size_t{1} << 30;
/// Of the field block of one response; as for the decoded fields.
constexpr std::size_t kBlockLimit = 64 * 1024;
/// Acknowledgements (of pings, of settings) that may wait to be sent.
constexpr std::size_t kMaxUnsentAcks = 100'000;
/// Frames in a row by which no request gets on (priorities, pings, settings, windows, empty data, fields of
/// nothing): a server that sends more floods.
constexpr std::size_t kMaxIdleFrames = 10'000;
/// Of bodies that nobody waits for: more than any network holds when a request is cancelled.
constexpr std::size_t kMaxUnclaimed = 64 * 1024 * 1024;
constexpr std::size_t kLargestFrameSize = (std::size_t{1} << 24) - 1;

constexpr std::string_view kNoHttp2 =
    "the server does not begin with SETTINGS; if it speaks HTTP/1 only, set http: 1.1";

constexpr std::string_view kHttp1Required = "the server asks for HTTP/1.1 (HTTP_1_1_REQUIRED)";
/// Of the text that a server may add to a GOAWAY.
constexpr std::size_t kLongestReason = 100;

std::string error_name(std::uint32_t code) {
  return fmt::format("{} ({})", nghttp2_http2_strerror(code), code);
}

bool has_no_body(int status) {
  return status == 204 || status == 304;
}

}  // namespace

std::string_view Http2Exchange::no_http2_text() const {
  return calls_ ? "the server does not begin with SETTINGS: it does not speak HTTP/2, which gRPC needs"
                : kNoHttp2;
}

ConnectionReuse Http2Exchange::receive(std::string_view bytes, ResponseSink& sink) {
  sink_ = &sink;
  while (problem_.empty()) {
    const std::optional<Http2Frame> frame = frames_.next(bytes);
    if (!frame) break;
    handle_frame(*frame);
  }
  if (unreported_ > 0) [[unlikely]]
    report_beginnings();
  if (!frames_.problem().empty()) fail_connection(settings_received_ ? frames_.problem() : no_http2_text());
  if (unacknowledged_ >= kWindowUpdateAt) {
    append_window(0, unacknowledged_);
    unacknowledged_ = 0;
  }
  if (unsent_acks_ > kMaxUnsentAcks)
    fail_connection("the server sends more pings or settings than it reads acknowledgements");
  if (problem_.empty()) [[likely]]
    return reuse();
  fail_all(ErrorClass::malformed, problem_, sink);
  return ConnectionReuse::close;
}

void Http2Exchange::handle_frame(const Http2Frame& frame) {
  if (++idle_frames_ > kMaxIdleFrames)
    return fail_connection("the server floods: 10,000 frames in a row that belong to no response");
  const bool is_settings = frame.type == FrameType::settings && !frame.has(kAck);
  if (!settings_received_ && !is_settings) return fail_connection(no_http2_text());
  const bool continues_block = frame.type == FrameType::continuation && frame.stream == block_stream_;
  if (block_stream_ != 0 && !continues_block)
    return fail_connection("fields are interrupted by another frame");
  switch (frame.type) {
    case FrameType::data:
      return handle_data(frame);
    case FrameType::headers:
      return handle_headers(frame);
    case FrameType::rst_stream:
      return handle_reset(frame);
    case FrameType::settings:
      return handle_settings(frame);
    case FrameType::push_promise:
      return fail_connection("the server pushes, although pushes are turned off");
    case FrameType::ping:
      return handle_ping(frame);
    case FrameType::goaway:
      return handle_goaway(frame);
    case FrameType::window_update:
      return handle_window_update(frame);
    case FrameType::continuation:
      return handle_continuation(frame);
    default:
      return;  // priorities, and what later versions add
  }
}

bool Http2Exchange::was_started(std::uint32_t id) const {
  return id % 2 == 1 && id < next_id_;
}

void Http2Exchange::handle_data(const Http2Frame& frame) {
  if (!was_started(frame.stream)) return fail_connection("there is DATA for a stream that was not started");
  unacknowledged_ += frame.flow;
  if (unacknowledged_ > kLargest31) return fail_connection("the server sends more than its window");
  Http2Stream* stream = streams_.find(frame.stream);
  if (stream == nullptr) {  // nobody waits for it any more
    unclaimed_ += frame.flow;
    if (unclaimed_ > kMaxUnclaimed) fail_connection("the server does not end a body that was cancelled");
    return;
  }
  if (!frame.payload.empty()) idle_frames_ = 0;
  if (!stream->has_head) return fail_stream(*stream, "the body comes before the fields");
  stream->received += frame.payload.size();
  if (stream->length && stream->received > *stream->length)
    return fail_stream(*stream, "the body is longer than Content-Length");
  if (stream->validator) stream->validator->body(frame.payload);
  if (calls_ && !take_messages(*stream, frame.payload)) [[unlikely]]
    return;
  if (stream->events) {
    stream->events->body(stream->status, frame.payload);
    if (frame.is_last) stream->events->end_of_chunk(stream->status);
    if (!report_events(*stream)) return;
  }
  if (frame.is_last && frame.has(kEndStream)) return finish_response(*stream);
  stream->unacknowledged += frame.flow;
  if (stream->unacknowledged < kWindowUpdateAt) return;
  append_window(stream->id, stream->unacknowledged);
  stream->unacknowledged = 0;
}

void Http2Exchange::handle_headers(const Http2Frame& frame) {
  if (!was_started(frame.stream))
    return fail_connection("there are HEADERS for a stream that was not started");
  block_ends_ = frame.has(kEndStream);
  if (frame.has(kEndHeaders)) [[likely]]
    return handle_field_block(frame.stream, frame.payload);
  block_ = frame.payload;
  block_stream_ = frame.stream;
}

void Http2Exchange::handle_continuation(const Http2Frame& frame) {
  if (block_stream_ == 0) return fail_connection("there is a CONTINUATION of nothing");
  block_ += frame.payload;
  if (block_.size() > kBlockLimit) return fail_connection("the fields are longer than 64 KiB");
  if (!frame.has(kEndHeaders)) return;
  block_stream_ = 0;
  handle_field_block(frame.stream, block_);
}

void Http2Exchange::handle_field_block(std::uint32_t id, std::string_view block) {
  Http2Stream* stream = streams_.find(id);
  const bool is_trailers = stream != nullptr && stream->has_head;
  const auto kind = is_trailers ? Http2FieldReader::Kind::trailers : Http2FieldReader::Kind::head;
  Http2FieldReader::Head head;
  const auto outcome =
      response_fields_.read(block, kind, stream != nullptr ? stream->validator.get() : nullptr, head);
  if (outcome == Http2FieldReader::Outcome::broken) return fail_connection(response_fields_.problem());
  if (stream == nullptr) return;
  if (outcome == Http2FieldReader::Outcome::malformed)
    return fail_stream(*stream, response_fields_.problem());
  if (calls_) [[unlikely]]
    take_call_fields(*stream, kind);
  if (is_trailers) {
    return block_ends_ ? finish_response(*stream)
                       : fail_stream(*stream, "there are fields in the middle of the body");
  }
  stream->status = head.status;
  note_beginning(*stream);
  if (head.status == 101)
    return fail_stream(*stream, "the response switches to a protocol that was not requested");
  if (head.status < 200) {
    if (block_ends_) fail_stream(*stream, "an interim response is the last one");
    return;
  }
  stream->has_head = true;
  idle_frames_ = 0;
  if (stream->events && head.is_encoded) stream->events->refuse_encoding(head.status);
  if (stream->events && !report_events(*stream)) return;
  if (stream->response_has_body && !has_no_body(head.status)) stream->length = head.length;
  if (block_ends_) finish_response(*stream);
}

void Http2Exchange::note_beginning(Http2Stream& stream) {
  if (block_ends_ || stream.beginning != Http2Stream::Beginning::awaited) return;
  stream.beginning = Http2Stream::Beginning::unreported;
  ++unreported_;
}

/// After a read: of the responses that it began and did not end.
void Http2Exchange::report_beginnings() {
  unreported_ = 0;
  for (Http2Stream& stream : streams_.all()) {
    if (!stream.is_used || stream.beginning != Http2Stream::Beginning::unreported) continue;
    stream.beginning = Http2Stream::Beginning::reported;
    sink_->on_first_byte(stream.request_id);
  }
}

/// Reports the events that came; false when one of them fails the request.
bool Http2Exchange::report_events(Http2Stream& stream) {
  EventReader& events = *stream.events;
  for (const Part& part : events.parts()) sink_->on_part(stream.request_id, part);
  events.forget_parts();
  if (!events.problem()) return true;
  append_reset(stream.id, NGHTTP2_CANCEL);
  sink_->on_failure(stream.request_id, events.problem()->error, events.problem()->why);
  unclaimed_ = 0;
  release(stream);
  return false;
}

void Http2Exchange::finish_response(Http2Stream& stream) {
  if (stream.length && stream.received != *stream.length)
    return fail_stream(stream, "the body is shorter than Content-Length");
  if (stream.events) {
    stream.events->end(stream.status);
    if (!report_events(stream)) return;
  }
  if (stream.body_sent < stream.body.size() || stream.body_is_open) append_reset(stream.id, NGHTTP2_CANCEL);
  if (calls_) [[unlikely]]
    return finish_call(stream);
  const std::string_view problem =
      stream.validator ? stream.validator->problem(stream.status) : std::string_view{};
  if (problem.empty()) [[likely]] {
    sink_->on_response(stream.request_id, stream.status);
  } else {
    sink_->on_unexpected_response(stream.request_id, stream.status, problem);
  }
  unclaimed_ = 0;
  release(stream);
}

void Http2Exchange::handle_reset(const Http2Frame& frame) {
  if (frame.payload.size() != 4) return fail_connection("a frame has a wrong size");
  if (!was_started(frame.stream)) return fail_connection("a stream is reset that was not started");
  Http2Stream* stream = streams_.find(frame.stream);
  if (stream == nullptr)
    return;  // after the response a server may reset what is left (RFC 9113, section 8.1)
  const std::uint32_t error = read_number(frame.payload, 4);
  if (falls_back_to_http1(error) && stream->status == 0) {
    sink_->on_refusal(stream->request_id, kHttp1Required);
  } else if (error == NGHTTP2_REFUSED_STREAM && stream->status == 0) {
    sink_->on_refusal(stream->request_id, "the server refused the request");
  } else {
    const char* advice = error == NGHTTP2_HTTP_1_1_REQUIRED ? "; set http: 1.1" : "";
    report_failure(*stream, ErrorClass::stream, "the server reset the stream: " + error_name(error) + advice,
                   *sink_);
  }
  release(*stream);
}

void Http2Exchange::handle_settings(const Http2Frame& frame) {
  constexpr std::size_t kSettingSize = 6;
  if (frame.stream != 0) return fail_connection("there are SETTINGS of one stream");
  if (frame.payload.size() % kSettingSize != 0 || (frame.has(kAck) && !frame.payload.empty()))
    return fail_connection("a frame has a wrong size");
  if (frame.has(kAck)) return;
  settings_received_ = true;
  for (std::string_view rest = frame.payload; !rest.empty(); rest.remove_prefix(kSettingSize))
    apply_setting(read_number(rest, 2), read_number(rest.substr(2), 4));
  append_frame_head(out_, FrameType::settings, kAck, 0, 0);
  ++unsent_acks_;
  send_waiting_headers();
}

void Http2Exchange::apply_setting(std::uint32_t name, std::uint32_t value) {
  if (name == NGHTTP2_SETTINGS_HEADER_TABLE_SIZE) {
    request_fields_.set_table_size(value);
  } else if (name == NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS) {
    limit_ = value;
  } else if (name == NGHTTP2_SETTINGS_ENABLE_PUSH) {
    if (value != 0) fail_connection("a setting has a value that it cannot have");
  } else if (name == NGHTTP2_SETTINGS_MAX_FRAME_SIZE) {
    if (value < kFirstFrameSize || value > kLargestFrameSize)
      return fail_connection("a setting has a value that it cannot have");
    frame_size_ = std::min<std::size_t>(value, 4 * kFirstFrameSize);
  } else if (name == NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE) {
    if (value > kLargest31) return fail_connection("a window is larger than it may be");
    const std::int64_t more = value - stream_window_;
    stream_window_ = value;
    for (Http2Stream& stream : streams_.all()) {
      if (!stream.is_used || stream.id == 0) continue;
      stream.window += more;
      if (stream.window > kLargest31) return fail_connection("a window is larger than it may be");
    }
  }
}

void Http2Exchange::handle_ping(const Http2Frame& frame) {
  if (frame.payload.size() != 8) return fail_connection("a frame has a wrong size");
  if (frame.stream != 0) return fail_connection("there is a PING of one stream");
  if (frame.has(kAck)) {
    if (calls_) calls_->note_life();
    return;
  }
  append_frame_head(out_, FrameType::ping, kAck, 0, frame.payload.size());
  out_ += frame.payload;
  ++unsent_acks_;
}

void Http2Exchange::handle_goaway(const Http2Frame& frame) {
  if (frame.payload.size() < 8) return fail_connection("a frame has a wrong size");
  if (frame.stream != 0) return fail_connection("there is a GOAWAY of one stream");
  draining_ = true;
  const std::uint32_t error = read_number(frame.payload.substr(4), 4);
  goaway_ = "GOAWAY " + error_name(error);
  if (const std::string_view reason = frame.payload.substr(8); !reason.empty())
    goaway_ += fmt::format(": '{}'", base::printable(reason, kLongestReason));
  const bool wants_http1 = falls_back_to_http1(error);
  std::string why = "the server refused the request: " + goaway_;
  if (error == NGHTTP2_HTTP_1_1_REQUIRED && !wants_http1) why += "; set http: 1.1";
  refuse_streams_above(read_number(frame.payload, 4) & kLargest31, wants_http1 ? kHttp1Required : why);
}

/// Whether the error asks for HTTP/1.1 and that can be had: then nothing more is started on this connection,
/// and further ones speak HTTP/1.1.
bool Http2Exchange::falls_back_to_http1(std::uint32_t error) {
  if (error != NGHTTP2_HTTP_1_1_REQUIRED || settings_.http1_required == nullptr) return false;
  settings_.http1_required->store(true, std::memory_order_relaxed);
  draining_ = true;
  refuse_streams_above(kLargest31, kHttp1Required);
  return true;
}

/// Refuses the requests that were not sent and those on streams above `last`.
void Http2Exchange::refuse_streams_above(std::uint32_t last, std::string_view why) {
  for (Http2Stream& stream : streams_.all()) {
    if (!stream.is_used || (stream.id != 0 && stream.id <= last)) continue;
    sink_->on_refusal(stream.request_id, why);
    release(stream);
  }
}

void Http2Exchange::handle_window_update(const Http2Frame& frame) {
  if (frame.payload.size() != 4) return fail_connection("a frame has a wrong size");
  const std::uint32_t more = read_number(frame.payload, 4) & kLargest31;
  if (frame.stream == 0) {
    window_ += more;
    if (more == 0) return fail_connection("a window grows by nothing");
    if (window_ > kLargest31) return fail_connection("a window is larger than it may be");
    return;
  }
  if (!was_started(frame.stream))
    return fail_connection("there is a window for a stream that was not started");
  Http2Stream* stream = streams_.find(frame.stream);
  if (stream == nullptr) return;
  stream->window += more;
  if (more == 0) return fail_stream(*stream, "a window grows by nothing");
  if (stream->window > kLargest31) fail_stream(*stream, "a window is larger than it may be");
}

/// The request fails because its stream or connection does. Where events had come, their stream was broken
/// off.
void Http2Exchange::report_failure(const Http2Stream& stream, ErrorClass error, std::string_view why,
                                   ResponseSink& sink) {
  if (stream.id != 0 && stream.events && stream.events->is_open())
    sink.on_failure(stream.request_id, ErrorClass::unfinished,
                    fmt::format("{}, {}", why, stream.events->progress_text()));
  else
    sink.on_failure(stream.request_id, error, why);
}

/// The server violated a rule that ends this stream alone (RFC 9113, section 5.4.2).
void Http2Exchange::fail_stream(Http2Stream& stream, std::string_view why) {
  append_reset(stream.id, NGHTTP2_PROTOCOL_ERROR);
  sink_->on_failure(stream.request_id, ErrorClass::malformed, fmt::format("HTTP/2: {}", why));
  release(stream);
}

/// The server violated a rule that ends the connection (RFC 9113, section 5.4.1).
void Http2Exchange::fail_connection(std::string_view why) {
  if (problem_.empty()) problem_ = fmt::format("HTTP/2: {}", why);
}

void Http2Exchange::end_of_stream(ResponseSink& sink) {
  broken(ErrorClass::early_close, "the server closed the connection before the end of the response", sink);
}

void Http2Exchange::broken(ErrorClass error, std::string_view why, ResponseSink& sink) {
  if (goaway_.empty()) return fail_all(error, why, sink);
  fail_all(error, fmt::format("{}, after {}", why, goaway_), sink);
}

void Http2Exchange::fail_all(ErrorClass error, std::string_view why, ResponseSink& sink) {
  waiting_.clear();
  sending_.clear();
  for (Http2Stream& stream : streams_.all()) {
    if (!stream.is_used) continue;
    report_failure(stream, error, why, sink);
    release(stream);
  }
}

}  // namespace iter8::load
