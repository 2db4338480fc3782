#include <algorithm>

#include <fmt/format.h>

#include "load/protocol/http2_exchange.h"

// What the server says: the other half of Http2Exchange.

namespace iter8::load {
namespace {

/// Part of a window that is given back in one go.
constexpr std::size_t kReturnAt = std::size_t{1} << 30;
/// Of one answer on the wire, as unpacked.
constexpr std::size_t kBlockLimit = 64 * 1024;
/// Answers of ours (to pings, to settings) that may wait to be sent.
constexpr std::size_t kMostOwed = 100'000;
constexpr std::size_t kLargestFrameSize = (std::size_t{1} << 24) - 1;

constexpr std::string_view kNoHttp2 =
    "the server does not begin with SETTINGS; if it speaks HTTP/1 only, set http: 1.1";

std::string error_name(std::uint32_t code) {
  return fmt::format("{} ({})", nghttp2_http2_strerror(code), code);
}

bool has_no_body(int status) {
  return status == 204 || status == 304;
}

}  // namespace

ConnectionReuse Http2Exchange::receive(std::string_view bytes, ResponseSink& sink) {
  sink_ = &sink;
  while (problem_.empty()) {
    const std::optional<Http2Frame> frame = frames_.next(bytes);
    if (!frame) break;
    take(*frame);
  }
  if (!frames_.problem().empty()) break_off(greeted_ ? frames_.problem() : kNoHttp2);
  if (unreturned_ >= kReturnAt) {
    append_window(0, unreturned_);
    unreturned_ = 0;
  }
  if (owed_ > kMostOwed) break_off("the server asks for more than it reads");
  if (problem_.empty()) [[likely]]
    return reuse();
  fail_all(ErrorClass::malformed, problem_, sink);
  return ConnectionReuse::close;
}

void Http2Exchange::take(const Http2Frame& frame) {
  const bool is_settings = frame.type == FrameType::settings && !frame.has(kAck);
  if (!greeted_ && !is_settings) return break_off(kNoHttp2);
  const bool goes_on = frame.type == FrameType::continuation && frame.stream == block_stream_;
  if (block_stream_ != 0 && !goes_on) return break_off("fields are interrupted by another frame");
  switch (frame.type) {
    case FrameType::data:
      return take_data(frame);
    case FrameType::headers:
      return take_headers(frame);
    case FrameType::rst_stream:
      return take_reset(frame);
    case FrameType::settings:
      return take_settings(frame);
    case FrameType::push_promise:
      return break_off("the server pushes, although pushes are turned off");
    case FrameType::ping:
      return take_ping(frame);
    case FrameType::goaway:
      return take_goaway(frame);
    case FrameType::window_update:
      return take_window(frame);
    case FrameType::continuation:
      return take_continuation(frame);
    default:
      return;  // priorities, and what later versions add
  }
}

bool Http2Exchange::was_started(std::uint32_t id) const {
  return id % 2 == 1 && id < next_id_;
}

void Http2Exchange::take_data(const Http2Frame& frame) {
  if (!was_started(frame.stream)) return break_off("there is DATA for a stream that was not started");
  unreturned_ += frame.flow;
  if (unreturned_ > kLargest31) return break_off("the server sends more than its window");
  Http2Stream* stream = streams_.find(frame.stream);
  if (stream == nullptr) return;  // nobody waits for it any more
  if (!stream->has_head) return give_up(*stream, "the body comes before the fields");
  stream->received += frame.payload.size();
  if (stream->length && stream->received > *stream->length)
    return give_up(*stream, "the body is longer than Content-Length");
  if (stream->reader) stream->reader->body(frame.payload);
  if (frame.is_last && frame.has(kEndStream)) return end_of_answer(*stream);
  stream->unreturned += frame.flow;
  if (stream->unreturned < kReturnAt) return;
  append_window(stream->id, stream->unreturned);
  stream->unreturned = 0;
}

void Http2Exchange::take_headers(const Http2Frame& frame) {
  if (!was_started(frame.stream)) return break_off("there are HEADERS for a stream that was not started");
  block_ends_ = frame.has(kEndStream);
  if (frame.has(kEndHeaders)) [[likely]]
    return take_block(frame.stream, frame.payload);
  block_ = frame.payload;
  block_stream_ = frame.stream;
}

void Http2Exchange::take_continuation(const Http2Frame& frame) {
  if (block_stream_ == 0) return break_off("there is a CONTINUATION of nothing");
  block_ += frame.payload;
  if (block_.size() > kBlockLimit) return break_off("the fields are longer than 64 KiB");
  if (!frame.has(kEndHeaders)) return;
  block_stream_ = 0;
  take_block(frame.stream, block_);
}

void Http2Exchange::take_block(std::uint32_t id, std::string_view block) {
  Http2Stream* stream = streams_.find(id);
  const bool is_trailers = stream != nullptr && stream->has_head;
  const auto kind = is_trailers ? Http2FieldReader::Kind::trailers : Http2FieldReader::Kind::head;
  Http2FieldReader::Head head;
  const auto outcome =
      answers_fields_.read(block, kind, stream != nullptr ? stream->reader.get() : nullptr, head);
  if (outcome == Http2FieldReader::Outcome::broken) return break_off(answers_fields_.problem());
  if (stream == nullptr) return;
  if (outcome == Http2FieldReader::Outcome::malformed) return give_up(*stream, answers_fields_.problem());
  if (is_trailers) {
    return block_ends_ ? end_of_answer(*stream)
                       : give_up(*stream, "there are fields in the middle of the body");
  }
  stream->status = head.status;
  if (head.status == 101) return give_up(*stream, "the answer switches to a protocol nobody asked for");
  if (head.status < 200) {
    if (block_ends_) give_up(*stream, "an interim answer is the last one");
    return;
  }
  stream->has_head = true;
  if (stream->answer_has_body && !has_no_body(head.status)) stream->length = head.length;
  if (block_ends_) end_of_answer(*stream);
}

void Http2Exchange::end_of_answer(Http2Stream& stream) {
  if (stream.length && stream.received != *stream.length)
    return give_up(stream, "the body is shorter than Content-Length");
  if (stream.body_sent < stream.body.size()) append_reset(stream.id, NGHTTP2_CANCEL);
  const std::string_view problem = stream.reader ? stream.reader->problem(stream.status) : std::string_view{};
  if (problem.empty()) [[likely]] {
    sink_->answered(stream.request_id, stream.status);
  } else {
    sink_->unexpected(stream.request_id, stream.status, problem);
  }
  release(stream);
}

void Http2Exchange::take_reset(const Http2Frame& frame) {
  if (frame.payload.size() != 4) return break_off("a frame has a wrong size");
  if (!was_started(frame.stream)) return break_off("a stream is reset that was not started");
  Http2Stream* stream = streams_.find(frame.stream);
  if (stream == nullptr) return;  // after the answer a server may reset what is left (RFC 9113, section 8.1)
  const std::uint32_t error = read_number(frame.payload, 4);
  if (error == NGHTTP2_REFUSED_STREAM && stream->status == 0) {
    sink_->refused(stream->request_id, "the server refused the request");
  } else {
    sink_->failed(stream->request_id, ErrorClass::stream,
                  "the server reset the stream: " + error_name(error));
  }
  release(*stream);
}

void Http2Exchange::take_settings(const Http2Frame& frame) {
  constexpr std::size_t kSettingSize = 6;
  if (frame.stream != 0) return break_off("there are SETTINGS of one stream");
  if (frame.payload.size() % kSettingSize != 0 || (frame.has(kAck) && !frame.payload.empty()))
    return break_off("a frame has a wrong size");
  if (frame.has(kAck)) return;
  greeted_ = true;
  for (std::string_view rest = frame.payload; !rest.empty(); rest.remove_prefix(kSettingSize))
    take_setting(read_number(rest, 2), read_number(rest.substr(2), 4));
  append_frame_head(out_, FrameType::settings, kAck, 0, 0);
  ++owed_;
  submit_waiting();
}

void Http2Exchange::take_setting(std::uint32_t name, std::uint32_t value) {
  if (name == NGHTTP2_SETTINGS_HEADER_TABLE_SIZE) {
    requests_fields_.set_table_size(value);
  } else if (name == NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS) {
    limit_ = value;
  } else if (name == NGHTTP2_SETTINGS_ENABLE_PUSH) {
    if (value != 0) break_off("a setting has a value that it cannot have");
  } else if (name == NGHTTP2_SETTINGS_MAX_FRAME_SIZE) {
    if (value < kFirstFrameSize || value > kLargestFrameSize)
      return break_off("a setting has a value that it cannot have");
    frame_size_ = std::min<std::size_t>(value, 4 * kFirstFrameSize);
  } else if (name == NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE) {
    if (value > kLargest31) return break_off("a window is larger than it may be");
    const std::int64_t more = value - stream_window_;
    stream_window_ = value;
    for (Http2Stream& stream : streams_.all()) {
      if (!stream.is_used || stream.id == 0) continue;
      stream.window += more;
      if (stream.window > kLargest31) return break_off("a window is larger than it may be");
    }
  }
}

void Http2Exchange::take_ping(const Http2Frame& frame) {
  if (frame.payload.size() != 8) return break_off("a frame has a wrong size");
  if (frame.stream != 0) return break_off("there is a PING of one stream");
  if (frame.has(kAck)) return;
  append_frame_head(out_, FrameType::ping, kAck, 0, frame.payload.size());
  out_ += frame.payload;
  ++owed_;
}

void Http2Exchange::take_goaway(const Http2Frame& frame) {
  if (frame.payload.size() < 8) return break_off("a frame has a wrong size");
  if (frame.stream != 0) return break_off("there is a GOAWAY of one stream");
  draining_ = true;
  const std::uint32_t last = read_number(frame.payload, 4) & kLargest31;
  for (Http2Stream& stream : streams_.all()) {
    if (!stream.is_used || (stream.id != 0 && stream.id <= last)) continue;
    sink_->refused(stream.request_id, "the server refused the request");
    release(stream);
  }
}

void Http2Exchange::take_window(const Http2Frame& frame) {
  if (frame.payload.size() != 4) return break_off("a frame has a wrong size");
  const std::uint32_t more = read_number(frame.payload, 4) & kLargest31;
  if (frame.stream == 0) {
    window_ += more;
    if (more == 0) return break_off("a window grows by nothing");
    if (window_ > kLargest31) return break_off("a window is larger than it may be");
    return;
  }
  if (!was_started(frame.stream)) return break_off("there is a window for a stream that was not started");
  Http2Stream* stream = streams_.find(frame.stream);
  if (stream == nullptr) return;
  stream->window += more;
  if (more == 0) return give_up(*stream, "a window grows by nothing");
  if (stream->window > kLargest31) give_up(*stream, "a window is larger than it may be");
}

/// The server broke a rule that ends this stream alone.
void Http2Exchange::give_up(Http2Stream& stream, std::string_view why) {
  append_reset(stream.id, NGHTTP2_PROTOCOL_ERROR);
  sink_->failed(stream.request_id, ErrorClass::malformed, fmt::format("HTTP/2: {}", why));
  release(stream);
}

/// The server broke a rule that ends the connection.
void Http2Exchange::break_off(std::string_view why) {
  if (problem_.empty()) problem_ = fmt::format("HTTP/2: {}", why);
}

void Http2Exchange::end_of_stream(ResponseSink& sink) {
  fail_all(ErrorClass::early_close, "the server closed the connection before the end of the answer", sink);
}

void Http2Exchange::broken(ErrorClass error, std::string_view why, ResponseSink& sink) {
  fail_all(error, why, sink);
}

void Http2Exchange::fail_all(ErrorClass error, std::string_view why, ResponseSink& sink) {
  waiting_.clear();
  sending_.clear();
  for (Http2Stream& stream : streams_.all()) {
    if (!stream.is_used) continue;
    sink.failed(stream.request_id, error, why);
    release(stream);
  }
}

}  // namespace iter8::load
