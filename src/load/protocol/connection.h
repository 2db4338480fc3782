#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "base/clock.h"
#include "load/protocol/destination.h"
#include "load/protocol/exchange.h"
#include "net/poller.h"
#include "net/transport.h"

namespace iter8::load {

/// A slot for one connection to a destination: opens a socket, through a proxy and with TLS where the
/// destination says so, and moves bytes between it and the slot's exchange. Passive: its pool opens it,
/// starts requests and passes on the poller's events. Used by one thread.
///
/// Cost of a request on an open connection: one send and one recv. The socket is registered with the poller
/// once, edge-triggered; a recv that did not fill the buffer has emptied the socket, so there is no second
/// recv that would only return EAGAIN. A server that sends faster than it is read does not keep the thread
/// from its other connections: after kMostReads the rest waits for read_on().
class Connection {
 public:
  enum class State { closed, opening, ready };
  /// Buffers that are filled before others have their turn.
  static constexpr int kMostReads = 2;

  struct Failure {
    ErrorClass error = ErrorClass::connect;
    std::string why;
  };

  Connection(const Destination& destination, const net::Poller& poller, std::uint32_t index);

  State state() const { return state_; }
  std::uint32_t index() const { return index_; }
  /// How many more requests can be started on it now; 0 unless it is ready.
  std::size_t room() const { return state_ == State::ready ? exchange_->room() : 0; }
  /// The poller's tag: tells events of this connection from late ones of those the slot held before.
  std::uint64_t tag() const { return std::uint64_t{generation_} << 32 | index_; }

  /// Starts to connect, trying one address after the other. Afterwards the state is opening, or closed with
  /// failure() set.
  void open();
  /// Continues to open after an event of the poller: still opening, ready, or closed with failure() set.
  void continue_opening(std::uint32_t events);
  /// Why the opening failed.
  const Failure& failure() const { return failure_; }

  /// Starts a request; needs room(). Unless it batches_writes(), sends what the socket takes. Like handle(),
  /// it may have to read into `buffer`, and returns the number of bytes received.
  std::size_t start(RequestId request_id, std::span<char> buffer, ResponseSink& sink);
  /// Handles an event of a ready connection.
  std::size_t handle(std::uint32_t events, std::span<char> buffer, ResponseSink& sink);
  /// Whether bytes may wait in the socket that no event will announce, and read_on() is to be called soon.
  bool has_unread() const { return has_unread_; }
  std::size_t read_on(std::span<char> buffer, ResponseSink& sink);
  /// Whether output waits for flush(), which sends that of all requests started meanwhile in one write.
  bool batches_writes() const { return batches_writes_; }
  std::size_t flush(std::span<char> buffer, ResponseSink& sink);
  // Calls of gRPC; see Exchange.
  void set_time(base::MonotonicTime now, base::MonotonicTime deadline) { exchange_->set_time(now, deadline); }
  std::optional<base::MonotonicTime> next_wake() const { return exchange_->next_wake(); }
  void on_time(ResponseSink& sink);
  MessageCounts take_message_counts() { return exchange_->take_message_counts(); }
  /// The request has timed out. Closes the connection where the protocol cannot go on without its response.
  void abandon(RequestId request_id);
  void close();
  /// Says goodbye to the server where the protocol has a word for it. Nothing more may be sent.
  void say_farewell();

 private:
  void connect_from(std::size_t first);
  bool socket_is_open(std::uint32_t events);
  void request_tunnel();
  void read_proxy_response();
  void continue_handshake();
  void fail_opening(ErrorClass error, std::string why);
  void become_ready();
  std::size_t receive(std::span<char> buffer, ResponseSink& sink);
  void handle_broken(const net::IoResult& result, ResponseSink& sink);

  const Destination& destination_;
  const net::Poller& poller_;
  std::unique_ptr<Exchange> exchange_;
  net::Transport transport_;
  Failure failure_;
  State state_ = State::closed;
  std::uint32_t index_;
  std::uint32_t generation_ = 0;
  std::size_t address_ = 0;  // the one in use, and the first to try next time
  std::size_t tried_ = 0;    // addresses tried during this opening
  Protocol protocol_;        // of the exchange
  bool batches_writes_;      // the exchange's answer, which each request asks for several times
  bool connected_ = false;
  bool has_unread_ = false;
  bool hung_up_ = false;                         // the server has closed; what it sent before is read first
  bool offers_http1_ = false;                    // HTTP/1.1 alone, as the server asked for it
  bool tunnel_requested_ = false;                // the CONNECT request was sent
  bool tunnel_open_ = false;                     // and the proxy accepted it
  const net::Resolution* resolution_ = nullptr;  // of this opening
};

}  // namespace iter8::load
