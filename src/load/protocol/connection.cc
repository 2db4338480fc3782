#include "load/protocol/connection.h"

#include <array>

#include <fmt/format.h>

#include "base/file.h"
#include "base/text.h"

namespace iter8::load {
namespace {

constexpr std::size_t kProxyResponseLimit = 16 * 1024;

}  // namespace

Connection::Connection(const Destination& destination, const net::Poller& poller, std::uint32_t index)
    : destination_(destination),
      poller_(poller),
      exchange_(destination.make_exchange(destination.first_protocol())),
      index_(index),
      protocol_(destination.first_protocol()),
      batches_writes_(exchange_->batches_writes()) {}

void Connection::open() {
  resolution_ = &destination_.addresses->current();
  const std::size_t count = resolution_->addresses.size();
  if (count == 0) {
    fail_opening(ErrorClass::resolve, resolution_->problem);
    return;
  }
  tried_ = 0;
  connect_from((destination_.spread ? index_ + generation_ : address_) % count);
}

void Connection::connect_from(std::size_t first) {
  const std::vector<net::Address>& addresses = resolution_->addresses;
  for (address_ = first; tried_ < addresses.size(); address_ = (address_ + 1) % addresses.size()) {
    ++tried_;
    int error = 0;
    transport_ = net::Transport(net::Transport::connect(addresses[address_], error));
    if (error == 0) {
      ++generation_;
      error = poller_.add(transport_.fd(), tag());
    }
    if (error == 0) {
      state_ = State::opening;
      connected_ = false;
      tunnel_requested_ = false;
      tunnel_open_ = false;
      hung_up_ = false;
      offers_http1_ = destination_.is_http1_required();
      return;
    }
    fail_opening(ErrorClass::connect,
                 fmt::format("connect to {}: {}", addresses[address_].to_text(), base::errno_text(error)));
  }
}

std::size_t Connection::handle(std::uint32_t events, std::span<char> buffer, ResponseSink& sink) {
  std::size_t received = 0;
  constexpr std::uint32_t kReadable = EPOLLIN | EPOLLRDHUP | EPOLLHUP | EPOLLERR;
  if ((events & (kReadable ^ EPOLLIN)) != 0) hung_up_ = true;
  if ((events & kReadable) != 0) received = receive(buffer, sink);
  if (!batches_writes()) received += flush(buffer, sink);
  return received;
}

std::size_t Connection::read_on(std::span<char> buffer, ResponseSink& sink) {
  std::size_t received = receive(buffer, sink);
  if (!batches_writes()) received += flush(buffer, sink);
  return received;
}

void Connection::continue_opening(std::uint32_t events) {
  if (!connected_ && !socket_is_open(events)) return;
  if (!destination_.tunnel_request.empty() && !transport_.is_secure()) {
    if (!tunnel_requested_) return request_tunnel();
    read_proxy_response();
    if (state_ != State::opening) return;
    if (!tunnel_open_) return;
  }
  if (!destination_.tls) return become_ready();
  if (!transport_.is_secure()) transport_.secure(offers_http1_ ? *destination_.tls_http1 : *destination_.tls);
  continue_handshake();
}

/// False while the socket is still connecting, also when it failed and the next address is tried.
bool Connection::socket_is_open(std::uint32_t events) {
  if ((events & (EPOLLERR | EPOLLHUP)) != 0) {
    const int error = net::Transport::connect_result(transport_.fd());
    const std::string address = resolution_->addresses[address_].to_text();
    fail_opening(ErrorClass::connect, fmt::format("connect to {}: {}", address, base::errno_text(error)));
    connect_from((address_ + 1) % resolution_->addresses.size());
    return false;
  }
  connected_ = (events & EPOLLOUT) != 0;
  return connected_;
}

void Connection::request_tunnel() {
  tunnel_requested_ = true;
  const net::IoResult result = transport_.send(destination_.tunnel_request);
  // A new socket has room for these few bytes.
  if (result.bytes != destination_.tunnel_request.size())
    fail_opening(ErrorClass::proxy, "the proxy closed the connection");
}

/// Reads the proxy's response up to its last byte and not beyond: what follows comes from the server behind
/// it.
void Connection::read_proxy_response() {
  std::array<char, kProxyResponseLimit>
      room;  // NOLINT(cppcoreguidelines-pro-type-member-init): recv fills it
  const net::IoResult result = transport_.peek(room);
  if (result.status == net::IoStatus::later) return;
  const std::string_view bytes(room.data(), result.bytes);
  const std::size_t end = bytes.find("\r\n\r\n");
  if (end == std::string_view::npos) {
    if (result.status == net::IoStatus::done && result.bytes < room.size()) return;
    return fail_opening(ErrorClass::proxy, "the proxy closed the connection or did not respond with HTTP");
  }
  transport_.receive(std::span(room).first(end + 4));
  const std::string_view line = bytes.substr(0, bytes.find('\r'));
  tunnel_open_ = line.starts_with("HTTP/1.") && line.size() > 9 && line.substr(9).starts_with('2');
  if (!tunnel_open_)
    fail_opening(ErrorClass::proxy, fmt::format("the proxy responded with '{}'", base::printable(line, 100)));
}

void Connection::continue_handshake() {
  const net::IoResult result = transport_.handshake();
  if (result.status == net::IoStatus::later) return;
  if (result.status == net::IoStatus::done) return become_ready();
  const bool ended = result.status == net::IoStatus::closed || result.status == net::IoStatus::cut;
  const std::string why = ended ? "the server closed the connection" : transport_.failure_text(result);
  fail_opening(ErrorClass::tls,
               fmt::format("TLS handshake with {}: {}", resolution_->addresses[address_].to_text(), why));
}

void Connection::fail_opening(ErrorClass error, std::string why) {
  failure_ = {.error = error, .why = std::move(why)};
  close();
}

void Connection::become_ready() {
  if (destination_.tls && destination_.http != HttpVersion::one) {
    const bool is_http2 = transport_.protocol() == "h2" && !offers_http1_;
    const Protocol agreed = is_http2 ? Protocol::http2 : Protocol::http1;
    if (agreed == Protocol::http1 && destination_.http == HttpVersion::two)
      return fail_opening(ErrorClass::tls, "the server does not agree to HTTP/2 (ALPN)");
    if (agreed != protocol_) exchange_ = destination_.make_exchange(agreed);
    batches_writes_ = exchange_->batches_writes();
    protocol_ = agreed;
  }
  state_ = State::ready;
  exchange_->open();
}

std::size_t Connection::start(RequestId request_id, std::span<char> buffer, ResponseSink& sink) {
  exchange_->start(request_id);
  return batches_writes() ? 0 : flush(buffer, sink);
}

std::size_t Connection::flush(std::span<char> buffer, ResponseSink& sink) {
  while (state_ == State::ready) {
    const std::span<const char> bytes = exchange_->output();
    if (bytes.empty()) break;
    const net::IoResult result = transport_.send(bytes);
    if (result.status == net::IoStatus::later) return 0;
    if (result.status != net::IoStatus::done) {
      // A server that has closed may have sent the reason before: a response, or a TLS alert.
      hung_up_ = true;
      const std::size_t received = receive(buffer, sink);
      if (state_ == State::ready && !has_unread_) handle_broken(result, sink);
      return received;
    }
    exchange_->sent(result.bytes);
  }
  // Sending the end of a request may end the last one that this connection could carry.
  if (state_ == State::ready && exchange_->room() == 0 && !exchange_->is_busy()) close();
  return 0;
}

std::size_t Connection::receive(std::span<char> buffer, ResponseSink& sink) {
  std::size_t total = 0;
  has_unread_ = false;
  for (int i = 0; i < kMostReads; ++i) {
    const net::IoResult result = transport_.receive(buffer);
    if (result.status == net::IoStatus::later) return total;
    if (result.status != net::IoStatus::done) {
      handle_broken(result, sink);
      return total;
    }
    total += result.bytes;
    if (exchange_->receive({buffer.data(), result.bytes}, sink) == ConnectionReuse::close) {
      close();
      return total;
    }
    // A hang-up was reported in the same edge as the last bytes: only reading on to the end finds it.
    const bool drained =
        result.bytes < buffer.size() && !hung_up_ && !transport_.may_hold_more(exchange_->is_busy());
    if (drained) return total;
  }
  has_unread_ = true;
  return total;
}

void Connection::handle_broken(const net::IoResult& result, ResponseSink& sink) {
  if (result.status == net::IoStatus::closed) {
    exchange_->end_of_stream(sink);
  } else if (result.status == net::IoStatus::cut) {
    exchange_->broken(ErrorClass::early_close, "the connection ended without TLS closing it", sink);
  } else if (result.error != 0) {
    exchange_->broken(ErrorClass::reset, transport_.failure_text(result), sink);
  } else {
    exchange_->broken(ErrorClass::tls, "TLS: " + transport_.failure_text(result), sink);
  }
  close();
}

void Connection::abandon(RequestId request_id) {
  if (exchange_->abandon(request_id) == ConnectionReuse::close) close();
}

void Connection::on_time(ResponseSink& sink) {
  if (exchange_->on_time(sink) == ConnectionReuse::close) close();
}

void Connection::say_farewell() {
  if (state_ != State::ready) return;
  const std::string_view bytes = exchange_->farewell();
  if (!bytes.empty()) transport_.send(std::span(bytes.data(), bytes.size()));
}

void Connection::close() {
  say_farewell();
  transport_.close();
  has_unread_ = false;
  state_ = State::closed;
}

}  // namespace iter8::load
