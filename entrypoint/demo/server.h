#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <queue>
#include <string>
#include <thread>
#include <unordered_map>
#include <vector>

#include "base/descriptor.h"
#include "entrypoint/demo/http2_connection.h"
#include "entrypoint/demo/message.h"

namespace iter8::demo {

/// A small server of HTTP/1.1, and of HTTP/2 where a connection begins with it, that delays each response, or
/// each part of one, by the time the handler asks for. One thread waits for all connections and a timer, so
/// thousands of connections need no further threads and a delay is exact to some ten microseconds. Written
/// for this purpose because cpp-httplib would occupy a thread per delayed response, and loading its shared
/// library would add 2.3 MiB to every run of the program (measured), load tests included.
class Server {
 public:
  /// Called in the server's thread for each request whose head is complete.
  using Handler = std::function<Response(const RequestHead&)>;

  /// Serves from construction to destruction. Port 0 picks a free one. Throws base::Error if it cannot
  /// listen.
  Server(const std::string& host, int port, Handler handler);
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  int port() const { return port_; }

 private:
  using Id = std::uint64_t;

  struct Connection {
    base::Descriptor socket;
    std::string input;
    std::string output;           // the rest of the current response
    std::size_t body_left = 0;    // bytes of the current request's body that are still to be skipped
    bool waiting = false;         // until the current response is due
    std::vector<Part> parts;      // of the current response, those that are not sent yet, the next one last
    base::MonotonicTime arrived;  // of the request that the parts answer
    bool writable_wanted = false;
    AfterResponse after = AfterResponse::keep;
    std::unique_ptr<Http2Connection> http2;          // once the client has begun to speak it
    std::optional<base::MonotonicTime> http2_alarm;  // the earliest entry in due_ for it
  };

  struct Due {
    base::MonotonicTime time;
    Id connection;
    bool operator>(const Due& other) const { return time > other.time; }
  };

  void listen(const std::string& host, int port);
  void watch(int fd, std::uint32_t events, Id id) const;
  void serve();
  void accept_all();
  void handle(Id id, std::uint32_t events);
  void receive(Id id, Connection& connection);
  void take_requests(Id id, Connection& connection);
  bool begins_http2(Connection& connection) const;
  void continue_http2(Id id, Connection& connection);
  Response begin_response(Connection& connection, const RequestHead& head) const;
  void send(Id id, Connection& connection);
  /// Sends the current response. True if it is out and the connection is ready for the next request; drops a
  /// connection that is broken or finished.
  bool flush(Id id, Connection& connection);
  void send_due();
  void send_parts(Id id, Connection& connection, base::MonotonicTime now);
  void arm_timer() const;
  void drop(Id id);

  Handler handler_;
  int port_ = 0;
  base::Descriptor listener_;
  base::Descriptor poll_;
  base::Descriptor timer_;
  base::Descriptor stop_;  // an eventfd
  Id next_id_;
  bool accepting_ = true;  // false while there is no file descriptor left for another connection
  std::unordered_map<Id, Connection> connections_;
  std::priority_queue<Due, std::vector<Due>, std::greater<>> due_;
  std::jthread thread_;
};

}  // namespace iter8::demo
