// An HTTP/1.1 server that responds to every GET after exactly so long, however many requests are waiting
// meanwhile: what a load generator should report is known beforehand. Compiled and started by load.py.
//
// usage: delay_server DELAY_US [STALL_EVERY_MS STALL_MS]
//
// Prints its port. With a stall, responses that are due in the last STALL_MS of each STALL_EVERY_MS since the
// first request are held to the end of it. One thread; it spins for the last 200 µs before a response is due.
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <map>
#include <string_view>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::nanoseconds;

constexpr std::string_view kResponse = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
constexpr std::string_view kEnd = "\r\n\r\n";
constexpr nanoseconds kSpin = std::chrono::microseconds(200);
constexpr int kEvents = 512;

struct Response {
  Clock::time_point due;
  int socket = -1;
  unsigned generation = 0;  // of the socket's number
};

/// Delays and stalls keep the order of arrival, so the responses stand in a plain queue.
class DelayServer {
 public:
  DelayServer(nanoseconds delay, nanoseconds stall_every, nanoseconds stall)
      : delay_(delay), stall_every_(stall_every), stall_(stall), poller_(epoll_create1(0)) {
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
    std::printf("%d\n", ntohs(address.sin_port));
    std::fflush(stdout);
  }

  [[noreturn]] void run() {
    epoll_event events[kEvents];
    while (true) {
      const int count = wait(events);
      for (int i = 0; i < count; ++i) {
        if (events[i].data.fd == listener_)
          accept_all();
        else
          read_from(events[i].data.fd);
      }
      response_due();
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
    if (!responses_.empty()) {
      const nanoseconds left = responses_.front().due - Clock::now() - kSpin;
      time = {0, left > nanoseconds{0} ? static_cast<long>(left.count() % 1'000'000'000) : 0};
      if (left >= std::chrono::seconds(1)) time = {1, 0};
    }
    return epoll_pwait2(poller_, events, kEvents, &time, nullptr);
  }

  void accept_all() {
    while (true) {
      const int client = accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK);
      if (client < 0) return;
      const int on = 1;
      setsockopt(client, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
      ++generations_[client];
      watch(client);
    }
  }

  void read_from(int client) {
    char buffer[4096];
    const ssize_t count = read(client, buffer, sizeof buffer);
    if (count <= 0) {
      ++generations_[client];
      close(client);
      return;
    }
    const std::string_view bytes(buffer, static_cast<std::size_t>(count));
    for (std::size_t at = bytes.find(kEnd); at != std::string_view::npos;
         at = bytes.find(kEnd, at + kEnd.size()))
      responses_.push_back({due_now(), client, generations_[client]});
  }

  Clock::time_point due_now() {
    const Clock::time_point now = Clock::now();
    if (first_ == Clock::time_point{}) first_ = now;
    Clock::time_point due = now + delay_;
    if (stall_every_ > nanoseconds{0}) {
      const nanoseconds phase = (due - first_) % stall_every_;
      if (phase >= stall_every_ - stall_) due += stall_every_ - phase;
    }
    return due;
  }

  void response_due() {
    while (!responses_.empty() && responses_.front().due <= Clock::now()) {
      const Response& response = responses_.front();
      if (generations_[response.socket] == response.generation) [[maybe_unused]]
        const ssize_t sent = send(response.socket, kResponse.data(), kResponse.size(), MSG_NOSIGNAL);
      responses_.pop_front();
    }
  }

  nanoseconds delay_;
  nanoseconds stall_every_;
  nanoseconds stall_;
  int poller_;
  int listener_ = -1;
  Clock::time_point first_;
  std::map<int, unsigned> generations_;
  std::deque<Response> responses_;
};

}  // namespace

int main(int count, char** arguments) {
  if (count != 2 && count != 4) return 2;
  const auto number = [&](int index) { return index < count ? std::atoll(arguments[index]) : 0; };
  rlimit files{};
  getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = files.rlim_max;
  setrlimit(RLIMIT_NOFILE, &files);
  prctl(PR_SET_TIMERSLACK, 1UL);
  DelayServer(std::chrono::microseconds(number(1)), std::chrono::milliseconds(number(2)),
              std::chrono::milliseconds(number(3)))
      .run();
}
