#include <algorithm>

#include <fmt/format.h>

#include "load/protocol/http2_exchange.h"

// Calls of gRPC: what Http2Exchange does beside requests and responses of HTTP.

namespace iter8::load {
namespace {

/// When a message is tried again that the server's window did not take.
constexpr base::Duration kSendAgain = std::chrono::milliseconds(1);
constexpr std::string_view kPing = "iter8-up";

}  // namespace

void Http2Exchange::set_time(base::MonotonicTime now, base::MonotonicTime deadline) {
  if (calls_) calls_->set_time(now, deadline);
}

MessageCounts Http2Exchange::take_message_counts() {
  return calls_ ? calls_->take_counts() : MessageCounts{};
}

/// The messages with which the call begins.
void Http2Exchange::build_call(Http2Stream& stream) {
  calls_->start(*stream.call, builder_.get());
  if (!stream.body.empty()) return GrpcCaller::note_fixed_body(*stream.call);
  if (!GrpcCaller::sends_more(*stream.call)) return;
  append_messages(stream);
}

/// Replaces a body that is sent by the messages that come next.
void Http2Exchange::append_messages(Http2Stream& stream) {
  stream.own_body.clear();
  calls_->append_messages(*stream.call, builder_.get(), stream.own_body);
  stream.body = stream.own_body;
  stream.body_sent = 0;
  stream.body_is_open = GrpcCaller::sends_more(*stream.call);
}

void Http2Exchange::refill_bodies() {
  if (calls_->sends_at_intervals()) return;
  for (Http2Stream* stream : sending_)
    if (stream->body_is_open && stream->body_sent == stream->body.size()) append_messages(*stream);
}

std::optional<base::MonotonicTime> Http2Exchange::next_wake() const {
  if (!calls_) return std::nullopt;
  base::MonotonicTime wake = calls_->next_ping().value_or(base::MonotonicTime::max());
  if (calls_->has_timers()) {
    for (const Http2Stream& stream : streams_.all())
      if (stream.is_used && stream.id != 0)
        wake = std::min({wake, stream.call->next_at, stream.call->ends_at});
  }
  return wake == base::MonotonicTime::max() ? std::nullopt : std::optional(wake);
}

ConnectionReuse Http2Exchange::on_time(ResponseSink& sink) {
  if (!calls_) return ConnectionReuse::keep;
  sink_ = &sink;
  if (calls_->has_timers()) {
    for (Http2Stream& stream : streams_.all()) {
      if (!stream.is_used || stream.id == 0) continue;
      if (stream.call->ends_at <= calls_->now())
        end_on_time(stream);
      else if (stream.call->next_at <= calls_->now())
        send_next_message(stream);
    }
  }
  check_life();
  if (problem_.empty()) return reuse();
  fail_all(ErrorClass::reset, problem_, sink);
  return ConnectionReuse::close;
}

void Http2Exchange::send_next_message(Http2Stream& stream) {
  if (stream.body_sent < stream.body.size()) {
    stream.call->next_at = calls_->now() + kSendAgain;
    return;
  }
  append_messages(stream);
  sending_.push_back(&stream);
}

/// The time of the stream is over: the client has nothing more to say, or wants to hear nothing more.
void Http2Exchange::end_on_time(Http2Stream& stream) {
  GrpcCallState& call = *stream.call;
  if (!calls_->call().client_streams) return cancel_call(stream);
  call.ends_at = call.next_at = base::MonotonicTime::max();
  call.count = call.queued;
  if (!stream.body_is_open) return;
  stream.body_is_open = false;
  if (stream.body_sent == stream.body.size())
    append_frame_head(out_, FrameType::data, kEndStream, stream.id, 0);
}

void Http2Exchange::check_life() {
  const GrpcCaller::Life life = calls_->check_life();
  if (life == GrpcCaller::Life::fine) return;
  if (life == GrpcCaller::Life::gone)
    return fail_connection("the server did not acknowledge a ping (keepalive)");
  append_frame_head(out_, FrameType::ping, 0, 0, kPing.size());
  out_ += kPing;
}

void Http2Exchange::take_call_fields(Http2Stream& stream, Http2FieldReader::Kind kind) {
  GrpcCaller::take_fields(*stream.call, response_fields_.grpc_fields(kind), response_fields_.grpc_message());
}

/// False when the call has ended by them.
bool Http2Exchange::take_messages(Http2Stream& stream, std::string_view bytes) {
  if (!stream.call->fields.is_grpc) return true;  // a page of a proxy: see GrpcCaller::end_of()
  const GrpcCaller::Progress progress = calls_->receive(*stream.call, bytes);
  for (const std::size_t size : calls_->new_messages()) sink_->on_part(stream.request_id, {.bytes = size});
  calls_->new_messages().clear();
  switch (progress) {
    case GrpcCaller::Progress::waits:
      return true;
    case GrpcCaller::Progress::enough:
      cancel_call(stream);
      return false;
    case GrpcCaller::Progress::failed:
      break;
  }
  append_reset(stream.id, NGHTTP2_CANCEL);
  sink_->on_failure(stream.request_id, ErrorClass::malformed, "gRPC: " + stream.call->problem);
  release(stream);
  return false;
}

void Http2Exchange::finish_call(Http2Stream& stream) {
  const GrpcCaller::End end = calls_->end_of(*stream.call, stream.status);
  if (end.error) {
    sink_->on_failure(stream.request_id, *end.error, end.why);
  } else if (end.status == GrpcStatus::ok) {
    sink_->on_response(stream.request_id, static_cast<int>(end.status));
  } else {
    sink_->on_error_response(stream.request_id, static_cast<int>(end.status), end.why);
  }
  unclaimed_ = 0;
  release(stream);
}

/// The client has what it wanted of the call.
void Http2Exchange::cancel_call(Http2Stream& stream) {
  append_reset(stream.id, NGHTTP2_CANCEL);
  sink_->on_response(stream.request_id, static_cast<int>(GrpcStatus::ok));
  release(stream);
}

}  // namespace iter8::load
