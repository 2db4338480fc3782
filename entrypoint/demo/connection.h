#pragma once

#include <string>

#include <httplib.h>

#include "base/clock.h"
#include "base/descriptor.h"

namespace iter8::demo {

/// How long a connection without a request stays open: longer than the pause between two requests of any
/// sensible load test, so that a client never meets a connection that closes under its request.
inline constexpr std::chrono::seconds kIdle(75);

/// One accepted TCP connection as httplib sees it. Unlike httplib's own it sleeps while idle, ends at once
/// when `stop` becomes readable, and sends each answer in one piece. Used by one thread.
class Connection final : public httplib::Stream {
 public:
  Connection(base::Descriptor socket, int stop) : socket_(std::move(socket)), stop_(stop) {}

  /// Blocks until a request begins. False when the client closed, stayed idle too long, or the server stops.
  bool wait_for_request();

  /// Sends what was written since the last call. False when the client is gone.
  bool flush();

  bool is_readable() const override { return true; }
  bool is_writable() const override { return true; }
  ssize_t read(char* data, size_t size) override;
  ssize_t write(const char* data, size_t size) override;
  void get_remote_ip_and_port(std::string& ip, int& port) const override;
  void get_local_ip_and_port(std::string& ip, int& port) const override;
  socket_t socket() const override { return socket_.get(); }

 private:
  base::Descriptor socket_;
  int stop_;
  std::string received_;
  std::size_t consumed_ = 0;  // of received_
  std::string unsent_;
};

}  // namespace iter8::demo
