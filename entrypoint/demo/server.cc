#include "entrypoint/demo/server.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <memory>
#include <string_view>
#include <utility>

#include <fmt/format.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "base/error.h"
#include "base/file.h"

namespace iter8::demo {
namespace {

constexpr int kBacklog = 4096;
constexpr std::size_t kMostAhead = 1024 * 1024;  // bytes of pipelined requests

// The sources of epoll events; connections are numbered from kFirstConnection.
constexpr std::uint64_t kListener = 0;
constexpr std::uint64_t kTimer = 1;
constexpr std::uint64_t kStop = 2;
constexpr std::uint64_t kFirstConnection = 3;

base::Descriptor checked(int fd, const char* what) {
  if (fd < 0)
    throw base::Error(
        fmt::format("the demo application cannot create {}: {}", what, base::errno_text(errno)));
  return base::Descriptor(fd);
}

using Addresses = std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)>;

Addresses numeric_address(const std::string& host, int port) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV | AI_PASSIVE;
  addrinfo* found = nullptr;
  const std::string name = host == "localhost" ? "127.0.0.1" : host;
  if (::getaddrinfo(name.c_str(), std::to_string(port).c_str(), &hints, &found) != 0)
    throw base::UsageError(fmt::format("--host: found '{}', expected an IP address such as 127.0.0.1", host));
  return {found, ::freeaddrinfo};
}

int port_of(int socket) {
  sockaddr_storage address{};
  socklen_t length = sizeof address;
  if (::getsockname(socket, reinterpret_cast<sockaddr*>(&address), &length) != 0) return 0;
  return ntohs(address.ss_family == AF_INET6 ? reinterpret_cast<sockaddr_in6*>(&address)->sin6_port
                                             : reinterpret_cast<sockaddr_in*>(&address)->sin_port);
}

}  // namespace

Server::Server(const std::string& host, int port, Handler handler)
    : handler_(std::move(handler)),
      poll_(checked(::epoll_create1(EPOLL_CLOEXEC), "an epoll instance")),
      timer_(checked(::timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK), "a timer")),
      stop_(checked(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK), "an eventfd")),
      next_id_(kFirstConnection) {
  listen(host, port);
  watch(listener_.get(), EPOLLIN, kListener);
  watch(timer_.get(), EPOLLIN, kTimer);
  watch(stop_.get(), EPOLLIN, kStop);
  thread_ = std::jthread([this] { serve(); });
}

Server::~Server() {
  ::eventfd_write(stop_.get(), 1);
  thread_.join();
}

