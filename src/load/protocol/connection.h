#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "load/protocol/destination.h"
#include "load/protocol/exchange.h"
#include "net/poller.h"
#include "net/transport.h"

namespace iter8::load {

/// A slot for one connection to a destination: opens a socket, with TLS if the destination has it, and moves
/// bytes between it and the slot's exchange. Passive: its lane opens it, hands it requests and passes on what
/// the poller says. Used by one thread.
///
/// Cost of a request on an open connection: one send and one recv. The socket is registered with the poller
/// once, edge triggered; a recv that was not filled has emptied the socket, so nobody reads until EAGAIN.
class Connection {
 public:
  enum class State { closed, opening, ready };

  struct Failure {
    ErrorClass error = ErrorClass::connect;
    std::string why;
  };

  Connection(const Destination& destination, const net::Poller& poller, std::uint32_t index);

  State state() const { return state_; }
  std::uint32_t index() const { return index_; }
  std::size_t room() const { return state_ == State::ready ? exchange_->room() : 0; }
  /// Tells events of this connection from those of the ones the slot held before.
  std::uint64_t tag() const { return std::uint64_t{generation_} << 32 | index_; }

  /// Begins to connect, to one address after the other until one answers. Afterwards it is opening, or closed
  /// because of failure().
  void open();
  /// Goes on with that after an event: still opening, ready, or closed because of failure().
  void continue_opening(std::uint32_t events);
  /// Why the opening failed.
  const Failure& failure() const { return failure_; }

  /// Starts a request; needs room(). Unless the connection gathers(), sends what the socket takes. Like
  /// handle(), it may have to read into `buffer`, and returns the number of bytes received.
  std::size_t start(RequestId request_id, std::span<char> buffer, ResponseSink& sink);
  /// Handles what the poller saw of a ready connection.
  std::size_t handle(std::uint32_t events, std::span<char> buffer, ResponseSink& sink);
  /// Whether what is to be said waits for flush(), which sends it in one piece.
  bool batches_writes() const { return exchange_->batches_writes(); }
  std::size_t flush(std::span<char> buffer, ResponseSink& sink);
  /// Nobody waits for this request any more; the connection may be closed by it.
  void abandon(RequestId request_id);
  void close();

 private:
  void connect_from(std::size_t first);
  bool socket_is_open(std::uint32_t events);
  void ask_proxy();
  void read_proxy();
  void shake_hands();
  void fail_opening(ErrorClass error, std::string why);
  void become_ready();
  std::size_t receive(bool hung_up, std::span<char> buffer, ResponseSink& sink);
  void break_off(const net::IoResult& result, ResponseSink& sink);

  const Destination& destination_;
  const net::Poller& poller_;
  std::unique_ptr<Exchange> exchange_;
  net::Transport transport_;
  Failure failure_;
  State state_ = State::closed;
  std::uint32_t index_;
  std::uint32_t generation_ = 0;
  std::size_t address_ = 0;  // the one in use, and the first to try next time
  std::size_t tried_ = 0;    // addresses of this opening
  Protocol protocol_;        // of the exchange
  bool connected_ = false;
  bool proxied_ = false;                         // the proxy was asked
  bool tunneled_ = false;                        // and agreed
  const net::Resolution* resolution_ = nullptr;  // of this opening
};

}  // namespace iter8::load
