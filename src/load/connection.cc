#include "load/connection.h"

#include <fmt/format.h>

#include "base/file.h"

namespace iter8::load {

Connection::Connection(const Destination& destination, const net::Poller& poller, std::uint32_t index)
    : destination_(destination), poller_(poller), exchange_(destination.make_exchange()), index_(index) {}

void Connection::open() {
  if (destination_.resolution.addresses.empty()) {
    fail_opening(ErrorClass::resolve, destination_.resolution.problem);
    return;
  }
  tried_ = 0;
  connect_from(address_);
}

void Connection::connect_from(std::size_t first) {
  const std::vector<net::Address>& addresses = destination_.resolution.addresses;
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
      return;
    }
    fail_opening(ErrorClass::connect,
                 fmt::format("connect to {}: {}", addresses[address_].to_text(), base::errno_text(error)));
  }
}

std::size_t Connection::handle(std::uint32_t events, std::span<char> buffer, AnswerSink& sink) {
  std::size_t received = 0;
  constexpr std::uint32_t kReadable = EPOLLIN | EPOLLRDHUP | EPOLLHUP | EPOLLERR;
  if ((events & kReadable) != 0) received = receive((events & (kReadable ^ EPOLLIN)) != 0, buffer, sink);
  if (!gathers()) received += flush(buffer, sink);
  return received;
}

void Connection::continue_opening(std::uint32_t events) {
  if (!transport_.is_secure()) {
    if ((events & (EPOLLERR | EPOLLHUP)) != 0) {
      const int error = net::Transport::connect_result(transport_.fd());
      const std::string address = destination_.resolution.addresses[address_].to_text();
      fail_opening(ErrorClass::connect, fmt::format("connect to {}: {}", address, base::errno_text(error)));
      connect_from((address_ + 1) % destination_.resolution.addresses.size());
      return;
    }
    if ((events & EPOLLOUT) == 0) return;
    if (!destination_.tls) return become_ready();
    transport_.secure(*destination_.tls);
  }
  shake_hands();
}

void Connection::shake_hands() {
  const net::IoResult result = transport_.handshake();
  if (result.status == net::IoStatus::later) return;
  if (result.status == net::IoStatus::done) return become_ready();
  const bool ended = result.status == net::IoStatus::closed || result.status == net::IoStatus::cut;
  const std::string why = ended ? "the server closed the connection" : transport_.failure_text(result);
  fail_opening(ErrorClass::tls, fmt::format("TLS handshake with {}: {}",
                                            destination_.resolution.addresses[address_].to_text(), why));
}

void Connection::fail_opening(ErrorClass error, std::string why) {
  failure_ = {.error = error, .why = std::move(why)};
  close();
}

void Connection::become_ready() {
  state_ = State::ready;
  exchange_->open();
}

std::size_t Connection::start(Ticket ticket, std::span<char> buffer, AnswerSink& sink) {
  exchange_->start(ticket);
  return gathers() ? 0 : flush(buffer, sink);
}

std::size_t Connection::flush(std::span<char> buffer, AnswerSink& sink) {
  while (state_ == State::ready) {
    const std::span<const char> bytes = exchange_->output();
    if (bytes.empty()) return 0;
    const net::IoResult result = transport_.send(bytes);
    if (result.status == net::IoStatus::later) return 0;
    if (result.status != net::IoStatus::done) {
      // A server that has closed may have said why before: an answer, or an alert.
      const std::size_t received = receive(true, buffer, sink);
      if (state_ == State::ready) break_off(result, sink);
      return received;
    }
    exchange_->sent(result.bytes);
  }
  return 0;
}

std::size_t Connection::receive(bool hung_up, std::span<char> buffer, AnswerSink& sink) {
  std::size_t total = 0;
  while (true) {
    const net::IoResult result = transport_.receive(buffer);
    if (result.status == net::IoStatus::later) return total;
    if (result.status != net::IoStatus::done) {
      break_off(result, sink);
      return total;
    }
    total += result.bytes;
    if (exchange_->receive({buffer.data(), result.bytes}, sink) == Fate::close) {
      close();
      return total;
    }
    // A hang-up was reported in the same edge as the last bytes: only reading on to the end finds it.
    const bool drained =
        result.bytes < buffer.size() && !hung_up && !transport_.may_hold_more(exchange_->is_busy());
    if (drained) return total;
  }
}

void Connection::break_off(const net::IoResult& result, AnswerSink& sink) {
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

void Connection::abandon(Ticket ticket) {
  if (exchange_->abandon(ticket) == Fate::close) close();
}

void Connection::close() {
  transport_.close();
  state_ = State::closed;
}

}  // namespace iter8::load
