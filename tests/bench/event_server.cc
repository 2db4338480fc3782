// An HTTP/1.1 server that answers every GET with a stream of events at known times, as a model server would:
// what a client should report of them is known. Compiled and started by stream.py.
//
// usage: event_server FIRST_US GAP_US EVENTS
//
// Prints its port. The first event is sent FIRST_US after the request came, each further one GAP_US after the
// one before was due, then usage and [DONE]. When its standard input ends, it prints what it really did, in
// nanoseconds: of the times to the first event and of the gaps the 50th and 99th percentile, and how many
// events it sent. One thread; it spins for the last 200 µs before an event is due.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <map>
#include <queue>
#include <string>
#include <string_view>
#include <vector>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::nanoseconds;

constexpr nanoseconds kSpin = std::chrono::microseconds(200);
constexpr int kEvents = 512;

std::string chunk(const std::string& data) {
  char size[16];
  std::snprintf(size, sizeof size, "%zx\r\n", data.size());
  return size + data + "\r\n";
}

const std::string kHead =
    "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n";
const std::string kEvent = chunk(
    "data: {\"id\":\"chatcmpl-1\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"m\","
    "\"choices\":[{\"index\":0,\"delta\":{\"content\":\" word\"},\"finish_reason\":null}]}\n\n");

struct Due {
  Clock::time_point time;
  int socket = -1;
  bool operator>(const Due& other) const { return time > other.time; }
};

struct Stream {
  Clock::time_point asked;
  Clock::time_point last;
  int left = 0;
  bool has_begun = false;
};

class EventServer {
 public:
  EventServer(nanoseconds first, nanoseconds gap, int events)
      : first_(first), gap_(gap), events_(events), poller_(epoll_create1(0)) {
    last_ =
        kEvent +
        chunk("data: {\"choices\":[],\"usage\":{\"completion_tokens\":" + std::to_string(events) + "}}\n\n") +
        chunk("data: [DONE]\n\n") + "0\r\n\r\n";
    listener_ = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* generic = reinterpret_cast<sockaddr*>(&address);
    if (bind(listener_, generic, size) != 0 || listen(listener_, 4096) != 0 ||
        getsockname(listener_, generic, &size) != 0)
      std::abort();
    watch(listener_);
    watch(STDIN_FILENO);
    std::printf("%d\n", ntohs(address.sin_port));
    std::fflush(stdout);
  }

  void run() {
    epoll_event events[kEvents];
    while (true) {
      const int count = wait(events);
      for (int i = 0; i < count; ++i) {
        if (events[i].data.fd == STDIN_FILENO) return report();
        if (events[i].data.fd == listener_)
          accept_all();
        else
          read_from(events[i].data.fd);
      }
      send_due();
    }
  }

 private:
  void watch(int socket) {
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.fd = socket;
    epoll_ctl(poller_, EPOLL_CTL_ADD, socket, &event);
  }

  int wait(epoll_event* events) {
    timespec time{1, 0};
    if (!due_.empty()) {
      const nanoseconds left = due_.top().time - Clock::now() - kSpin;
      if (left < std::chrono::seconds(1))
        time = {0, left > nanoseconds{0} ? static_cast<long>(left.count()) : 0};
    }
    return epoll_pwait2(poller_, events, kEvents, &time, nullptr);
  }

  void accept_all() {
    while (true) {
      const int client = accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK);
      if (client < 0) return;
      const int on = 1;
      setsockopt(client, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
      watch(client);
    }
  }

  void read_from(int client) {
    char buffer[4096];
    if (read(client, buffer, sizeof buffer) <= 0) {
      streams_.erase(client);
      close(client);
      return;
    }
    const Clock::time_point now = Clock::now();
    streams_[client] = {.asked = now, .last = {}, .left = events_};
    due_.push({now + first_, client});
  }

  void send_due() {
    while (!due_.empty() && due_.top().time <= Clock::now()) {
      const Due due = due_.top();
      due_.pop();
      const auto found = streams_.find(due.socket);
      if (found == streams_.end()) continue;
      Stream& stream = found->second;
      const Clock::time_point now = Clock::now();
      if (stream.has_begun)
        gaps_.push_back((now - stream.last).count());
      else
        firsts_.push_back((now - stream.asked).count());
      --stream.left;
      const std::string text =
          (stream.has_begun ? std::string() : kHead) + (stream.left > 0 ? kEvent : last_);
      [[maybe_unused]] const ssize_t sent = send(due.socket, text.data(), text.size(), MSG_NOSIGNAL);
      stream.has_begun = true;
      stream.last = now;
      if (stream.left > 0)
        due_.push({due.time + gap_, due.socket});
      else
        streams_.erase(found);
    }
  }

  static long percentile(std::vector<long>& values, double share) {
    if (values.empty()) return 0;
    const auto place = static_cast<std::size_t>(share * static_cast<double>(values.size() - 1));
    std::nth_element(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(place), values.end());
    return values[place];
  }

  void report() {
    std::printf("%ld %ld %ld %ld %zu\n", percentile(firsts_, 0.5), percentile(firsts_, 0.99),
                percentile(gaps_, 0.5), percentile(gaps_, 0.99), firsts_.size() + gaps_.size());
  }

  nanoseconds first_;
  nanoseconds gap_;
  int events_;
  int poller_;
  int listener_ = -1;
  std::string last_;
  std::map<int, Stream> streams_;
  std::priority_queue<Due, std::vector<Due>, std::greater<>> due_;
  std::vector<long> firsts_;
  std::vector<long> gaps_;
};

}  // namespace

int main(int count, char** arguments) {
  if (count != 4) return 2;
  prctl(PR_SET_TIMERSLACK, 1UL);
  EventServer(std::chrono::microseconds(std::atoll(arguments[1])),
              std::chrono::microseconds(std::atoll(arguments[2])), std::atoi(arguments[3]))
      .run();
}
