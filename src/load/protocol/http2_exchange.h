#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <nghttp2/nghttp2.h>

#include "load/plan.h"
#include "load/protocol/exchange.h"
#include "load/protocol/grpc_caller.h"
#include "load/protocol/http2_frame.h"
#include "load/protocol/http2_headers.h"
#include "load/protocol/http2_streams.h"
#include "load/request/request_builder.h"

namespace iter8::load {

/// HTTP/2 (RFC 9113) with many concurrent requests. nghttp2 does the header compression (HPACK); frames, flow
/// control and the life of streams are ours, because a session of nghttp2 takes 20,000 instructions a
/// request, ten times everything else together.
///
/// Flow-control windows are as large as the protocol allows, so that no response waits for the generator.
/// Server push is turned off. A request that the server says it did not process (GOAWAY below it,
/// REFUSED_STREAM) is refused and may be retried; after a GOAWAY nothing more is started, and the connection
/// ends with its last request. A request ends when its response is complete, even if its body has not been
/// sent completely; the rest of the body is then cancelled.
///
/// Calls of gRPC are requests whose body is a series of messages and whose outcome stands in the trailers;
/// what is special about them is left to a GrpcCaller, which other requests do not have.
///
/// Cost: the frames of all requests started since the last write leave in one write, and one read brings many
/// responses. A request that is the same as the last one is a copy of about 20 bytes, a response with the
/// same head as the last one a comparison. A connection takes about 17 KiB, most of it for the HPACK tables.
class Http2Exchange final : public Exchange {
 public:
  struct Settings {
    const Requests* requests = nullptr;  // outlives the exchange
    int streams = 1;
    KeepAlive keep_alive = KeepAlive::on;
    /// Set when the server asks for HTTP/1.1 (HTTP_1_1_REQUIRED); null where only HTTP/2 will do.
    /// Outlives the exchange.
    std::atomic<bool>* http1_required = nullptr;
    /// Where responses are taken apart into events; both outlive the exchange.
    const ResponseStream* stream = nullptr;
    const StatusSet* error_statuses = nullptr;
  };
  explicit Http2Exchange(const Settings& settings);

  void open() override;
  std::size_t room() const override;
  bool is_busy() const override { return streams_.size() > 0; }
  void start(RequestId request_id) override;
  bool batches_writes() const override { return true; }
  std::span<const char> output() override;
  void sent(std::size_t count) override;
  ConnectionReuse receive(std::string_view bytes, ResponseSink& sink) override;
  void end_of_stream(ResponseSink& sink) override;
  void broken(ErrorClass error, std::string_view why, ResponseSink& sink) override;
  ConnectionReuse abandon(RequestId request_id) override;
  void set_time(base::MonotonicTime now, base::MonotonicTime deadline) override;
  std::optional<base::MonotonicTime> next_wake() const override;
  ConnectionReuse on_time(ResponseSink& sink) override;
  MessageCounts take_message_counts() override;

 private:
  // Sending (http2_exchange.cc).
  void send_headers(Http2Stream& stream);
  void send_waiting_headers();
  const RequestVariant& build_request(Http2Stream& stream);
  void set_fields(const RequestVariant& request);
  void append_block(std::uint32_t id, std::string_view block, bool ends);
  void append_reset(std::uint32_t id, std::uint32_t error);
  void append_window(std::uint32_t id, std::size_t size);
  void send_bodies();
  bool send_data_frame(Http2Stream& stream);
  bool is_output_long() const;

  // Receiving (http2_receive.cc).
  void handle_frame(const Http2Frame& frame);
  void handle_data(const Http2Frame& frame);
  void handle_headers(const Http2Frame& frame);
  void handle_continuation(const Http2Frame& frame);
  void handle_field_block(std::uint32_t id, std::string_view block);
  void handle_reset(const Http2Frame& frame);
  void handle_settings(const Http2Frame& frame);
  void apply_setting(std::uint32_t name, std::uint32_t value);
  void handle_ping(const Http2Frame& frame);
  void handle_goaway(const Http2Frame& frame);
  bool falls_back_to_http1(std::uint32_t error);
  void refuse_streams_above(std::uint32_t last, std::string_view why);
  void handle_window_update(const Http2Frame& frame);
  bool was_started(std::uint32_t id) const;
  void finish_response(Http2Stream& stream);
  bool report_events(Http2Stream& stream);
  void note_beginning(Http2Stream& stream);
  void report_beginnings();

  // Calls of gRPC (http2_calls.cc).
  void build_call(Http2Stream& stream);
  void refill_bodies();
  void append_messages(Http2Stream& stream);
  void send_next_message(Http2Stream& stream);
  void end_on_time(Http2Stream& stream);
  void take_call_fields(Http2Stream& stream, Http2FieldReader::Kind kind);
  bool take_messages(Http2Stream& stream, std::string_view bytes);
  void finish_call(Http2Stream& stream);
  void cancel_call(Http2Stream& stream);
  void check_life();

  // How requests and the connection end.
  void fail_stream(Http2Stream& stream, std::string_view why);
  static void report_failure(const Http2Stream& stream, ErrorClass error, std::string_view why,
                             ResponseSink& sink);
  void release(Http2Stream& stream);
  void fail_all(ErrorClass error, std::string_view why, ResponseSink& sink);
  void fail_connection(std::string_view why);
  std::string_view no_http2_text() const;
  ConnectionReuse reuse() const;

  Settings settings_;
  std::unique_ptr<RequestBuilder> builder_;  // where requests differ
  std::unique_ptr<GrpcCaller> calls_;        // where they are calls of gRPC
  bool has_fixed_fields_ = false;
  bool validates_responses_ = false;

  Http2FieldWriter request_fields_;
  std::vector<nghttp2_nv> fields_;  // of the request being started
  std::string values_;              // their values that differ from request to request
  std::string out_;
  std::size_t out_sent_ = 0;

  Http2FrameReader frames_;
  Http2FieldReader response_fields_;
  std::string block_;               // a field block that came in several frames
  std::uint32_t block_stream_ = 0;  // the stream that it belongs to; 0: no block is open
  bool block_ends_ = false;         // the block ends its response as well

  Http2Streams streams_;
  std::vector<Http2Stream*> waiting_;  // not sent yet: the server allows no more streams
  std::vector<Http2Stream*> sending_;  // whose body is not completely sent
  std::size_t open_ = 0;               // streams in use at the server
  std::size_t limit_ = 0;              // of open_, as set by the server
  std::uint32_t next_id_ = 1;
  std::int64_t window_ = 0;         // bytes that the server accepts on this connection
  std::int64_t stream_window_ = 0;  // and initially on each stream
  std::size_t frame_size_ = kFirstFrameSize;
  std::size_t unacknowledged_ = 0;  // bytes received for which no WINDOW_UPDATE was sent
  std::size_t unsent_acks_ = 0;     // acknowledgements of pings and settings not sent yet
  std::size_t idle_frames_ = 0;     // received since a request last got on
  std::size_t unclaimed_ = 0;       // bytes of bodies that nobody waits for, since a request last ended
  std::size_t unreported_ = 0;      // streams with Beginning::unreported
  bool settings_received_ = false;  // the server's first frame
  bool draining_ = false;           // nothing more is started
  std::string goaway_;              // "GOAWAY ENHANCE_YOUR_CALM (11)", once the server has sent one
  std::string problem_;             // why the connection is to be closed; empty while it is sound
  ResponseSink* sink_ = nullptr;    // of receive()
};

}  // namespace iter8::load
