#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "load/plan.h"
#include "load/protocol/exchange.h"
#include "load/protocol/websocket_frame.h"
#include "load/protocol/websocket_handshake.h"
#include "load/request/request_builder.h"
#include "load/schedule/random.h"

namespace iter8::load {

/// WebSocket (RFC 6455) without extensions: a request is a message, and its response a message of the server.
/// Without a match that is the next one, and one request is in flight at a time; with a match, as many as
/// `streams` are, and each message ends the request whose value it holds. Messages that no request waits for
/// are counted and ignored.
///
/// The first request on a connection sends the handshake; messages follow once the server has switched. A
/// server that does not switch has answered every request on the connection with its status. Pings are
/// answered. A close frame ends what is in flight as ErrorClass::closed; it is echoed in farewell().
///
/// Cost: a message of one frame that arrives in one piece is looked at in place; others are collected, up to
/// the limit. Masking is eight bytes a step, and matching one pass over the message and one look-up.
class WebSocketExchange final : public Exchange {
 public:
  struct Settings {
    const Requests* requests = nullptr;  // with `websocket`; outlives the exchange
    int streams = 1;
    KeepAlive keep_alive = KeepAlive::on;
  };
  /// The status of the responses that it reports, which are messages: that of the switch.
  static constexpr int kSwitched = 101;

  explicit WebSocketExchange(const Settings& settings);

  void open() override;
  std::size_t room() const override;
  bool is_busy() const override { return !in_flight_.empty(); }
  void start(RequestId request_id) override;
  bool batches_writes() const override { return most_ > 1; }
  std::span<const char> output() override { return {out_.data() + out_sent_, out_.size() - out_sent_}; }
  void sent(std::size_t count) override;
  ConnectionReuse receive(std::string_view bytes, ResponseSink& sink) override;
  void end_of_stream(ResponseSink& sink) override;
  void broken(ErrorClass error, std::string_view why, ResponseSink& sink) override;
  ConnectionReuse abandon(RequestId request_id) override;
  std::string_view farewell() override;
  MessageCounts take_message_counts() override;

 private:
  enum class Phase { fresh, upgrading, open, over };
  /// So that a view of a text finds it.
  struct TextHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
  };
  /// Requests in flight by the value that they wait for; empty without a match.
  using InFlight = std::unordered_multimap<std::string, RequestId, TextHash, std::equal_to<>>;

  struct QueuedMessage {
    std::size_t end = 0;   // of its frame, in out_ or held_
    std::size_t size = 0;  // without the frame
  };

  const WebSocketCall& call() const { return settings_.requests->websocket->call; }
  std::uint32_t next_mask() { return static_cast<std::uint32_t>(random_.next() >> 32); }
  void append_handshake(const RequestVariant& request);
  void count_sent();
  void note_in_flight(RequestId request_id, std::string_view message);
  bool read_upgrade(std::string_view& bytes, ResponseSink& sink);
  void handle_frame(const WebSocketFrame& frame);
  void handle_data(const WebSocketFrame& frame);
  void handle_ping(const WebSocketFrame& frame);
  void handle_close(const WebSocketFrame& frame);
  void handle_message(std::string_view message);
  InFlight::iterator find_request(std::string_view message);
  std::string_view problem_of(std::string_view message);
  void fail_connection(CloseCode code, std::string_view why);
  void fail_all(ErrorClass error, std::string_view why, ResponseSink& sink);
  ConnectionReuse reuse() const;

  Settings settings_;
  std::size_t most_;  // requests in flight
  RequestBuilder builder_;
  SplitMix64 random_;  // of masks and keys
  Phase phase_ = Phase::fresh;
  InFlight in_flight_;
  std::vector<InFlight::node_type>
      spare_;                 // of requests that ended, so that nothing is allocated for the next
  bool started_any_ = false;  // on this connection

  std::string out_;
  std::size_t out_sent_ = 0;
  std::string held_;  // frames that wait for the server to switch
  /// Messages that were not written yet: they count once they are.
  std::vector<QueuedMessage> queued_;
  std::size_t counted_ = 0;  // of them, written since
  std::string farewell_;
  std::string built_;  // the message that is sent, where it differs
  std::string key_;    // the value that it is matched by

  UpgradeResponse upgrade_;
  WebSocketFrameReader frames_;
  bool in_message_ = false;  // some of its frames have come
  Opcode message_opcode_ = Opcode::text;
  std::string message_;           // what has come of it, unless it came in one piece
  std::size_t idle_frames_ = 0;   // received since a message last got on
  std::size_t unsent_pongs_ = 0;  // bytes
  MessageCounts counts_;
  std::string problem_;           // why the connection is to be closed; empty while it is sound
  std::string answer_problem_;    // of the answer that is being reported
  ResponseSink* sink_ = nullptr;  // of receive()
};

}  // namespace iter8::load
