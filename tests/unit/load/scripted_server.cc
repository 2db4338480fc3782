#include "tests/unit/load/scripted_server.h"

#include <array>
#include <charconv>
#include <condition_variable>
#include <csignal>
#include <cstring>
#include <stdexcept>

#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/ssl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/text.h"
#include "net/address.h"

namespace iter8::load::testing {
namespace {

void require(bool good, std::string_view what) {
  if (!good)
    throw std::runtime_error(fmt::format("scripted server: {} failed: {}", what, std::strerror(errno)));
}

std::size_t content_length(std::string_view head) {
  constexpr std::string_view kField = "\r\ncontent-length: ";
  const std::string lower = base::lower(head);
  const std::size_t at = lower.find(kField);
  std::size_t length = 0;
  if (at != std::string::npos)
    std::from_chars(&lower[at + kField.size()], lower.data() + lower.size(), length);
  return length;
}

net::Address address_for(const ScriptedServer::Options& options, std::uint16_t port) {
  net::Url url{.host = options.family == ScriptedServer::Family::ipv6 ? "::1" : "127.0.0.1",
               .port = port,
               .socket_path = options.socket_path,
               .target = "/",
               .user_info = {}};
  return net::resolve(url, std::chrono::seconds(1), {}).addresses.at(0);
}

base::Descriptor bound_socket(const net::Address& address) {
  base::Descriptor socket(::socket(address.family(), SOCK_STREAM | SOCK_CLOEXEC, 0));
  require(static_cast<bool>(socket), "socket");
  require(bind(socket.get(), reinterpret_cast<const sockaddr*>(&address.storage), address.size) == 0, "bind");
  return socket;
}

std::uint16_t port_of(const base::Descriptor& socket) {
  sockaddr_in6 bound{};  // the port stands at the same place for IPv4
  socklen_t size = sizeof(bound);
  require(getsockname(socket.get(), reinterpret_cast<sockaddr*>(&bound), &size) == 0, "getsockname");
  return ntohs(bound.sin6_port);
}

}  // namespace

std::ptrdiff_t Conversation::read(char* room, std::size_t size) {
  if (tls_ != nullptr) return SSL_read(tls_, room, static_cast<int>(size));
  return ::recv(fd_, room, size, 0);
}

std::optional<std::string> Conversation::read_request() {
  std::array<char, 16 * 1024> room{};
  while (true) {
    const std::size_t head = rest_.find("\r\n\r\n");
    if (head != std::string::npos && rest_.size() >= head + 4 + content_length(rest_.substr(0, head))) {
      const std::size_t size = head + 4 + content_length(rest_.substr(0, head));
      std::string request = rest_.substr(0, size);
      rest_.erase(0, size);
      ++requests_;
      return request;
    }
    const std::ptrdiff_t count = read(room.data(), room.size());
    if (count <= 0) return std::nullopt;
    rest_.append(room.data(), static_cast<std::size_t>(count));
  }
}

bool Conversation::send(std::string_view bytes) {
  while (!bytes.empty()) {
    const std::ptrdiff_t count = tls_ != nullptr
                                     ? SSL_write(tls_, bytes.data(), static_cast<int>(bytes.size()))
                                     : ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (count <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
  return true;
}

void Conversation::reset_on_close() {
  const linger now{.l_onoff = 1, .l_linger = 0};
  setsockopt(fd_, SOL_SOCKET, SO_LINGER, &now, sizeof(now));
}

void Conversation::wait_for_client() {
  std::array<char, 4096> room{};
  while (read(room.data(), room.size()) > 0) {
  }
}

void Conversation::wait_until(base::MonotonicTime time) {
  std::mutex mutex;
  std::condition_variable_any never;
  std::unique_lock lock(mutex);
  never.wait_until(lock, stop_, time, [] { return false; });
}

void ScriptedServer::FreeContext::operator()(ssl_ctx_st* context) const {
  SSL_CTX_free(context);
}

ScriptedServer::ScriptedServer(Script script, const Options& options)
    : script_(std::move(script)), options_(options) {
  std::signal(SIGPIPE, SIG_IGN);  // OpenSSL writes without MSG_NOSIGNAL
  if (options_.tls) {
    tls_.reset(SSL_CTX_new(TLS_server_method()));
    require(SSL_CTX_use_certificate_chain_file(tls_.get(), options_.tls->cert.c_str()) == 1, "certificate");
    require(SSL_CTX_use_PrivateKey_file(tls_.get(), options_.tls->key.c_str(), SSL_FILETYPE_PEM) == 1, "key");
    if (!options_.tls->client_ca.empty()) {
      require(SSL_CTX_load_verify_file(tls_.get(), options_.tls->client_ca.c_str()) == 1, "client CA");
      SSL_CTX_set_verify(tls_.get(), SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
    }
  }
  listener_ = bound_socket(address_for(options_, 0));
  require(::listen(listener_.get(), 512) == 0, "listen");
  if (options_.family != Family::unix_socket) port_ = port_of(listener_);
  acceptor_ = std::jthread([this] { accept_all(); });
}

ScriptedServer::~ScriptedServer() {
  stop_.request_stop();
  ::shutdown(listener_.get(), SHUT_RDWR);
  acceptor_.join();
  for (Session& session : sessions_) {
    const std::lock_guard lock(mutex_);
    if (session.socket) ::shutdown(session.socket.get(), SHUT_RDWR);
  }
}

void ScriptedServer::accept_all() {
  while (true) {
    base::Descriptor socket(::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC));
    if (!socket || stop_.stop_requested()) return;
    const int on = 1;
    setsockopt(socket.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    const int number = ++connections_;
    Session& session = sessions_.emplace_back();
    session.socket = std::move(socket);
    session.thread = std::jthread([this, &session, number] {
      serve(session.socket.get(), number);
      const std::lock_guard lock(mutex_);
      session.socket.reset();
    });
  }
}

void ScriptedServer::serve(int fd, int number) {
  const std::unique_ptr<SSL, decltype(&SSL_free)> tls(tls_ ? SSL_new(tls_.get()) : nullptr, &SSL_free);
  if (tls) {
    SSL_set_fd(tls.get(), fd);
    if (SSL_accept(tls.get()) != 1) return;
  }
  Conversation conversation(fd, tls.get(), number, requests_, stop_.get_token());
  script_(conversation);
  if (tls) SSL_shutdown(tls.get());
}

net::Url ScriptedServer::url(const std::string& target) const {
  return {.secure = options_.tls.has_value(),
          .host = options_.family == Family::ipv6 ? "::1" : "127.0.0.1",
          .port = port_,
          .default_port = false,
          .socket_path = options_.socket_path,
          .target = target,
          .user_info = {}};
}

ScriptedServer::Script always(std::string response) {
  return [response = std::move(response)](Conversation& conversation) {
    while (conversation.read_request() && conversation.send(response)) {
    }
  };
}

std::string response_text(int status, std::string_view body) {
  return fmt::format("HTTP/1.1 {} Text\r\nContent-Length: {}\r\n\r\n{}", status, body.size(), body);
}

std::uint16_t refused_port() {
  return port_of(bound_socket(address_for({}, 0)));
}

}  // namespace iter8::load::testing
