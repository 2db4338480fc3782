#pragma once

#include <cstdint>
#include <functional>
#include <queue>
#include <string>
#include <thread>
#include <unordered_map>
#include <vector>

#include "base/descriptor.h"
#include "entrypoint/demo/message.h"

namespace iter8::demo {

/// A small HTTP/1.1 server whose answers take as long as they say: one thread waits on all connections and on
/// a timer, so that thousands of connections cost no threads and a delay is exact to some ten microseconds.
/// Our own, because a server library with a thread a connection would sleep in each of them, and its shared
/// library would add 2.3 MiB to every run of this program (measured with cpp-httplib), load tests included.
class Server {
 public:
  /// Called on the server's thread for each request whose head is complete.
  using Handler = std::function<Answer(const RequestHead&)>;

  /// Serves from construction to destruction. Port 0 picks a free one. Throws base::Error when it cannot
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
    std::string output;         // of the answer under way
    std::size_t body_left = 0;  // of the request under way, to be skipped
    bool waiting = false;       // for the answer's time
    bool writable_wanted = false;
    AfterAnswer after = AfterAnswer::keep;
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
  Answer begin_answer(Connection& connection, const RequestHead& head) const;
  void send(Id id, Connection& connection);
  /// True when the answer is out and the connection is ready for the next request; drops a broken or finished
  /// one.
  bool flush(Id id, Connection& connection);
  void send_due();
  void arm_timer() const;
  void drop(Id id);

  Handler handler_;
  int port_ = 0;
  base::Descriptor listener_;
  base::Descriptor poll_;
  base::Descriptor timer_;
  base::Descriptor stop_;  // an eventfd
  Id next_id_;
  bool accepting_ = true;  // false while there is no descriptor left for a further connection
  std::unordered_map<Id, Connection> connections_;
  std::priority_queue<Due, std::vector<Due>, std::greater<>> due_;
  std::jthread thread_;
};

}  // namespace iter8::demo
