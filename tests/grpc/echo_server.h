#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

namespace iter8::tests {

/// A real server of gRPC (libgrpc++) for tests, with the service of echo.proto, health and reflection, on a
/// free port of the loopback interface until it is destroyed. Its threads are its own.
class EchoServer {
 public:
  struct Settings {
    std::string certificate;  // PEM files; TLS is spoken where they are given
    std::string key;
    std::string client_authority;  // asks clients for a certificate of this one
    /// Told of each call and message, a line each: "call METHOD NAME=VALUE…" with metadata and the time that
    /// is left in milliseconds, "in METHOD TEXT", "out METHOD TEXT". Called by several threads, one at a
    /// time.
    std::function<void(const std::string& line)> note;
  };
  explicit EchoServer(Settings settings);
  ~EchoServer();
  EchoServer(const EchoServer&) = delete;
  EchoServer& operator=(const EchoServer&) = delete;

  int port() const { return port_; }
  /// Ends the calls in flight and all connections.
  void stop();

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
  int port_ = 0;
};

}  // namespace iter8::tests