void Server::listen(const std::string& host, int port) {
  const Addresses address = numeric_address(host, port);
  listener_ =
      checked(::socket(address->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0), "a socket");
  const int on = 1;
  ::setsockopt(listener_.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (::bind(listener_.get(), address->ai_addr, address->ai_addrlen) != 0 ||
      ::listen(listener_.get(), kBacklog) != 0) {
    const int error = errno;
    const std::string_view advice =
        error == EADDRINUSE ? "; choose another port with --port, or free ones with --port 0" : "";
    throw base::Error(
        fmt::format("cannot listen on {}:{}: {}{}", host, port, base::errno_text(error), advice));
  }
  port_ = port_of(listener_.get());
}

void Server::watch(int fd, std::uint32_t events, Id id) const {
  epoll_event event{.events = events, .data = {.u64 = id}};
  if (::epoll_ctl(poll_.get(), EPOLL_CTL_ADD, fd, &event) != 0 && errno == EEXIST)
    ::epoll_ctl(poll_.get(), EPOLL_CTL_MOD, fd, &event);
}

void Server::serve() {
  for (;;) {
    std::array<epoll_event, 256> events{};
    const int count = ::epoll_wait(poll_.get(), events.data(), static_cast<int>(events.size()), -1);
    for (int i = 0; i < count; ++i) {
      const epoll_event& event = events[static_cast<std::size_t>(i)];
      if (event.data.u64 == kStop) return;
      if (event.data.u64 == kListener) accept_all();
      if (event.data.u64 >= kFirstConnection) handle(event.data.u64, event.events);
    }
    send_due();
    arm_timer();
  }
}

void Server::accept_all() {
  for (;;) {
    const int fd = ::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (fd < 0 && (errno == EMFILE || errno == ENFILE)) {
      watch(listener_.get(), 0, kListener);  // until a connection ends: epoll would report it incessantly
      accepting_ = false;
    }
    if (fd < 0) return;
    const int on = 1;
    ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    const Id id = next_id_++;
    connections_[id].socket = base::Descriptor(fd);
    watch(fd, EPOLLIN, id);
  }
}

void Server::handle(Id id, std::uint32_t events) {
  const auto found = connections_.find(id);
  if (found == connections_.end()) return;
  if ((events & EPOLLOUT) != 0) send(id, found->second);
  if ((events & (EPOLLIN | EPOLLHUP | EPOLLERR)) != 0 && connections_.contains(id))
    receive(id, found->second);
}

void Server::receive(Id id, Connection& connection) {
  std::array<char, 16 * 1024> buffer;
  const ssize_t count = ::recv(connection.socket.get(), buffer.data(), buffer.size(), 0);
  if (count < 0 && (errno == EAGAIN || errno == EINTR)) return;
  if (count <= 0) return drop(id);
  std::string_view bytes(buffer.data(), static_cast<std::size_t>(count));
  const std::size_t skipped = std::min(connection.body_left, bytes.size());
  connection.body_left -= skipped;
  connection.input.append(bytes.substr(skipped));
  take_requests(id, connection);
}

bool Server::begins_http2(Connection& connection) const {
  if (!connection.http2 && connection.input.starts_with(Http2Connection::kPreface))
    connection.http2 = std::make_unique<Http2Connection>(handler_);
  return connection.http2 != nullptr;
}

/// Reads what has arrived, sends what is due, and comes back when more is.
void Server::continue_http2(Id id, Connection& connection) {
  const base::MonotonicTime now = std::chrono::steady_clock::now();
  const bool sound = connection.http2->receive(std::exchange(connection.input, {}), now);
  if (connection.output.size() < kMostAhead) connection.output += connection.http2->take_output();
  if (!sound || connection.http2->is_over()) connection.after = AfterResponse::close;
  const std::optional<base::MonotonicTime> next = connection.http2->next_due();
  if (next && (!connection.http2_alarm || *next < *connection.http2_alarm)) {
    due_.push({.time = *next, .connection = id});
    connection.http2_alarm = next;
  }
  flush(id, connection);
}

/// Handles one request at a time: pipelined ones stay in the buffer until the response is out.
void Server::take_requests(Id id, Connection& connection) {
  if (begins_http2(connection)) return continue_http2(id, connection);
  if (!connection.input.empty() && Http2Connection::kPreface.starts_with(connection.input)) return;
  while (!connection.waiting && connection.output.empty() && connection.parts.empty() &&
         connection.body_left == 0) {
    const RequestHead head = read_head(connection.input);
    if (head.state == RequestHead::State::incomplete) return;
    const Response response = begin_response(connection, head);
    if (!connection.parts.empty()) {
      send_parts(id, connection, connection.arrived);
      return;
    }
    if (response.delay > base::Duration::zero()) {
      connection.waiting = true;
      due_.push({.time = std::chrono::steady_clock::now() + response.delay, .connection = id});
    } else if (!flush(id, connection)) {
      return;
    }
  }
  if (connection.input.size() > kMostAhead) drop(id);
}

Response Server::begin_response(Connection& connection, const RequestHead& head) const {
  const bool bad = head.state == RequestHead::State::bad;
  Response response = bad ? Response{.status = 400, .body = "not a request\n"} : handler_(head);
  connection.after = bad || !head.keep_alive ? AfterResponse::close : AfterResponse::keep;
  connection.output = to_wire(response, head.method, connection.after);
  connection.parts = std::move(response.parts);
  std::ranges::reverse(connection.parts);
  if (head.method == "HEAD") connection.parts.clear();
  connection.arrived = std::chrono::steady_clock::now();
  const std::size_t received = std::min(head.body, connection.input.size() - head.length);
  connection.body_left = head.body - received;
  connection.input.erase(0, head.length + received);
  return response;
}

void Server::send(Id id, Connection& connection) {
  if (!connection.waiting && flush(id, connection)) take_requests(id, connection);
}

bool Server::flush(Id id, Connection& connection) {
  std::string& output = connection.output;
  const ssize_t count =
      output.empty() ? 0 : ::send(connection.socket.get(), output.data(), output.size(), MSG_NOSIGNAL);
  if (count < 0 && errno != EAGAIN) {
    drop(id);
    return false;
  }
  if (count > 0) output.erase(0, static_cast<std::size_t>(count));
  const bool unsent = !output.empty();
  if (unsent != connection.writable_wanted) {
    connection.writable_wanted = unsent;
    watch(connection.socket.get(), unsent ? EPOLLIN | EPOLLOUT : EPOLLIN, id);
  }
  const bool done = !unsent && connection.parts.empty();
  if (done && connection.after == AfterResponse::close) drop(id);
  return done && connections_.contains(id);
}

void Server::send_due() {
  const base::MonotonicTime now = std::chrono::steady_clock::now();
  while (!due_.empty() && due_.top().time <= now) {
    const Id id = due_.top().connection;
    due_.pop();
    const auto found = connections_.find(id);
    if (found == connections_.end()) continue;
    found->second.waiting = false;
    found->second.http2_alarm.reset();
    if (found->second.http2) {
      continue_http2(id, found->second);
      continue;
    }
    if (found->second.parts.empty()) {
      send(id, found->second);
    } else {
      send_parts(id, found->second, now);
    }
  }
}

/// Those that are due by now; the others when they are.
void Server::send_parts(Id id, Connection& connection, base::MonotonicTime now) {
  while (!connection.parts.empty() && connection.arrived + connection.parts.back().delay <= now) {
    connection.output += to_chunk(connection.parts.back().text);
    connection.parts.pop_back();
  }
  if (connection.parts.empty()) {
    connection.output += kLastChunk;
  } else {
    due_.push({.time = connection.arrived + connection.parts.back().delay, .connection = id});
  }
  if (flush(id, connection)) take_requests(id, connection);
}

void Server::arm_timer() const {
  itimerspec setting{};  // all zero disarms
  if (!due_.empty()) {
    const auto time = due_.top().time.time_since_epoch();
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(time);
    setting.it_value = {.tv_sec = seconds.count(), .tv_nsec = (time - seconds).count()};
  }
  ::timerfd_settime(timer_.get(), TFD_TIMER_ABSTIME, &setting, nullptr);
}

void Server::drop(Id id) {
  connections_.erase(id);
  if (accepting_) return;
  accepting_ = true;
  watch(listener_.get(), EPOLLIN, kListener);
}

}  // namespace iter8::demo
