#pragma once

#include <atomic>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <thread>

#include "base/clock.h"
#include "base/descriptor.h"
#include "net/url.h"

struct ssl_st;
struct ssl_ctx_st;

namespace iter8::load::testing {

/// One accepted connection, as a server's script sees it. Blocking; every wait ends when the server is
/// destroyed.
class Conversation {
 public:
  Conversation(int fd, ssl_st* tls, int number, std::atomic<int>& requests, const std::stop_token& stop)
      : fd_(fd), tls_(tls), number_(number), requests_(requests), stop_(stop) {}

  /// The next request, head and body; nothing when the client has closed.
  std::optional<std::string> read_request();
  /// False when the client is gone.
  bool send(std::string_view bytes);
  /// Makes the coming close a reset.
  void reset_on_close();
  /// Returns when the client has closed.
  void wait_for_client();
  /// Returns at that time, or earlier when the server is destroyed.
  void wait_until(base::MonotonicTime time);

  /// Counts the server's connections, from 1.
  int number() const { return number_; }

 private:
  std::ptrdiff_t read(char* room, std::size_t size);

  int fd_;
  ssl_st* tls_;
  int number_;
  std::atomic<int>& requests_;
  std::stop_token stop_;
  std::string rest_;  // read, but not returned yet
};

/// A server in this process on a free port of the loopback interface that does to each connection what its
/// script says; the connection is closed when the script returns. One thread a connection.
class ScriptedServer {
 public:
  using Script = std::function<void(Conversation&)>;
  enum class Family { ipv4, ipv6, unix_socket };
  struct Tls {
    std::string cert;  // PEM files
    std::string key;
    std::string client_ca;  // when set, clients must show a certificate of this authority
  };
  struct Options {
    Family family = Family::ipv4;
    std::string socket_path;  // of a unix socket
    std::optional<Tls> tls;
  };

  explicit ScriptedServer(Script script) : ScriptedServer(std::move(script), Options{}) {}
  ScriptedServer(Script script, const Options& options);
  ~ScriptedServer();
  ScriptedServer(const ScriptedServer&) = delete;
  ScriptedServer& operator=(const ScriptedServer&) = delete;

  net::Url url(const std::string& target = "/") const;
  int connections() const { return connections_; }
  int requests() const { return requests_; }

 private:
  struct FreeContext {
    void operator()(ssl_ctx_st* context) const;
  };
  struct Session {
    base::Descriptor socket;
    std::jthread thread;
  };

  void listen();
  void accept_all();
  void serve(int fd, int number);

  Script script_;
  Options options_;
  std::unique_ptr<ssl_ctx_st, FreeContext> tls_;
  base::Descriptor listener_;
  std::uint16_t port_ = 0;
  std::atomic<int> connections_ = 0;
  std::atomic<int> requests_ = 0;
  std::stop_source stop_;
  std::mutex mutex_;
  std::list<Session> sessions_;
  std::jthread acceptor_;
};

/// Responds to every request of every connection with `response`.
ScriptedServer::Script always(std::string response);
/// A response with the status, Content-Length and `body`.
std::string response_text(int status = 200, std::string_view body = "ok");

/// A port of the loopback interface on which nobody listens.
std::uint16_t refused_port();

}  // namespace iter8::load::testing
