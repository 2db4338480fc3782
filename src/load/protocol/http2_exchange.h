#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <nghttp2/nghttp2.h>

#include "load/plan.h"
#include "load/protocol/exchange.h"
#include "load/protocol/http2_frame.h"
#include "load/protocol/http2_headers.h"
#include "load/protocol/http2_streams.h"
#include "load/request/request_builder.h"

namespace iter8::load {

/// HTTP/2 (RFC 9113) with many requests at a time. nghttp2 compresses the fields; frames, windows and the
/// life of streams are ours, because its session takes 20,000 instructions a request, ten times all the rest.
///
/// Windows are as large as the protocol allows, so that no answer waits for the generator. Pushes are turned
/// off. A request that the server says it did not act on (GOAWAY below it, REFUSED_STREAM) is refused and may
/// be sent again; after a GOAWAY nothing more is started, and the connection ends with its last request. A
/// request counts as answered when its answer is complete; the rest of its body is then not sent any more.
///
/// Cost: frames of all requests that were started since the last write leave in one, and one read brings many
/// answers. A request that is the same as the last one is a copy of about 20 bytes, an answer with the same
/// head as the last one a comparison. A connection takes about 17 KiB, most of it for the tables of the
/// compression.
class Http2Exchange final : public Exchange {
 public:
  struct Settings {
    const Requests* requests = nullptr;  // outlive the exchange
    int streams = 1;
    KeepAlive keep_alive = KeepAlive::on;
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

 private:
  // Sending.
  void submit(Http2Stream& stream);
  void submit_waiting();
  const RequestVariant& compose(Http2Stream& stream);
  void set_fields(const RequestVariant& request);
  void append_block(std::uint32_t id, std::string_view block, bool ends);
  void append_reset(std::uint32_t id, std::uint32_t error);
  void append_window(std::uint32_t id, std::size_t size);
  void send_bodies();
  bool send_piece(Http2Stream& stream);
  bool is_output_long() const;

  // Receiving.
  void take(const Http2Frame& frame);
  void take_data(const Http2Frame& frame);
  void take_headers(const Http2Frame& frame);
  void take_continuation(const Http2Frame& frame);
  void take_block(std::uint32_t id, std::string_view block);
  void take_reset(const Http2Frame& frame);
  void take_settings(const Http2Frame& frame);
  void take_setting(std::uint32_t name, std::uint32_t value);
  void take_ping(const Http2Frame& frame);
  void take_goaway(const Http2Frame& frame);
  void take_window(const Http2Frame& frame);
  bool was_started(std::uint32_t id) const;
  void end_of_answer(Http2Stream& stream);

  // The ends of requests.
  void give_up(Http2Stream& stream, std::string_view why);
  void release(Http2Stream& stream);
  void fail_all(ErrorClass error, std::string_view why, ResponseSink& sink);
  void break_off(std::string_view why);
  ConnectionReuse reuse() const;

  Settings settings_;
  std::unique_ptr<RequestBuilder> builder_;  // where requests differ
  bool looks_into_answers_ = false;

  Http2FieldWriter requests_fields_;
  std::vector<nghttp2_nv> fields_;  // of the request that is being started
  std::string values_;              // those of its values that differ
  std::string out_;
  std::size_t out_sent_ = 0;

  Http2FrameReader frames_;
  Http2FieldReader answers_fields_;
  std::string block_;               // of fields that came in several frames
  std::uint32_t block_stream_ = 0;  // which one goes on; 0: none
  bool block_ends_ = false;         // the answer, too

  Http2Streams streams_;
  std::vector<Http2Stream*> waiting_;  // until the server allows another stream
  std::vector<Http2Stream*> sending_;  // those with a body that is not yet sent
  std::size_t open_ = 0;               // streams
  std::size_t limit_ = 0;              // of streams, as the server has it
  std::uint32_t next_id_ = 1;
  std::int64_t window_ = 0;         // how much the server takes on this connection
  std::int64_t stream_window_ = 0;  // and at first on each stream
  std::size_t frame_size_ = kFirstFrameSize;
  std::size_t unreturned_ = 0;    // bytes of the connection's window that the server has used up
  std::size_t owed_ = 0;          // answers to pings and settings that were not yet sent
  bool greeted_ = false;          // by the server's SETTINGS
  bool draining_ = false;         // nothing more is started
  std::string problem_;           // what ends the connection
  ResponseSink* sink_ = nullptr;  // of receive()
};

}  // namespace iter8::load
