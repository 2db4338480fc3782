#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "load/error_class.h"
#include "load/grpc_status.h"
#include "load/measurement.h"
#include "load/protocol/grpc_fields.h"
#include "load/protocol/grpc_message_reader.h"
#include "load/request/request_builder.h"

namespace iter8::load {

/// One call on a stream: what it has sent and received. Reused by later calls.
struct GrpcCallState {
  base::MonotonicTime deadline;
  Draw draw;                // where messages differ
  std::int64_t count = 0;   // of messages to send
  std::int64_t queued = 0;  // of them: part of the stream's body, or sent
  std::size_t counted = 0;  // bytes of the body whose messages were counted as sent
  std::int64_t received = 0;
  base::MonotonicTime next_at = base::MonotonicTime::max();  // when the next message is to be sent
  base::MonotonicTime ends_at = base::MonotonicTime::max();  // when the client ends it
  GrpcFields fields;
  std::string message;  // of the status
  GrpcMessageReader reader;
  std::string problem;  // why no more of the response is read; empty while it is sound
};

/// The calls of gRPC on one connection of an exchange: what they send when, what became of them, and signs of
/// life. Without I/O and without a clock: it is told the time. One thread.
class GrpcCaller {
 public:
  /// `requests` have gRPC messages, and outlive this.
  explicit GrpcCaller(const Requests& requests);

  /// On a fresh connection.
  void open();
  void set_time(base::MonotonicTime now, base::MonotonicTime deadline);
  base::MonotonicTime now() const { return now_; }

  /// A call begins, whose time ends at the deadline last set.
  void begin(GrpcCallState& call) const { call.deadline = deadline_; }
  /// It is sent now. `builder` may be null where calls do not differ.
  void start(GrpcCallState& call, RequestBuilder* builder);
  /// The value of grpc-timeout for the call that was started last: what is left of its time, rounded up so
  /// coarsely that calls which start in time have the same.
  std::string_view timeout() const { return timeout_; }
  /// Whether it differs from that of the call before.
  bool timeout_changed() const { return timeout_changed_; }

  /// Whether the call sends messages later that are not queued now.
  static bool sends_more(const GrpcCallState& call) { return call.queued < call.count; }
  /// Whether calls have something to do at certain times.
  bool has_timers() const { return sends_at_intervals() || call_->stream_duration; }
  bool sends_at_intervals() const { return call_->stream_interval > base::Duration{0}; }
  /// Appends further messages to an empty body: the next one where they are sent at intervals, else as many
  /// as make a write. Throws what the encoder throws.
  void append_messages(GrpcCallState& call, RequestBuilder* builder, std::string& body);
  /// The body holds all messages of the call.
  static void note_fixed_body(GrpcCallState& call) { call.queued = call.count; }
  /// Of the body, so much was sent: counts the messages that are complete in it.
  void note_sent(GrpcCallState& call, std::string_view body);

  /// Takes the fields of a response, or its trailers.
  static void take_fields(GrpcCallState& call, const GrpcFields& fields, std::string_view message);
  enum class Progress {
    waits,
    enough,  // as many messages were received as were asked for: the client cancels the call
    failed,  // the call's problem: no sound message, or one too many
  };
  Progress receive(GrpcCallState& call, std::string_view bytes);

  /// Messages of the response that came since it was last asked, where the server sends a stream of them:
  /// their sizes.
  std::vector<std::size_t>& new_messages() { return new_messages_; }

  /// How a call ended whose response is complete. Where there is an `error`, the response cannot be used.
  struct End {
    GrpcStatus status = GrpcStatus::ok;
    std::optional<ErrorClass> error;
    std::string why;  // empty when ok
  };
  End end_of(const GrpcCallState& call, int http_status) const;

  /// Of connections that ask for signs of life.
  std::optional<base::MonotonicTime> next_ping() const;
  enum class Life { fine, ask, gone };
  Life check_life();
  void note_life() { answer_until_.reset(); }

  MessageCounts take_counts() { return std::exchange(counts_, {}); }
  const GrpcCall& call() const { return *call_; }

 private:
  void round_timeout(const GrpcCallState& call);

  const GrpcMessages* messages_;
  const GrpcCall* call_;
  base::MonotonicTime now_;
  base::MonotonicTime deadline_;
  /// timeout_ is right for calls that have more time left than the first, and at most the second.
  base::Duration timeout_above_{0};
  base::Duration timeout_up_to_{0};
  bool timeout_changed_ = false;
  std::string timeout_;
  std::optional<base::MonotonicTime> ping_at_;
  std::optional<base::MonotonicTime> answer_until_;  // while a ping is not acknowledged
  MessageCounts counts_;
  std::vector<std::size_t> new_messages_;
};

}  // namespace iter8::load
